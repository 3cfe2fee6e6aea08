"""Which frames are taken: middles of equal parts, those that differ most, by the motion."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from vst_core.keyframes.changes import FrameChange

__all__ = [
    "KeyFrame",
    "differing_frames",
    "moving_frames",
    "neighbor_differences",
    "segment_middles",
]

_APART = 12
"""Frames that lie between two that differ at least, unless the clip is too short for that."""


@dataclass(frozen=True)
class KeyFrame:
    """A frame that stands for what is around it.

    Attributes:
        frame: Its number.
        score: Why: its difference from its neighbors (see `differing_frames`), or the share of
            all change that lies before it (see `moving_frames`).
    """

    frame: int
    score: float


def segment_middles(length: int, count: int) -> tuple[int, ...]:
    """Return the places of the middle frames of equal parts (Goyal 2023, 5.4); 0 is the first.

    Args:
        length: Of the clip, in frames; 1 or more.
        count: Of the parts; not more than `length` are made.

    >>> segment_middles(50, 5), segment_middles(2, 5)
    ((5, 15, 25, 35, 45), (0, 1))
    """
    count = min(count, length)
    return tuple((2 * part + 1) * length // (2 * count) for part in range(count))


def differing_frames(
    changes: Sequence[FrameChange], *, count: int, blank: bool = True
) -> tuple[KeyFrame, ...]:
    """Return the frames that differ most from their neighbors by mean squared error.

    A frame's score is the mean over its neighbors, the one before and the one after it; at the
    ends there is one (Goyal 2023, 8). The highest are taken, but of frames close together only
    one: both sides of a cut differ, and so do all frames of a flash.

    Args:
        changes: From `measure_changes`.
        count: How many are wanted; there are fewer where fewer differ at all.
        blank: Whether those that show next to nothing (`FrameChange.is_blank`) may be taken.

    Returns:
        In the order of the clip; none of a clip that stands still.
    """
    scores = neighbor_differences(changes)
    apart = max(1, min(len(changes) // (2 * count), _APART))
    chosen: list[int] = []
    for place in sorted(range(len(scores)), key=lambda place: (-scores[place], place)):
        near = any(abs(place - other) < apart for other in chosen)
        shows = blank or not changes[place].is_blank
        if scores[place] > 0 and shows and not near and len(chosen) < count:
            chosen.append(place)
    return tuple(KeyFrame(changes[place].frame, scores[place]) for place in sorted(chosen))


def moving_frames(changes: Sequence[FrameChange], *, count: int) -> tuple[KeyFrame, ...]:
    """Return the first frame, and one as often as so much has changed since the last one.

    What is added up is, from frame to frame, the distance moved and the share of the picture
    that was hidden before. The frames begin equal parts of the sum, so where much happens they lie
    close, and a cut, which shows all anew, begins one.

    Args:
        changes: From `measure_changes` with a source of motion.
        count: How many are wanted; there are fewer where a single step holds several.

    Returns:
        In the order of the clip; none of a clip that stands still.
    """
    total = list(accumulate((one.motion or 0.0) + (one.hidden or 0.0) for one in changes))
    if not total or total[-1] <= 0:
        return ()
    goals = (total[-1] * part / count for part in range(count))
    places = dict.fromkeys(bisect_left(total, goal) for goal in goals)
    return tuple(KeyFrame(changes[place].frame, total[place] / total[-1]) for place in places)


def neighbor_differences(changes: Sequence[FrameChange]) -> list[float]:
    """Return each frame's mean squared difference from its neighbors, in [0, 1]."""
    steps = [one.mse or 0.0 for one in changes[1:]]
    around = zip([None, *steps], [*steps, None], strict=True)
    pairs = ([step for step in pair if step is not None] for pair in around)
    return [sum(pair) / len(pair) if pair else 0.0 for pair in pairs]
