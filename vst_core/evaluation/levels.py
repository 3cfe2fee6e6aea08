"""The levels of a picture: what is clipped, each channel's mean and spread, and their drift."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

import torch
from torch import Tensor

__all__ = ["CHANNELS", "channel_levels", "clipped", "drift", "tenths"]

CHANNELS = ("red", "green", "blue")
_HALF_STEP = 0.5 / 255
_PARTS = 10


def clipped(picture: Tensor) -> tuple[float, float]:
    """Return the shares of pixels that are clipped in (shadows, highlights), 0 to 1.

    A pixel is, if any of its channels is at the end of the range: within half a step of 8 bits.

    Args:
        picture: 1 x 3 x H x W in [0, 1].
    """
    low, high = picture.amin(dim=1), picture.amax(dim=1)
    ends = (low <= _HALF_STEP, high >= 1 - _HALF_STEP)
    shadows, highlights = (torch.count_nonzero(end).item() / end.numel() for end in ends)
    return shadows, highlights


def channel_levels(picture: Tensor) -> dict[str, float]:
    """Return `red_mean`, `red_deviation` and so on, of 1 x 3 x H x W in [0, 1]."""
    values = picture[0].flatten(1).double()
    means, deviations = values.mean(dim=1), values.std(dim=1, correction=0)
    return {
        f"{channel}_{kind}": value.item()
        for kind, found in (("mean", means), ("deviation", deviations))
        for channel, value in zip(CHANNELS, found, strict=True)
    }


def tenths(values: Sequence[float]) -> tuple[float, ...] | None:
    """Return the mean of each tenth of a sequence in turn; None of fewer than ten values.

    Tenths have the same length; what is left over counts to the last one.

    >>> tenths(range(20))
    (0.5, 2.5, 4.5, 6.5, 8.5, 10.5, 12.5, 14.5, 16.5, 18.5)
    """
    size = len(values) // _PARTS
    if not size:
        return None
    starts = [place * size for place in range(_PARTS)]
    ends = [*starts[1:], len(values)]
    return tuple(fmean(values[start:end]) for start, end in zip(starts, ends, strict=True))


def drift(values: Sequence[float]) -> float | None:
    """Return how far a figure strays: the largest step from its mean over the first tenth.

    Means over tenths are compared, so that neither flicker nor a loop shorter than a tenth counts.
    None of fewer than ten values.

    >>> drift([0.5] * 10 + [0.5, 0.75] * 5)
    0.125
    """
    parts = tenths(values)
    return None if parts is None else max(abs(part - parts[0]) for part in parts)
