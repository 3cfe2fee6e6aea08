"""Primaries: from the light of any red, green, blue and white to Rec.709's, by one matrix."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from vst_core.image.arrays import FloatArray

__all__ = [
    "AP0",
    "AP1",
    "D50",
    "IDENTITY",
    "PRIMARIES",
    "REC709",
    "Matrix",
    "Primaries",
    "adaptation",
    "multiplied",
    "rows_of",
    "same_primaries",
    "to_rec709",
    "to_xyz",
]

Primaries: TypeAlias = tuple[float, ...]
"""x and y of red, green, blue and white: CIE 1931, as the attribute `chromaticities` of EXR."""

Matrix: TypeAlias = NDArray[np.float64]
Rows: TypeAlias = tuple[tuple[float, float, float], ...]

IDENTITY: Rows = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))

_D65, _ACES_WHITE, _DCI_WHITE = (0.3127, 0.3290), (0.32168, 0.33767), (0.314, 0.351)

REC709: Primaries = (0.640, 0.330, 0.300, 0.600, 0.150, 0.060, *_D65)
AP0: Primaries = (0.7347, 0.2653, 0.0, 1.0, 0.0001, -0.077, *_ACES_WHITE)
AP1: Primaries = (0.713, 0.293, 0.165, 0.830, 0.128, 0.044, *_ACES_WHITE)

PRIMARIES: dict[str, Primaries] = {
    "rec709": REC709,
    "ap0": AP0,
    "ap1": AP1,
    "p3d65": (0.680, 0.320, 0.265, 0.690, 0.150, 0.060, *_D65),
    "p3dci": (0.680, 0.320, 0.265, 0.690, 0.150, 0.060, *_DCI_WHITE),
    "rec2020": (0.708, 0.292, 0.170, 0.797, 0.131, 0.046, *_D65),
    "adobergb": (0.640, 0.330, 0.210, 0.710, 0.150, 0.060, *_D65),
    "xyzd65": (1.0, 0.0, 0.0, 1.0, 0.0, 0.0, *_D65),
    "xyze": (1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1 / 3, 1 / 3),
    "rec601_625": (0.640, 0.330, 0.290, 0.600, 0.150, 0.060, *_D65),
    "rec601_525": (0.630, 0.340, 0.310, 0.595, 0.155, 0.070, *_D65),
}
"""By the short names of the color interop ids (Color Interop Forum, 2024)."""

_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367],
                      [0.0389, -0.0685, 1.0296]])  # fmt: skip
D50 = (0.9642, 1.0, 0.8249)
"""X, Y, Z of the white to which every ICC profile is adapted (ICC.1:2022, 7.2.16)."""

_TOLERANCE = 0.002
_LARGEST = 1e3


def same_primaries(one: Sequence[float], other: Sequence[float]) -> bool:
    """Whether two sets are the same but for the rounding of those who write them."""
    return len(one) == len(other) and all(
        abs(a - b) <= _TOLERANCE for a, b in zip(one, other, strict=True)
    )


@lru_cache(maxsize=64)
def to_rec709(primaries: Primaries) -> Rows:
    """Return the matrix that makes linear Rec.709 of linear light in `primaries`.

    White becomes white: it is adapted by Bradford's matrix, as OpenColorIO's configs do it.

    Raises:
        ValueError: The numbers are those of no primaries.
    """
    if len(primaries) != 8 or not np.isfinite(primaries).all():
        raise ValueError(f"chromaticities are eight numbers, not {primaries}")
    source, target = to_xyz(primaries), to_xyz(REC709)
    matrix = np.linalg.inv(target) @ adaptation(_white(primaries), _white(REC709)) @ source
    if np.abs(matrix).max() > _LARGEST:
        raise ValueError(f"no light can be made of the chromaticities {primaries}")
    return rows_of(matrix)


def to_xyz(primaries: Primaries) -> Matrix:
    """Return the matrix from linear light to CIE XYZ, white having Y = 1 (SMPTE RP 177).

    Raises:
        ValueError: The numbers are those of no primaries.
    """
    red, green, blue, _ = (primaries[start : start + 2] for start in range(0, 8, 2))
    columns = np.array([(x, y, 1.0 - x - y) for x, y in (red, green, blue)]).T
    if abs(np.linalg.det(columns)) < 1e-6:
        raise ValueError(f"the chromaticities {primaries} lie on a line")
    scale = np.linalg.solve(columns, _white(primaries))
    if np.abs(scale).min() < 1e-6:
        raise ValueError(f"white is not mixed of the chromaticities {primaries}")
    matrix: Matrix = columns * scale[None, :]
    return matrix


def _white(primaries: Primaries) -> Matrix:
    x, y = primaries[6:]
    if y < 1e-3 or x < 0.0 or x + y > 1.0:
        raise ValueError(f"no white has the chromaticity {x}, {y}")
    return np.array([x / y, 1.0, (1.0 - x - y) / y])


def adaptation(source: Sequence[float] | Matrix, target: Sequence[float] | Matrix) -> Matrix:
    """Return Bradford's matrix from one white (X, Y, Z) to another."""
    gains = (_BRADFORD @ np.asarray(target)) / (_BRADFORD @ np.asarray(source))
    matrix: Matrix = np.linalg.inv(_BRADFORD) @ (gains[:, None] * _BRADFORD)
    return matrix


def rows_of(matrix: Matrix) -> Rows:
    """Return a matrix as rows of numbers."""
    return tuple((float(a), float(b), float(c)) for a, b, c in matrix)


def multiplied(rgb: FloatArray, matrix: Rows) -> FloatArray:
    """Return `matrix` times each color of `rgb` (h x w x 3)."""
    # Written out instead of `@`: a BLAS may round differently with another number of threads.
    red, green, blue = rgb[..., 0], rgb[..., 1], rgb[..., 2]
    result = np.empty_like(rgb)
    for channel, row in enumerate(matrix):
        from_red, from_green, from_blue = map(np.float32, row)
        result[..., channel] = red * from_red + green * from_green + blue * from_blue
    return result
