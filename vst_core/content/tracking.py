"""How the level of a shot goes on from frame to frame.

What a fade does to a picture it does to every part of it alike; a thing that comes into view
changes one part only. So the change is measured part by part, at the same points of what is
seen, and counts where the parts agree: an ordinary shot keeps its level exactly, whatever moves
in it, and nothing flickers with the measurement.
"""

from __future__ import annotations

import math
from dataclasses import replace

import torch
from torch import Tensor
from torch.nn import functional as F

from vst_core.content.cells import Cells
from vst_core.content.level import NORMAL, Level, first_level

__all__ = ["alike", "followed", "rough_change", "unclipped"]

_BLOCKS = (4, 6)
_LEAST_SPREAD, _LEAST_KNOWN = 0.015, 0.25
_LEAST_GAIN, _MOST_GAIN = 0.004, 4.0
_STEADY = 0.002
_SHIFT = 0.002
_RELEASE, _RELEASE_OF_GUESSES = 0.0005, 0.01
_ALIKE = 0.6
_WHITE = 0.98
_MOSTLY, _SOME_CELLS, _SURE = 0.6, 20, 0.9  # fewer cells say nothing of the light


def rough_change(before: Cells, now: Cells) -> Level:
    """Return how most parts of a picture changed, the motion left out of account.

    Where most of it has gone white, as in a flash, what is left decides.
    """
    change = _agreed_change(before, now)
    if change is None and float((now.weight > 0).double().mean()) < _MOSTLY:
        change = _change_of_the_rest(before, now)
    return NORMAL if change is None else change


def _change_of_the_rest(before: Cells, now: Cells) -> Level | None:
    """Return the change of the cells that count, if they are some and agree well."""
    both = torch.minimum(before.weight, now.weight) > _LEAST_KNOWN
    if int(both.sum()) < _SOME_CELLS:
        return None
    one, two = before.colors[:, both], now.colors[:, both]
    apart, other = (each - each.mean(1, keepdim=True) for each in (one, two))
    size = float(apart.square().sum().sqrt() * other.square().sum().sqrt())
    if float((apart * other).sum()) < _SURE * size or size == 0:
        return None
    gain = float(other.square().sum().sqrt() / apart.square().sum().sqrt())
    red, green, blue = (two.mean(1) - gain * one.mean(1)).tolist()
    return Level(gain=gain, offset=(red, green, blue))


def unclipped(cells: Cells, recorded: Cells) -> Cells:
    """Return cells of which those count nothing that were cut off at white, be it in part.

    Args:
        cells: At the normal level.
        recorded: The same as they were recorded.
    """
    return replace(cells, weight=cells.weight * (recorded.peak < _WHITE))


def alike(before: Cells, now: Cells) -> bool:
    """Whether two pictures show the same, in another light: their cells go together."""
    both = (before.weight > 0) & (now.weight > 0)
    if int(both.sum()) < 2:
        return False
    one, two = (cells.colors[:, both] for cells in (before, now))
    one, two = one - one.mean(1, keepdim=True), two - two.mean(1, keepdim=True)
    size = float(one.square().sum().sqrt() * two.square().sum().sqrt())
    return float((one * two).sum()) > _ALIKE * size > 0


def followed(
    level: Level, *, before: Cells, now: Cells, recorded: Cells | None = None
) -> tuple[Level, bool]:
    """Return the level of a frame from that of the frame before.

    Args:
        level: The level at which `now` was looked at.
        before: The frame before at its normal level, warped to now, where that can be trusted.
        now: The frame at `level`, the same cells.
        recorded: All of its cells, as they were recorded: the level they would begin a shot with
            is where errors of measurement go back to; the normal one where None.

    Returns:
        The new level, and whether it differs from `level`.
    """
    change = _agreed_change(before, now)
    found = level if change is None else level.after(change)
    own = NORMAL if recorded is None else first_level(recorded)
    gain = min(max(found.gain, _LEAST_GAIN), _MOST_GAIN)
    found = _released(replace(found, gain=gain), own)
    return found, found != level


def _agreed_change(before: Cells, now: Cells) -> Level | None:
    """Return the change that most parts of the picture have gone through; None if none did."""
    counted = torch.minimum(before.weight, now.weight)
    if int((counted > _LEAST_KNOWN).sum()) < _SOME_CELLS:
        return None
    one, two = _moments(before.colors, counted), _moments(now.colors, counted)
    known = F.adaptive_avg_pool2d(counted[None], _BLOCKS).flatten()
    there = (one[1] > _LEAST_SPREAD) & (two[1] > 0) & (known > _LEAST_KNOWN)
    if int(there.sum()) < 3:
        return None
    ratios = (two[1][there] / one[1][there]).log()
    gain_log, doubt = _middle(ratios)
    gain = math.exp(gain_log) if abs(gain_log) > max(_STEADY, doubt) else 1.0
    shifts = (two[0] - gain * one[0])[:, there]
    middles = [_middle(shift) for shift in shifts]
    shifted = any(abs(value) > max(_SHIFT, doubt) for value, doubt in middles)
    if gain == 1.0 and not shifted:
        return None
    red, green, blue = (value for value, _ in middles)
    return Level(gain=gain, offset=(red, green, blue))


def _moments(colors: Tensor, weight: Tensor) -> tuple[Tensor, Tensor]:
    """Return mean (3 x blocks) and spread (blocks) of each block of cells."""

    def over_blocks(values: Tensor) -> Tensor:
        return F.adaptive_avg_pool2d(values[None], _BLOCKS)[0].flatten(1)

    total = over_blocks(weight[None]).clamp_min(1e-9)
    mean = over_blocks(colors * weight) / total
    square = over_blocks(colors.square() * weight) / total
    return mean, (square - mean.square()).clamp_min(0).sum(0).sqrt()


def _middle(values: Tensor) -> tuple[float, float]:
    """Return the median, and how far it may be off: its standard error by the spread's median."""
    median = values.median()
    spread = 1.4826 * (values - median).abs().median()
    return float(median), 2 * float(spread) * 1.2533 / math.sqrt(len(values))


def _released(level: Level, own: Level) -> Level:
    """Return the level a little nearer to that of a first frame: measurements leave errors behind.

    A night or a dull picture has its own level for good; an ordinary one is normal, and what began
    otherwise soon is, when it has come up.
    """
    if level.is_normal:
        return NORMAL
    step = _RELEASE_OF_GUESSES if level.guessed and own.is_normal else _RELEASE
    log = _nearer(math.log(level.gain), math.log(own.gain), step)
    gain = 1.0 if log == 0 else math.exp(log)
    pairs = zip(level.offset, own.offset, strict=True)
    red, green, blue = (_nearer(value, wanted, step) for value, wanted in pairs)
    return Level(gain=gain, offset=(red, green, blue), guessed=level.guessed)


def _nearer(value: float, wanted: float, step: float) -> float:
    away = value - wanted
    return wanted if abs(away) <= step else value - math.copysign(step, away)
