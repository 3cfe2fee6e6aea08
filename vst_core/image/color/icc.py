"""ICC profiles: what the numbers of a JPEG, PNG, TIFF or WebP mean.

Read here, and not by LittleCMS through Pillow, which has 8-bit pictures alone: profiles of
cameras, phones and displays are three curves and a matrix (ICC.1:2022, 8.3 and 10), good for 16
bits and for colours outside sRGB. Profiles made of tables, as of printers, are named.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from vst_core.image.arrays import FloatArray
from vst_core.image.color.curves import Srgb
from vst_core.image.color.primaries import (
    D50,
    IDENTITY,
    REC709,
    Rows,
    adaptation,
    multiplied,
    rows_of,
    to_xyz,
)

__all__ = ["IccTransform", "Profile", "read_profile"]

_HEADER, _MOST_TAGS = 132, 200
_STEPS = 65536
_GRID = np.linspace(0.0, 1.0, _STEPS)
_COLORANTS, _CURVES = (b"rXYZ", b"gXYZ", b"bXYZ"), (b"rTRC", b"gTRC", b"bTRC")
# type of a parametric curve -> how many numbers it has (10.18)
_PARAMETERS = {0: 1, 1: 3, 2: 4, 3: 5, 4: 7}


@dataclass(frozen=True, eq=False)
class Profile:
    """A profile.

    Attributes:
        model: `RGB`, `GRAY`, `CMYK`, `Lab`, ...
        curves: Three rows of light at `_STEPS` even steps of code; None = it is made of tables.
        matrix: From that light to linear Rec.709.
    """

    model: str
    curves: NDArray[np.float64] | None = field(default=None, repr=False)
    matrix: Rows = IDENTITY

    @property
    def is_linear(self) -> bool:
        """Whether the numbers are light."""
        return self.curves is not None and bool(np.abs(self.curves - _GRID).max() < 1e-3)

    @property
    def is_srgb(self) -> bool:
        """Whether it says what everybody expects: differences are below a step of 8 bits."""
        if self.curves is None or np.abs(np.subtract(self.matrix, IDENTITY)).max() > 3e-3:
            return False
        expected = Srgb().decode(_GRID.astype(np.float32))
        return bool(np.abs(self.curves - expected).max() < 2e-3)


@lru_cache(maxsize=16)
def read_profile(content: bytes) -> Profile:
    """Return what a profile says.

    Raises:
        ValueError: It is none, or damaged.
    """
    try:
        return _read(content)
    except (struct.error, LookupError, ArithmeticError) as error:
        raise ValueError(f"damaged ({error})") from error


def _read(content: bytes) -> Profile:
    size, count = struct.unpack_from(">I", content)[0], struct.unpack_from(">I", content, 128)[0]
    if content[36:40] != b"acsp" or not _HEADER <= size <= len(content) or count > _MOST_TAGS:
        raise ValueError("not an ICC profile")
    model = content[16:20].decode("ascii", "replace").strip()
    entries = [struct.unpack_from(">4sII", content, _HEADER + 12 * n) for n in range(count)]
    tags = {name: content[start : start + length] for name, start, length in entries}
    if model == "GRAY" and b"kTRC" in tags:
        return Profile(model, np.stack([_curve(tags[b"kTRC"])] * 3))
    if model != "RGB" or not tags.keys() >= {*_COLORANTS, *_CURVES}:
        return Profile(model)
    colorants = np.array([_xyz(tags[name]) for name in _COLORANTS]).T
    if not np.isfinite(colorants).all() or abs(np.linalg.det(colorants)) < 1e-6:
        raise ValueError("its colorants make no colours")
    white = adaptation(to_xyz(REC709).sum(axis=1), D50)
    matrix = np.linalg.inv(white @ to_xyz(REC709)) @ colorants
    return Profile(model, np.stack([_curve(tags[name]) for name in _CURVES]), rows_of(matrix))


def _xyz(tag: bytes) -> tuple[float, float, float]:
    if tag[:4] != b"XYZ ":
        raise ValueError("its colorants are no colours")
    x, y, z = struct.unpack_from(">3i", tag, 8)
    return x / 65536, y / 65536, z / 65536


def _curve(tag: bytes) -> NDArray[np.float64]:
    """Return the light at even steps of code (10.6, 10.18), never falling."""
    if tag[:4] == b"curv":
        curve = _sampled(tag)
    elif tag[:4] == b"para":
        curve = _parametric(tag)
    else:
        raise ValueError("its curves are no curves")
    if not np.isfinite(curve).all():
        raise ValueError("its curves have no values")
    rising: NDArray[np.float64] = np.maximum.accumulate(np.clip(curve, 0.0, 1.0))
    if rising[-1] - rising[0] < 1e-3:
        raise ValueError("its curves do not rise")
    return rising


def _sampled(tag: bytes) -> NDArray[np.float64]:
    (count,) = struct.unpack_from(">I", tag, 8)
    if count == 0:
        return _GRID
    values = np.array(struct.unpack_from(f">{count}H", tag, 12), np.float64)
    if count == 1:
        return np.power(_GRID, values[0] / 256)
    return np.interp(_GRID, np.linspace(0.0, 1.0, count), values / 65535)


def _parametric(tag: bytes) -> NDArray[np.float64]:
    (kind,) = struct.unpack_from(">H", tag, 8)
    given = [value / 65536 for value in struct.unpack_from(f">{_PARAMETERS[kind]}i", tag, 12)]
    gamma, a, b, c, d, e, f = given + list(_DEFAULTS[len(given) :])
    if kind == 1:
        d = -b / a
    elif kind == 2:
        e, f, c, d = c, c, 0.0, -b / a
    with np.errstate(invalid="ignore"):
        power = np.power(np.maximum(a * _GRID + b, 0.0), gamma) + e
    return np.where(d <= _GRID, power, c * _GRID + f) if kind else np.power(_GRID, gamma)


_DEFAULTS = (1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class IccTransform:
    """Code values in a profile <-> the base: sRGB code values, or light where they are light."""

    content: bytes = field(repr=False)

    def to_base(self, rgb: FloatArray) -> FloatArray:
        """See `Transform`."""
        profile, curves = self._profile()
        light = np.empty_like(rgb)
        for channel, curve in enumerate(curves):
            light[..., channel] = _extended(rgb[..., channel], _GRID, curve)
        base = multiplied(light, profile.matrix)
        return base if profile.is_linear else Srgb().encode(base)

    def from_base(self, base: FloatArray) -> FloatArray:
        """See `Transform`."""
        profile, curves = self._profile()
        light = base if profile.is_linear else Srgb().decode(base)
        light = multiplied(light, rows_of(np.linalg.inv(np.array(profile.matrix))))
        coded = np.empty_like(light)
        for channel, curve in enumerate(curves):
            coded[..., channel] = _extended(light[..., channel], curve, _GRID)
        return coded

    def _profile(self) -> tuple[Profile, NDArray[np.float64]]:
        profile = read_profile(self.content)
        if profile.curves is None:
            raise ValueError("a profile made of tables has no curves")
        return profile, profile.curves


def _extended(
    values: FloatArray, places: NDArray[np.float64], curve: NDArray[np.float64]
) -> FloatArray:
    """Return a curve at `values`; it goes on straight at both ends, which floats may pass."""
    made = np.interp(values, places, curve)
    low, high = values < places[0], values > places[-1]
    if low.any() or high.any():
        made[low] += (values[low] - places[0]) * _slope(places[:2], curve[:2])
        made[high] += (values[high] - places[-1]) * _slope(places[-2:], curve[-2:])
    return made.astype(np.float32)


def _slope(places: NDArray[np.float64], curve: NDArray[np.float64]) -> float:
    run, rise = (float(b - a) for a, b in (*pairwise(places), *pairwise(curve)))
    return min(rise / run, 1e3) if run > 0 else 0.0
