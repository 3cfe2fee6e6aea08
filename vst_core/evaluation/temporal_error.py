"""The three temporal errors in use, by name: they differ, so all are reported.

Each compares a frame with the previous one warped to it. They are the errors of
`masked_mse`: Ruder et al. 2018 (section 6.2: the mask is applied, the mean runs over every
pixel), `m2`: Lai et al. 2018 (equation 8: the mean runs over the trusted pixels alone) and
`root`: ReReVST (Wang et al. 2020: the root of that). With few trusted pixels the first
becomes small whatever the picture does, the others do not.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from vst_core.flow import FlowPair
from vst_core.motion import trust_mask, warp

__all__ = ["PUBLISHED_TRUST", "TemporalErrors", "hard_trust", "temporal_errors"]

PUBLISHED_TRUST = "plain"
"""The variant of `vst_core.motion.trust_mask` that published figures are measured with."""


@dataclass(frozen=True, kw_only=True)
class TemporalErrors:
    """How far one frame is from the warped previous one; pictures in [0, 1].

    Attributes:
        masked_mse: Squared error over trusted pixels / (3 x all pixels).
        m2: Squared error over trusted pixels / (3 x trusted pixels); `None` where no pixel
            is trusted, as after a cut.
        root: The root of `m2`; `None` likewise.
    """

    masked_mse: float
    m2: float | None
    root: float | None


def hard_trust(flow: FlowPair) -> Tensor:
    """Return 1 where the previous frame can be compared with the current one, else 0.

    The formula as published (`plain` in `vst_core.motion.trust_mask`): consistent there and
    back, no motion boundary, inside the frame. `B x 1 x H x W`.
    """
    return trust_mask(flow.forward, flow.backward, variant=PUBLISHED_TRUST)


def temporal_errors(
    current: Tensor, previous: Tensor, *, backward: Tensor, trust: Tensor
) -> TemporalErrors:
    """Measure one pair of frames.

    Args:
        current: 1 x 3 x H x W in [0, 1].
        previous: The frame before, same size.
        backward: 1 x 2 x H x W in pixels, on the current frame, pointing to the previous.
        trust: 1 x 1 x H x W of 0 and 1.
    """
    squared = (current - warp(previous, backward)).square()
    # Selected, not multiplied: and summed in double, or a 4K frame loses digits.
    error = torch.where(trust > 0, squared, 0).sum(dtype=torch.float64).item()
    trusted = torch.count_nonzero(trust).item()
    m2 = error / (3 * trusted) if trusted else None
    return TemporalErrors(
        masked_mse=error / current.numel(),
        m2=m2,
        root=None if m2 is None else math.sqrt(m2),
    )
