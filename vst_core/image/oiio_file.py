"""Opening image files that may be anything, and turning every failure into an `InputError`.

OpenImageIO's own messages are kept, but they are read with care: on damaged files its
`geterror` can raise `UnicodeDecodeError`, and an error that nobody fetched is printed to
stderr when the reader is dropped.

OpenImageIO has two EXR readers, and its releases choose differently. The newer one is used
here with all of them: the other one prints to stderr, and interpolates subsampled chroma.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from OpenImageIO import ImageInput, ImageOutput, ImageSpec, attribute
from OpenImageIO import geterror as library_error

from vst_core.errors import InputError
from vst_core.image.inspection import refuse_raw, unreadable
from vst_core.image.window import Window

attribute("openexr:core", 1)

__all__ = ["MAX_PIXELS", "MAX_SIDE", "check_window", "complaint", "opened"]

MAX_SIDE = 65_536
"""Longest side of a picture, in pixels: larger ones are taken for damage."""

MAX_PIXELS = 2**29
"""Most pixels of a picture (32,768 x 16,384): larger ones are taken for damage."""

MAX_OFFSET = 2**24
"""Furthest that a window may lie from the origin, in pixels."""

# What the library takes for pictures, though nothing can be seen in them.
_NO_PICTURES = {"null": "a stand-in without pixels", "zfile": "a depth map"}


def complaint(source: ImageInput | ImageOutput | None = None) -> str:
    """Return and clear the pending error of a reader or writer, or of the library itself."""
    try:
        text = source.geterror() if source is not None else library_error()
    except UnicodeDecodeError:
        # Damaged names inside the file end up in the message; the error is cleared all the same.
        return "its header holds unreadable text"
    # One fault is told many times over, once for every strip; the first time is the nearest.
    lines = [" ".join(line.split()) for line in text.splitlines()]
    return next(filter(None, lines), "")[:200].rstrip(" .")


@contextmanager
def opened(path: Path) -> Iterator[ImageInput]:
    """Open an image file for reading; alpha is left as it is in the file.

    Raises:
        InputError: The file is absent, a folder, or not a picture that can be read.
    """
    if not path.exists():
        raise InputError(f"{path}: no such file", fix="Check the path and the frame range.")
    if path.is_dir():
        raise InputError(f"{path}: is a folder, not a picture", fix="Name a file inside it.")
    if not path.is_file():
        raise InputError(f"{path}: is a pipe or a device, not a picture", fix="Name a file.")
    if path.stat().st_size == 0:
        what = f"{path}: is empty (0 bytes), as a frame is that was begun and not made"
        raise InputError(what, fix="Render or copy it again.")
    hints = ImageSpec()
    hints.attribute("oiio:UnassociatedAlpha", 1)
    source = ImageInput.open(str(path), hints)
    if source is None:
        raise unreadable(path, complaint())
    try:
        _check_kind(path, str(source.format_name()))
        yield source
    finally:
        source.close()
        complaint(source)


def _check_kind(path: Path, file_format: str) -> None:
    if file_format in _NO_PICTURES:
        what = f"{path}: is {_NO_PICTURES[file_format]}, not a picture"
        raise InputError(what, fix="Give an EXR, PNG, TIFF or JPEG.")
    refuse_raw(path, file_format)


def check_window(path: Path, window: tuple[int, int, int, int], *, kind: str) -> Window:
    """Return (x, y, width, height) as a `Window`, refusing what only damage can explain.

    Raises:
        InputError: No pixels, a side above `MAX_SIDE`, more than `MAX_PIXELS`, or far away.
    """
    x, y, width, height = window
    plausible = 1 <= width <= MAX_SIDE and 1 <= height <= MAX_SIDE
    near = abs(x) <= MAX_OFFSET and abs(y) <= MAX_OFFSET
    if not plausible or not near or width * height > MAX_PIXELS:
        size = f"{width} x {height} at ({x}, {y})"
        what = f"{path}: implausible {kind} window {size}"
        raise InputError(what, fix=f"At most {MAX_SIDE} pixels a side and {MAX_PIXELS} in all.")
    return Window(x, y, width, height)
