"""Temporal targets and starts of optimized frames (Ruder et al. 2016)."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from vst_core.guidance import Earlier, Guidance
from vst_core.optimizer import TemporalTarget
from vst_core.stylizers.color_transfer import match_colors

__all__ = ["blended", "closest_first", "filled", "temporal_targets"]


def closest_first(trusts: Sequence[Tensor]) -> list[Tensor]:
    """Return the weights of several earlier frames (Ruder 2016, section 4.3).

    `c_j = max(c_j - sum of the nearer c, 0)`: every pixel follows the nearest frame that saw
    it, and is not held by two at once.

    Args:
        trusts: B x 1 x H x W in [0, 1] each, nearest first.
    """
    weights, nearer = [], torch.zeros_like(trusts[0])
    for trust in trusts:
        weights.append((trust - nearer).clamp(min=0))
        nearer = nearer + trust
    return weights


def filled(guidance: Guidance, frame: Tensor, weight: Tensor | None = None) -> Tensor:
    """Return the start of a frame: the stylized frames before, closest first, warped to now.

    Ruder 2016 takes the frame before alone, and the mean pixel where it cannot be trusted.
    Here older frames come in where they saw what was hidden, so it starts as it was; and what
    no frame saw is the frame itself in the colors of the stylized one, so it has the drawing,
    and a few iterations give it the strokes of its surroundings. (With the frame as it is,
    brown skin beside blue strokes stayed brown skin.)

    Args:
        guidance: Of the frame.
        frame: 1 x 3 x H x W, the working picture.
        weight: 1 x 1 x H x W in [0, 1], what of it is picture; all of it where None.
    """
    earlier = _earlier(guidance)
    masks = closest_first([each.trust for each in earlier])
    start, left = torch.zeros_like(frame), torch.ones_like(masks[0])
    for each, mask in zip(earlier, masks, strict=True):
        part = torch.minimum(mask, left)
        start, left = start + part * each.warped, left - part
    colored = match_colors(frame, guidance.warped, weight=weight, source_weight=weight)
    return start + left * colored


def blended(last: Tensor, warped: Tensor, trust: Tensor, *, delta: float) -> Tensor:
    """Return the start of a frame in a pass: `(x + delta c w) / (1 + delta c)`.

    That is Ruder 2016, section 4.4, with the neighbor's part counted against a whole of the
    frame's own: `delta` = 1 gives each half where the motion can be trusted, and where it
    cannot the frame stays as the pass before left it.

    Args:
        last: 1 x 3 x H x W, the frame from the pass before.
        warped: 1 x 3 x H x W, the neighbor from this pass, warped to now.
        trust: 1 x 1 x H x W in [0, 1], `c`.
        delta: 0 or more.
    """
    part = delta * trust
    return (last + part * warped) / (1 + part)


def temporal_targets(guidance: Guidance, weight: float) -> list[TemporalTarget]:
    """Return what a frame is held to: the frames before, closest first.

    With one frame before this is the short-term loss (Ruder 2016, eq. 7), with more the
    long-term loss (eq. 9). There the mask stands before the square; `temporal_loss` squares it
    too, so its root is given.

    Args:
        guidance: Of the frame.
        weight: Before the loss; 0 gives none.
    """
    if weight == 0:
        return []
    frames = _earlier(guidance)
    masks = closest_first([frame.trust for frame in frames])
    return [
        TemporalTarget(warped=frame.warped, trust=mask.sqrt(), weight=weight)
        for frame, mask in zip(frames, masks, strict=True)
    ]


def _earlier(guidance: Guidance) -> list[Earlier]:
    """Return all earlier frames, nearest first."""
    return [Earlier(warped=guidance.warped, trust=guidance.trust), *guidance.older]
