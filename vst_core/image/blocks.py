"""The pixels of a part: the one place that reads them, and asks whether they really were read.

OpenImageIO returns an array although reading failed, and says so only when it is asked: a
TIFF in a compression that it cannot decode comes as black or as uninitialized memory, a JPEG
that ends too early as gray.
"""

from __future__ import annotations

from pathlib import Path

from OpenImageIO import ImageInput

from vst_core.image.arrays import AnyArray
from vst_core.image.header import Part
from vst_core.image.inspection import harmless, shortfall, unreadable
from vst_core.image.oiio_file import complaint

__all__ = ["read_block"]


def read_block(
    path: Path, source: ImageInput, part: Part, *, first: int, end: int, kind: str
) -> AnyArray:
    """Return channels `first` to `end` (exclusive) of a part, h x w x C, upright.

    Args:
        path: The file, for messages.
        source: The opened file.
        part: One of its parts, as from `walk_parts`.
        first: The first channel.
        end: The one behind the last.
        kind: The library's name of the number type wanted.

    Raises:
        InputError: The pixels are damaged, cut off, or in a compression that is not known here.
    """
    missing = shortfall(path, str(source.format_name()))
    if missing:
        raise unreadable(path, missing)
    try:
        block: AnyArray | None = source.read_image(part.index, 0, first, end, kind)
    except (MemoryError, UnicodeDecodeError):
        block = None
    problem = complaint(source)
    if block is None or (problem and not harmless(path, problem)):
        raise unreadable(path, problem)
    return _upright(path, part, block, end - first)


def _upright(path: Path, part: Part, block: AnyArray, count: int) -> AnyArray:
    height, width = part.data_window.height, part.data_window.width
    stored = (width, height, count) if part.turn.swapped else (height, width, count)
    # Where the reader gives the size as it is seen, the lines follow each other as stored.
    if block.size != height * width * count or block.shape[2] != count:
        raise unreadable(path, f"{block.shape} pixels instead of {stored}")
    return part.turn.apply(block.reshape(stored))
