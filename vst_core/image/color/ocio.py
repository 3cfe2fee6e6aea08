"""OpenColorIO: conversions by a config, and how its spaces get to the two bases.

A config need not call Rec.709 or sRGB by any name that is known here. Then its interchange
roles say how to get there (OpenColorIO 2: `aces_interchange` is ACES2065-1), and in older ones
the role `scene_linear`, if red stays pure red on its way to sRGB.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from OpenImageIO import FLOAT, ImageBuf, ImageBufAlgo

from vst_core.errors import UsageError
from vst_core.image.arrays import FloatArray
from vst_core.image.color.configs import PINNED_CONFIG, full_name, role_name
from vst_core.image.color.curves import Srgb
from vst_core.image.color.primaries import (
    AP0,
    IDENTITY,
    PRIMARIES,
    Rows,
    multiplied,
    rows_of,
    to_rec709,
)

__all__ = ["Base", "OcioTransform", "converted", "linear_base", "srgb_name"]

_LINEAR_NAMES = ("Linear Rec.709 (sRGB)", "lin_rec709_srgb", "lin_rec709", "lin_srgb",
                 "Utility - Linear - sRGB", "Utility - Linear - Rec.709",
                 "Linear Rec.709")  # fmt: skip
_SRGB_NAMES = ("sRGB - Texture", "srgb_tx", "srgb_texture", "Utility - sRGB - Texture",
               "sRGB Encoded Rec.709 (sRGB)", "sRGB")  # fmt: skip
_INTERCHANGE = {"aces_interchange": AP0, "cie_xyz_d65_interchange": PRIMARIES["xyzd65"]}


@dataclass(frozen=True, slots=True)
class Base:
    """A linear space of a config, and the matrix from there to Rec.709."""

    name: str
    matrix: Rows = IDENTITY


@dataclass(frozen=True, slots=True)
class OcioTransform:
    """A space of a config <-> the base; see `Transform`."""

    name: str
    config: str
    referred: Literal["scene", "display"]

    def to_base(self, rgb: FloatArray) -> FloatArray:
        """See `Transform`."""
        if self._display:
            return converted(rgb, self.name, self._display, self.config)
        base = linear_base(self.config)
        linear = multiplied(converted(rgb, self.name, base.name, self.config), base.matrix)
        return linear if self.referred == "scene" else Srgb().encode(linear)

    def from_base(self, base: FloatArray) -> FloatArray:
        """See `Transform`."""
        if self._display:
            return converted(base, self._display, self.name, self.config)
        linear = base if self.referred == "scene" else Srgb().decode(base)
        there = linear_base(self.config)
        inverse = rows_of(np.linalg.inv(np.array(there.matrix)))
        return converted(multiplied(linear, inverse), there.name, self.name, self.config)

    @property
    def _display(self) -> str:
        return srgb_name(self.config) if self.referred == "display" else ""


@lru_cache(maxsize=8)
def linear_base(config: str) -> Base:
    """Return how light of a config becomes linear Rec.709.

    Raises:
        UsageError: Nothing in the config says so.
    """
    if name := _first(config, _LINEAR_NAMES):
        return Base(name)
    for role, primaries in _INTERCHANGE.items():
        if name := role_name(role, config):
            return Base(name, to_rec709(primaries))
    light, display = role_name("scene_linear", config), srgb_name(config)
    if light and display and _has_rec709(light, display, config):
        return Base(light)
    raise UsageError(
        f"OpenColorIO config '{config}' does not say what Rec.709 is: it has neither the role "
        f"aces_interchange nor a space {_LINEAR_NAMES[0]}",
        fix=f"Use a config that has one, such as {PINNED_CONFIG}.",
    )


def srgb_name(config: str) -> str:
    """Return what the config calls sRGB code values, or an empty text."""
    return _first(config, _SRGB_NAMES)


def _first(config: str, names: tuple[str, ...]) -> str:
    return next((found for name in names if (found := full_name(name, config))), "")


def _has_rec709(light: str, display: str, config: str) -> bool:
    """Whether pure red, green and blue light have pure sRGB codes."""
    codes = converted(np.eye(3, dtype=np.float32)[None], light, display, config)[0]
    return bool(np.allclose(codes, np.eye(3), atol=2e-3))


def converted(rgb: FloatArray, source: str, target: str, config: str) -> FloatArray:
    """Return colors (h x w x 3) brought from one space of a config to another.

    Raises:
        UsageError: The config cannot do that.
    """
    image = ImageBuf(np.ascontiguousarray(rgb, dtype=np.float32))
    made = ImageBufAlgo.colorconvert(image, source, target, False, colorconfig=config)
    if made.has_error:
        problem = made.geterror()
        raise UsageError(
            f"OpenColorIO cannot convert '{source}' to '{target}' with {config} ({problem})",
            fix="Choose another --colorspace or --ocio.",
        )
    return np.asarray(made.get_pixels(FLOAT), dtype=np.float32).reshape(rgb.shape)
