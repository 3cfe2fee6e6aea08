"""What comes back after it was hidden: does it look as before?

Neighbouring frames say nothing of it, because no point can be followed through an occluder.
So a frame is compared with one several steps back, by flow estimated directly between the two,
at the points that the steps in between have lost. (Flow composed of the steps would follow the
occluder there: on the source of sintel_alley_1 its error at these points is ten times that of
direct flow.)
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from vst_core.evaluation.temporal import hard_trust
from vst_core.flow import FlowPair
from vst_core.motion import compose, consistency_mask, inside, warp

__all__ = ["followed", "reappeared"]

_SEEN = 0.99


def followed(steps: Sequence[FlowPair]) -> Tensor:
    """Return 1 where a point of the last frame can be followed back through every step.

    The backward flows are composed; a point is lost at the step where, at the place that it
    had then, flow there and back do not agree, or that place is outside the frame.

    Args:
        steps: Motion between neighbouring frames, in order; B x 2 x H x W each way.

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
