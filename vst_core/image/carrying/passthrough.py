"""Carrying other channels and parts of an EXR to the output, untouched.

They are read again from the input when the frame is written, so that frames waiting for the
network hold the picture alone. Each channel keeps its own type. Each part keeps its compression
too, unless that would change numbers that were changed by it once: such a part is written in ZIP.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from OpenImageIO import ImageSpec, TypeDesc

from vst_core.errors import InputError
from vst_core.file_formats import FileFormat
from vst_core.image.arrays import AnyArray
from vst_core.image.blocks import read_block
from vst_core.image.carrying.kept_layers import KeptLayers
from vst_core.image.exr_layers import Layer
from vst_core.image.header import Header, Part
from vst_core.image.metadata import compression_of, steady
from vst_core.image.oiio_file import opened

__all__ = ["FinishedLayer", "has_other_channels", "holds_more", "parts_with_picture"]

_COLORS = ("R", "G", "B", "A")
_CHANGING = ("dwaa", "dwab", "b44", "b44a")
"""Compressions that lose a little more each time; PXR24 gives the same numbers again."""


@dataclass(frozen=True, eq=False)
class FinishedLayer:
    """A painted layer of a file that holds several, such as the second view.

    Attributes:
        header: Of the same file; its layer is the painted one.
        picture: Description of the picture alone, as from `output_spec`.
        pixels: The finished picture, h x w x (3 or 4).
    """

    header: Header
    picture: ImageSpec = field(repr=False)
    pixels: AnyArray = field(repr=False)


@dataclass(frozen=True, eq=False)
class _Column:
    """A channel to be written."""

    name: str
    kind: str
    values: AnyArray = field(repr=False)


def has_other_channels(header: Header) -> bool:
    """Whether the file holds more than the picture."""
    return len(header.parts) > 1 or len(header.channels) > len(header.layer.channels)


def holds_more(header: Header, kept: KeptLayers) -> bool:
    """Whether more than the painted picture is written."""
    return bool(kept.out_layer) or (kept.any and has_other_channels(header))


def parts_with_picture(
    header: Header,
    picture: ImageSpec,
    pixels: AnyArray,
    kind: FileFormat,
    *,
    kept: KeptLayers,
    source: AnyArray | None = None,
    beside: Sequence[FinishedLayer] = (),
) -> list[tuple[ImageSpec, AnyArray]]:
    """Return description and pixels of every part to be written.

    The paint is in the picture's place, or in a layer of its own: a part of its own where the
    file has several.

    Args:
        header: The input.
        picture: Description of the picture alone, as from `output_spec`.
        pixels: The finished picture, h x w x (3 or 4).
        kind: The output's format.
        kept: What is carried over.
        source: The picture as it came, in the output's encoding, h x w x (3 or 4), where the
            input's own numbers mean something else; None = its own numbers.
        beside: Further layers of the file that were painted.

    Raises:
        InputError: A part is deep, or cannot be read any more.
    """
    paint = _paint(header, picture, pixels, kept.out_layer)
    own = paint if not kept.out_layer else None
    if source is not None and kept.out_layer:
        own = _paint(header, picture, source, "")
    painted = [(header, own)] if own is not None else []
    for one in beside:
        painted.append((one.header, _paint(one.header, one.picture, one.pixels, "")))
    layers = [header.layer, *(one.header.layer for one in beside)]
    chosen = [(part, _kept_indices(header, part, kept, layers)) for part in header.parts]
    chosen = [(part, indices) for part, indices in chosen if indices]
    several = len(chosen) > 1
    whole = []
    for part, indices in chosen:
        here = [(of.layer, paint) for of, paint in painted if of.layer.part == part.index]
        columns = _columns(header, part, indices, here)
        if kept.out_layer and part is header.part and not several:
            columns += paint
        whole.append(_described(header, part, columns, kind, several=several))
    if kept.out_layer and several:
        whole.append(_own_part(picture, pixels, paint, kept.out_layer))
    return whole


def _kept_indices(
    header: Header, part: Part, kept: KeptLayers, layers: Sequence[Layer]
) -> tuple[int, ...]:
    own = {index for layer in layers if layer.part == part.index for index in layer.channels}
    found = tuple(
        index
        for index, channel in enumerate(part.channels)
        if index in own or kept.keeps(part, channel)
    )
    if found and part.deep:
        what = f"{header.path}: part '{part.name}' is deep and cannot be carried over"
        raise InputError(what, fix="Name the layers to keep: --keep-layers Depth,Normal")
    return found


def _paint(header: Header, picture: ImageSpec, pixels: AnyArray, layer: str) -> list[_Column]:
    """Return the finished picture as channels of a layer; empty = of the picture's own."""
    count = pixels.shape[2]
    kinds = [str(kind) for kind in picture.channelformats] or [str(picture.format)] * count
    prefix = layer or header.layer.prefix
    names = [f"{prefix}.{color}" if prefix else color for color in _COLORS[:count]]
    if not layer and not header.layer.is_gray:
        names[:] = [header.channels[index] for index in header.layer.channels][:count]
    return [_Column(names[at], kinds[at], pixels[..., at]) for at in range(count)]


