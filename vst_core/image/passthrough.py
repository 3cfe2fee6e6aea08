"""Carrying all other channels and parts of an EXR to the output, untouched.

They are read again from the input when the frame is written, so that frames waiting for the
network hold the picture alone.
"""

from __future__ import annotations

import numpy as np
from OpenImageIO import ImageSpec, TypeDesc

from vst_core.errors import InputError
from vst_core.file_formats import FileFormat
from vst_core.image.arrays import AnyArray
from vst_core.image.blocks import read_block
from vst_core.image.header import Header, Part
from vst_core.image.metadata import compression_of, steady
from vst_core.image.oiio_file import opened

__all__ = ["has_other_channels", "parts_with_picture"]

_COLORS = ("R", "G", "B")


def has_other_channels(header: Header) -> bool:
    """Whether the file holds more than the picture."""
    return len(header.parts) > 1 or len(header.channels) > len(header.layer.channels)


def parts_with_picture(
    header: Header, picture: ImageSpec, pixels: AnyArray, kind: FileFormat
) -> list[tuple[ImageSpec, AnyArray]]:
    """Return description and pixels of every part, the picture put in its old place.

    Args:
        header: The input.
        picture: Description of the picture alone, as from `output_spec`.
        pixels: The finished picture, h x w x (3 or 4).
        kind: The output's format.

    Raises:
        InputError: A part is deep, or cannot be read any more.
    """
    whole = []
    for part in header.parts:
        spec = _kept_spec(part, kind, several=len(header.parts) > 1)
        block = _read_all(header, part)
        if part.index == header.layer.part:
            spec, block = _replaced(header, spec, block, picture, pixels)
        whole.append((spec, block))
    return whole


def _kept_spec(part: Part, kind: FileFormat, *, several: bool) -> ImageSpec:
    spec = part.spec.copy()
    for pattern in ("oiio:subimages", "openexr:chunkCount", "openexr:.*mode"):
        spec.erase_attribute(pattern)
    spec.attribute("compression", compression_of(part))
    if several:
        spec.attribute("oiio:subimagename", part.name)
    return steady(spec, kind)


def _read_all(header: Header, part: Part) -> AnyArray:
    if part.deep:
        what = f"{header.path}: part '{part.name}' is deep and cannot be carried over"
        raise InputError(what, fix="Run without --keep-layers.")
    kinds = set(part.types)
    # One array holds all channels: a type that holds every one of them without loss.
    kind = kinds.pop() if len(kinds) == 1 else "double" if kinds & {"uint", "uint32"} else "float"
    with opened(header.path) as source:
        return read_block(header.path, source, part, first=0, end=len(part.channels), kind=kind)


def _replaced(
    header: Header,
    spec: ImageSpec,
    block: AnyArray,
    picture: ImageSpec,
    pixels: AnyArray,
) -> tuple[ImageSpec, AnyArray]:
    """Put the picture's channels in place of the layer's; a gray channel becomes three."""
    layer, part = header.layer, header.part
    names, kinds = list(part.channels), list(part.types)
    columns = [block[..., index] for index in range(len(names))]
    new_kinds = [str(kind) for kind in picture.channelformats] or [str(picture.format)] * 4
    places = {layer.red: 0, layer.green: 1, layer.blue: 2}
    if layer.is_gray:
        names, kinds, columns = _widened(names, kinds, columns, layer.red, layer.prefix)
        places = {layer.red + offset: offset for offset in range(3)}
    for place, channel in places.items():
        columns[place] = pixels[..., channel]
        kinds[place] = new_kinds[channel]
    dtype = np.result_type(block.dtype, pixels.dtype)
    spec.nchannels, spec.channelnames = len(names), tuple(names)
    spec.alpha_channel = _find(names, layer.prefix, "A") if layer.is_gray else spec.alpha_channel
    spec.channelformats = tuple(TypeDesc(kind) for kind in kinds)
    return spec, np.stack(columns, axis=2).astype(dtype, copy=False)


def _widened(
    names: list[str], kinds: list[str], columns: list[AnyArray], index: int, prefix: str
) -> tuple[list[str], list[str], list[AnyArray]]:
    full = [f"{prefix}.{name}" if prefix else name for name in _COLORS]
    return (
        [*names[:index], *full, *names[index + 1 :]],
        [*kinds[:index], *[kinds[index]] * 3, *kinds[index + 1 :]],
        [*columns[:index], *[columns[index]] * 3, *columns[index + 1 :]],
    )


def _find(names: list[str], prefix: str, last: str) -> int:
    wanted = f"{prefix}.{last}" if prefix else last
    return names.index(wanted) if wanted in names else -1
