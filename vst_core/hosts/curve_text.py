# SPDX-License-Identifier: Apache-2.0
"""Values over time as the engine reads them: ``0@1,1@24``, linear between its keys."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["curve_keys", "curve_text"]

_EXACT = 1e-4


def curve_text(values: Mapping[int, float]) -> str:
    """Return a curve that has these values at these frames, with as few keys as that takes.

    Args:
        values: The value at each frame.

    >>> curve_text({1: 0.0, 2: 0.25, 3: 0.5, 4: 0.5})
    '0@1,0.5@3,0.5@4'
    """
    return ",".join(f"{value:.6g}@{frame}" for frame, value in curve_keys(values))


def curve_keys(values: Mapping[int, float]) -> list[tuple[int, float]]:
    """Return as few keys, frame and value, as a curve of straight lines through `values` needs."""
    frames = sorted(values)
    keys = frames[:1]
    for place in range(1, len(frames) - 1):
        if not _straight(values, keys[-1], frames[place + 1], frames):
            keys.append(frames[place])
    keys += frames[-1:] if len(frames) > 1 else []
    return [(frame, values[frame]) for frame in keys]


def _straight(values: Mapping[int, float], first: int, last: int, frames: list[int]) -> bool:
    """Whether all values between two frames lie on the line between them."""
    slope = (values[last] - values[first]) / (last - first)
    between = (frame for frame in frames if first < frame < last)
    return all(
        abs(values[first] + slope * (frame - first) - values[frame]) <= _EXACT for frame in between
    )