def _columns(
    header: Header,
    part: Part,
    indices: Sequence[int],
    painted: Sequence[tuple[Layer, list[_Column]]],
) -> list[_Column]:
    """Return the channels of a part as they came, those of painted layers replaced."""
    block, kinds = _read_all(header, part)
    places: dict[int, list[_Column]] = {}
    for layer, paint in painted:
        if layer.is_gray:  # a gray channel becomes three, and its alpha stays as it came
            places[layer.red] = paint[:3]
        else:
            places |= {at: [column] for at, column in zip(layer.channels, paint, strict=False)}
    columns: list[_Column] = []
    for at in indices:
        own = _Column(part.channels[at], kinds[at], block[..., at])
        columns += places.get(at, [own])
    return columns


def _described(
    header: Header, part: Part, columns: list[_Column], kind: FileFormat, *, several: bool
) -> tuple[ImageSpec, AnyArray]:
    spec = part.spec.copy()
    for pattern in ("oiio:subimages", "oiio:subimagename", "openexr:chunkCount", "openexr:.*mode"):
        spec.erase_attribute(pattern)
    others = len(columns) > (len(header.layer.channels) if part is header.part else 0)
    compression = compression_of(part)
    changes = others and compression.partition(":")[0] in _CHANGING
    spec.attribute("compression", "zip" if changes or header.format != "openexr" else compression)
    if several or len(header.parts) > 1:
        spec.attribute("oiio:subimagename", part.name)
    names = [column.name for column in columns]
    spec.nchannels, spec.channelnames = len(names), tuple(names)
    spec.channelformats = tuple(TypeDesc(column.kind) for column in columns)
    alpha, depth = part.spec.alpha_channel, part.spec.z_channel
    spec.alpha_channel = _place(names, part.channels[alpha]) if alpha >= 0 else -1
    spec.z_channel = _place(names, part.channels[depth]) if depth >= 0 else -1
    return steady(spec, kind), _stacked(columns)


def _own_part(
    picture: ImageSpec, pixels: AnyArray, paint: list[_Column], name: str
) -> tuple[ImageSpec, AnyArray]:
    spec = picture.copy()
    spec.attribute("oiio:subimagename", name)
    spec.channelnames = tuple(column.name for column in paint)
    return spec, pixels


def _stacked(columns: Sequence[_Column]) -> AnyArray:
    dtype = np.result_type(*(column.values.dtype for column in columns))
    return np.stack([column.values for column in columns], axis=2).astype(dtype, copy=False)


def _read_all(header: Header, part: Part) -> tuple[AnyArray, list[str]]:
    """Return a part's numbers, in a type that holds every one without loss; and its types."""
    types = list(part.types)
    kinds = set(types)
    kind = kinds.pop() if len(kinds) == 1 else "double" if kinds & {"uint", "uint32"} else "float"
    if header.format != "openexr":  # code values: fractions of the largest
        types = ["half" if one in ("uint8", "half") else "float" for one in types]
        kind = "float"
    with opened(header.path) as source:
        block = read_block(header.path, source, part, first=0, end=len(part.channels), kind=kind)
    return block, types


def _place(names: Sequence[str], name: str) -> int:
    return names.index(name) if name in names else -1
