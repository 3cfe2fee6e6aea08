"""What comes back after it was hidden: does it look as before?

Neighboring frames say nothing of it, because no point can be followed through an occluder.
So a frame is compared with one several steps back, by flow estimated directly between the two,
at the points that the steps in between have lost. (Flow composed of the steps would follow the
occluder there: on the source of sintel_alley_1 its error at these points is ten times that of
direct flow.)
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from vst_core.errors import UsageError
from vst_core.evaluation.clips import ClipPair
from vst_core.evaluation.temporal_error import hard_trust, temporal_errors
from vst_core.flow import FlowPair, FlowSource, FrameView
from vst_core.motion import compose, consistency_mask, inside, warp

__all__ = ["Reappearing", "followed", "reappeared", "reappearing_errors"]

_SEEN = 0.99


def followed(steps: Sequence[FlowPair]) -> Tensor:
    """Return 1 where a point of the last frame can be followed back through every step.

    The backward flows are composed; a point is lost at the step where, at the place that it
    had then, flow there and back do not agree, or that place is outside the frame.

    Args:
        steps: Motion between neighboring frames, in order; B x 2 x H x W each way.

    Returns:
        B x 1 x H x W of 0 and 1, on the last frame.
    """
    back = torch.zeros_like(steps[-1].backward)
    seen = torch.ones_like(back[:, :1])
    for step in reversed(steps):
        agrees = consistency_mask(step.forward, step.backward) * inside(step.backward)
        seen = seen * (warp(agrees, back) > _SEEN)
        back = compose(back, step.backward)
    return seen


def reappeared(steps: Sequence[FlowPair], whole: FlowPair) -> Tensor:
    """Return 1 where a point of the last frame was seen in the first, but not all the time.

    Args:
        steps: As for `followed`.
        whole: Motion between the first and the last frame, estimated directly.

    Returns:
        B x 1 x H x W of 0 and 1, on the last frame: the mask for `temporal_errors`.
    """
    return hard_trust(whole) * (1 - followed(steps))


@dataclass(frozen=True, kw_only=True)
class Reappearing:
    """What came back in one frame.

    Attributes:
        frame: Its number.
        points: How many pixels came back.
        m2: Squared error of the stylized frame there, see `TemporalErrors`; None without any.
        source_m2: The same of the source: the floor.
    """

    frame: int
    points: int
    m2: float | None
    source_m2: float | None


@torch.inference_mode()
def reappearing_errors(
    clips: ClipPair, flow: FlowSource, *, span: int = 8
) -> tuple[Reappearing, ...]:
    """Compare every frame with the one `span` frames before it, where points came back.

    `span` + 1 frames are in memory at a time, however long the sequence is.

    Args:
        clips: From `find_clips`.
        flow: Motion of the source.
        span: How far back, in frames of the sequence; 2 or more.

    Raises:
        UsageError: The span is too short.
        InputError: A frame cannot be read.
    """
    if span < 2:
        raise UsageError(f"Nothing can be hidden within {span} frames", fix="Give 2 or more")
    seen: deque[_Frame] = deque(maxlen=span + 1)
    steps: deque[FlowPair] = deque(maxlen=span)
    found: list[Reappearing] = []
    for pair in clips.pairs:
        now = _Frame(pair.frame, *clips.read(pair))
        if seen:
            steps.append(_motion(flow, seen[-1], now))
        seen.append(now)
        if len(seen) > span:
            found.append(_compare(seen[0], now, steps, _motion(flow, seen[0], now)))
    return tuple(found)


class _Frame(NamedTuple):
    number: int
    out: Tensor
    source: Tensor


def _motion(flow: FlowSource, before: _Frame, now: _Frame) -> FlowPair:
    views = (FrameView(one.number, one.source) for one in (before, now))
    return flow.between(*views)


def _compare(
    first: _Frame, last: _Frame, steps: Sequence[FlowPair], whole: FlowPair
) -> Reappearing:
    mask = reappeared(steps, whole)
    ours, source = (
        temporal_errors(now, before, backward=whole.backward, trust=mask)
        for now, before in ((last.out, first.out), (last.source, first.source))
    )
    return Reappearing(
        frame=last.number,
        points=int(torch.count_nonzero(mask)),
        m2=ours.m2,
        source_m2=source.m2,
    )
