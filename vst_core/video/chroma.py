"""Color at fewer places than light: from every place to fewer, and back.

Along a line, MPEG's chroma samples lie on every second luma sample (the first, third, ...);
JPEG's, and MPEG's from line to line, in the middle between two.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["halved", "spread"]

Plane: TypeAlias = NDArray[np.float32]


def spread(plane: Plane, size: int, *, factor: int, axis: int, centerd: bool) -> Plane:
    """Return a plane with `factor` times the samples along an axis, linearly interpolated.

    Args:
        plane: h x w.
        size: Samples wanted along the axis.
        factor: 1, 2 or 4.
        axis: 0 = rows, 1 = columns.
        centerd: Samples lie in the middle of `factor` places, instead of on the first.
    """
    if factor == 1:
        return plane
    lines = np.swapaxes(plane, 0, axis)
    result = np.empty((size, lines.shape[1]), np.float32)
    after, before = _shifted(lines, 1), _shifted(lines, -1)
    for phase in range(factor):
        offset = (phase - (factor - 1) / 2 if centerd else phase) / factor
        neighbor = after if offset >= 0 else before
        share = np.float32(abs(offset))
        count = len(range(phase, size, factor))
        mixed = lines if not share else lines + share * (neighbor - lines)
        result[phase::factor] = mixed[:count]
    return np.swapaxes(result, 0, axis)


def halved(plane: Plane, *, axis: int, centerd: bool) -> Plane:
    """Return a plane with every second sample along an axis; its size has to be even.

    Centered samples are the mean of two; the others weigh their neighbors (1, 2, 1) / 4.
    """
    lines = np.swapaxes(plane, 0, axis)
    even, odd = lines[0::2], lines[1::2]
    result = (even + odd) / 2 if centerd else even / 2 + (odd + _shifted(odd, -1)) / 4
    return np.swapaxes(result, 0, axis)


def _shifted(lines: Plane, by: int) -> Plane:
    """Return the lines one further on, the last (or first) one repeated."""
    return np.concatenate([lines[1:], lines[-1:]] if by > 0 else [lines[:1], lines[:-1]])
