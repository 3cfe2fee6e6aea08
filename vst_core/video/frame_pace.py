"""Frames a second, from the times at which frames are really shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

__all__ = ["Pace", "pace_of"]

_STANDARD = (
    *(Fraction(whole * 1000, 1001) for whole in (24, 30, 48, 60, 120)),
    *map(Fraction, (24, 25, 30, 48, 50, 60, 120)),
)
_ROUNDING = 1.01  # ticks: files round times to their own clock
_JITTER = 0.02  # of a frame


@dataclass(frozen=True, kw_only=True)
class Pace:
    """How fast frames follow each other.

    Attributes:
        rate: Frames a second; the mean, where they follow unevenly.
        even: All frames are shown for the same time.
    """

    rate: Fraction
    even: bool


def pace_of(times: Sequence[int], *, tick: Fraction, rates: Sequence[Fraction]) -> Pace:
    """Return the pace of frames.

    Args:
        times: When each is shown, in ticks, rising.
        tick: Seconds a tick.
        rates: What the file says; believed where the times agree. A single frame has no pace,
            and gets the last of these.
    """
    if len(times) < 2:
        return Pace(rate=rates[-1], even=True)
    mean = Fraction(len(times) - 1) / ((times[-1] - times[0]) * tick)
    likely = sorted((*rates, *_STANDARD), key=lambda rate: abs(rate - mean))
    snapped = mean.limit_denominator(1001)
    for rate in (*likely[:4], snapped):
        if _agrees(times, tick, rate):
            return Pace(rate=rate, even=True)
    return Pace(rate=snapped, even=False)


def _agrees(times: Sequence[int], tick: Fraction, rate: Fraction) -> bool:
    """Whether every frame comes when this rate says, but for rounding and a little jitter."""
    step = float(1 / (rate * tick))
    tolerance = max(_ROUNDING, _JITTER * step)
    return all(abs(time - times[0] - index * step) <= tolerance for index, time in enumerate(times))
