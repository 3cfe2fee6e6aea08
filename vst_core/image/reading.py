"""From an image file to a `Plate`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from vst_core.errors import InputError
from vst_core.image.arrays import AnyArray, FloatArray
from vst_core.image.blocks import read_block
from vst_core.image.color import ColorSpace
from vst_core.image.header import Header, read_header
from vst_core.image.oiio_file import MAX_PIXELS, opened
from vst_core.image.plate import (
    Plate,
    ReadSettings,
    bands,
    base_of,
    source_colors,
    working,
)
from vst_core.image.spaces import space_of
from vst_core.image.window import Window

__all__ = ["alpha_divisor", "plate_of", "read_pixels", "read_plate"]


_DEFAULTS = ReadSettings()
_NATIVE = {"uint8", "uint16", "half"}


def read_plate(
    path: Path | str, *, canvas: Window | None = None, settings: ReadSettings = _DEFAULTS
) -> Plate:
    """Read one frame as a working picture.

    Args:
        path: Any image file that OpenImageIO reads.
        canvas: What the picture shall cover, in the file's coordinates: for a sequence, the
            union of all data windows. Pixels outside the data window are black. None = the
            file's own data window.
        settings: Layer and color.

    Returns:
        The plate. Its picture holds neither NaN nor infinity, whatever the file holds.

    Raises:
        InputError: The file cannot be used; names it.
        UsageError: Color space or config are not known.
    """
    header = read_header(path, layer=settings.layer)
    canvas = canvas or header.data_window
    if canvas.pixels > MAX_PIXELS:
        what = f"{path}: the sequence's data windows span {canvas.width} x {canvas.height} pixels"
        raise InputError(what, fix="Look for a damaged frame, or stylize fewer frames at a time.")
    return plate_of(header, _read_pixels(header), canvas=canvas, settings=settings)


def plate_of(header: Header, pixels: AnyArray, *, canvas: Window, settings: ReadSettings) -> Plate:
    """Return the plate of pixels that were read already; see `Plate` for what they are.

    Raises:
        UsageError: Color space or config are not known.
    """
    space = space_of(header, colorspace=settings.colorspace, ocio=settings.ocio)
    picture = _working_picture(header, pixels, space, canvas, settings.exposure)
    return Plate(picture, canvas, header, space, settings, pixels)


def read_pixels(path: Path | str) -> AnyArray:
    """Return a picture's own numbers, h x w x C: red, green, blue or one gray, then alpha.

    Raises:
        InputError: The file cannot be used; names it.
    """
    return _read_pixels(read_header(path))


def alpha_divisor(header: Header, alpha: FloatArray | None) -> FloatArray | None:
    """Return what colors are divided by to undo alpha: 1 where there is nothing to undo."""
    if alpha is None or not header.premultiplied:
        return None
    return np.where(alpha > 0.0, alpha, np.float32(1.0))


def _read_pixels(header: Header) -> AnyArray:
    part, wanted = header.part, header.layer.channels
    kinds = {part.types[index] for index in wanted}
    kind = kinds.pop() if len(kinds) == 1 else "float"
    first, last = min(wanted), max(wanted)
    with opened(header.path) as source:
        kind = kind if kind in _NATIVE else "float"
        block = read_block(header.path, source, part, first=first, end=last + 1, kind=kind)
    order = [index - first for index in wanted]
    return (
        block if order == list(range(block.shape[2])) else np.ascontiguousarray(block[..., order])
    )


def _working_picture(
    header: Header, pixels: AnyArray, space: ColorSpace, canvas: Window, exposure: float
) -> torch.Tensor:
    picture = np.zeros((3, canvas.height, canvas.width), np.float32)
    window = header.data_window
    seen = window.intersection(canvas)
    if seen is not None:
        inside = pixels[seen.slices_in(window)]
        down, across = seen.slices_in(canvas)
        target = picture[:, down, across]
        for rows in bands(seen.height, seen.width, space):
            target[:, rows] = _band(header, inside[rows], space, exposure).transpose(2, 0, 1)
    return torch.from_numpy(picture)[None]


def _band(header: Header, pixels: AnyArray, space: ColorSpace, exposure: float) -> FloatArray:
    gray, has_alpha = header.layer.is_gray, header.has_alpha
    colors, alpha = source_colors(pixels, gray=gray, alpha=has_alpha)
    return working(base_of(colors, alpha_divisor(header, alpha), space), space, exposure)
