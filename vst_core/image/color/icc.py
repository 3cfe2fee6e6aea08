"""ICC profiles: what the numbers of a JPEG, PNG, TIFF or WebP mean.

Read here, and not by LittleCMS through Pillow, which has 8-bit pictures alone: profiles of
cameras, phones and displays are three curves and a matrix (ICC.1:2022, 8.3 and 10), good for 16
bits and for colors outside sRGB. Profiles made of tables, as of printers, are named.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from vst_core.image.arrays import FloatArray
from vst_core.image.color.curves import Gamma, Srgb
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
_ROOT = Gamma(2.4)
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
        raise ValueError("its colorants make no colors")
    white = adaptation(to_xyz(REC709).sum(axis=1), D50)
    matrix = np.linalg.inv(white @ to_xyz(REC709)) @ colorants
    return Profile(model, np.stack([_curve(tags[name]) for name in _CURVES]), rows_of(matrix))


def _xyz(tag: bytes) -> tuple[float, float, float]:
    if tag[:4] != b"XYZ ":
        raise ValueError("its colorants are no colors")
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
        profile = read_profile(self.content)
        if profile.is_linear:
            return multiplied(rgb, profile.matrix)
        light = _looked_up(rgb, _tables(self.content).light)
        return Srgb().encode(multiplied(light, profile.matrix))

    def from_base(self, base: FloatArray) -> FloatArray:
        """See `Transform`."""
        profile = read_profile(self.content)
        inverse = rows_of(np.linalg.inv(np.array(profile.matrix)))
        if profile.is_linear:
            return multiplied(base, inverse)
        light = multiplied(Srgb().decode(base), inverse)
        return _looked_up(_ROOT.encode(light), _tables(self.content).codes)


@dataclass(frozen=True, eq=False)
class _Tables:
    """The curves at even steps, to be looked up: ten times as fast as to interpolate.

    Codes are looked up by a root of light, which they are near to: so the dark has as many
    steps as it needs.
    """

    light: FloatArray  # 3 x _STEPS, by code
    codes: FloatArray  # 3 x _STEPS, by `_ROOT` of light


@lru_cache(maxsize=4)
def _tables(content: bytes) -> _Tables:
    curves = read_profile(content).curves
    if curves is None:
        raise ValueError("a profile made of tables has no curves")
    steps = np.power(_GRID, _ROOT.exponent)
    codes = np.stack([np.interp(steps, curve, _GRID) for curve in curves])
    return _Tables(curves.astype(np.float32), codes.astype(np.float32))


def _looked_up(values: FloatArray, tables: FloatArray) -> FloatArray:
    """Return each channel's table at `values`; it goes on straight beyond [0, 1]."""
    made = np.empty_like(values)
    places = np.rint(np.clip(values, np.float32(0.0), np.float32(1.0)) * np.float32(_STEPS - 1))
    for channel, table in enumerate(tables):
        np.take(table, places[..., channel].astype(np.uint16), out=made[..., channel])
    beyond = values - np.clip(values, np.float32(0.0), np.float32(1.0))
    if beyond.any():
        made += beyond * _slopes(tables, beyond)
    return made


def _slopes(tables: FloatArray, beyond: FloatArray) -> FloatArray:
    """Return how steep the tables are at the end that is passed, for each value."""
    reach = _STEPS // 256
    low = (tables[:, reach] - tables[:, 0]) * np.float32((_STEPS - 1) / reach)
    high = (tables[:, -1] - tables[:, -1 - reach]) * np.float32((_STEPS - 1) / reach)
    return np.where(beyond < 0, low, high).astype(np.float32)
