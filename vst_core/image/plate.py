"""A plate: one frame as the network sees it, and all that is needed to write it back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import torch

from vst_core.image import shaper
from vst_core.image.arrays import AnyArray, FloatArray
from vst_core.image.carrying.kept_layers import KeptLayers
from vst_core.image.color import ColorSpace, OcioTransform, Unchanged, file_to_base
from vst_core.image.header import Header
from vst_core.image.window import Window

__all__ = [
    "Plate",
    "ReadSettings",
    "alpha_of",
    "bands",
    "base_of",
    "finite",
    "source_colors",
    "working",
]

HALF_MAX = 65504.0
_BAND_PIXELS = 2**19
_OCIO_BAND_PIXELS = 2**22


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadSettings:
    """How a file is read.

    Attributes:
        layer: Layer to stylize; empty = the one a person would expect.
        colorspace: Color space of the file; empty = what its metadata or format says.
        ocio: OpenColorIO config, a path or `ocio://...`; empty = $OCIO, else the pinned one.
        kept: Which other channels and parts are carried to the output, and whether the paint has
            a layer of its own there.
        exposure: What scene-linear light is divided by on its way to the working picture, and
            multiplied by on the way back; see `vst_core.image.exposure`.
    """

    layer: str = ""
    colorspace: str = ""
    ocio: str = ""
    kept: KeptLayers = field(default_factory=KeptLayers)
    exposure: float = 1.0


@dataclass(frozen=True, eq=False)
class Plate:
    """One frame.

    Attributes:
        picture: The working picture, float32 1 x 3 x H x W, display-referred sRGB in [0, 1],
            H x W being the canvas.
        canvas: Window that `picture` covers.
        header: The file it came from.
        space: The file's color space.
        settings: How it was read.
        pixels: The file's own numbers over its data window, h x w x C in the file's own type:
            red, green, blue or one gray, then alpha where there is one.
    """

    picture: torch.Tensor
    canvas: Window
    header: Header
    space: ColorSpace
    settings: ReadSettings
    pixels: AnyArray = field(repr=False)


def bands(height: int, width: int, space: ColorSpace) -> Iterator[slice]:
    """Yield slices of rows, about half a million pixels each.

    Color work goes band by band, so that its temporaries stay small beside the picture.
    OpenColorIO gets larger ones, because every call loads the config anew (35 ms).
    """
    most = _OCIO_BAND_PIXELS if isinstance(space.transform, OcioTransform) else _BAND_PIXELS
    rows = max(1, most // width)
    for top in range(0, height, rows):
        yield slice(top, min(top + rows, height))


def finite(values: FloatArray) -> FloatArray:
    """Replace, in place, NaN by 0 and infinities by the largest half float; return `values`."""
    if not np.isfinite(values).all():  # rare, and three times as slow
        np.nan_to_num(values, copy=False, nan=0.0, posinf=HALF_MAX, neginf=-HALF_MAX)
    return values


def source_colors(
    pixels: AnyArray, *, gray: bool, alpha: bool
) -> tuple[FloatArray, FloatArray | None]:
    """Return the file's colors (h x w x 3) and alpha (h x w), float32 and finite.

    Integers become code values in [0, 1]; nothing else is changed.
    """
    values = pixels.astype(np.float32)
    if pixels.dtype.kind == "u":
        values /= np.float32(np.iinfo(pixels.dtype).max)
    else:
        finite(values)
    colors = values[..., :1].repeat(3, axis=2) if gray else values[..., :3]
    return colors, values[..., -1] if alpha else None


def alpha_of(plate: Plate) -> FloatArray | None:
    """Return a frame's alpha over its data window, h x w float32; None where it has none."""
    if not plate.header.has_alpha:
        return None
    _, alpha = source_colors(plate.pixels[..., -2:], gray=True, alpha=True)
    return alpha


def base_of(colors: FloatArray, divisor: FloatArray | None, space: ColorSpace) -> FloatArray:
    """Return base values (see `color`) of colors, unpremultiplied by `divisor` (h x w)."""
    if divisor is not None:
        with np.errstate(over="ignore"):
            colors = finite(colors / divisor[..., None])
    base = file_to_base(colors, space)
    # Only a transform or a division can make new infinities.
    return base if isinstance(space.transform, Unchanged) else finite(base)


def working(base: FloatArray, space: ColorSpace, exposure: float = 1.0) -> FloatArray:
    """Return the working picture's values of base values, any shape, in [0, 1]."""
    if space.referred == "scene":
        return shaper.encode(base if exposure == 1.0 else base / np.float32(exposure))
    return np.clip(base, np.float32(0.0), np.float32(1.0))
