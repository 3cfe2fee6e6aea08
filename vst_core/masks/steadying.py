"""Masks that flicker, calmed along the motion."""

from __future__ import annotations

from torch import Tensor

__all__ = ["steady"]

_KEPT = 0.6


def steady(masks: Tensor, warped: Tensor, trust: Tensor) -> Tensor:
    """Return masks that follow those of the frame before, where its motion can be trusted.

    An exponential mean along the path of every point: an edge that jumps back and forth is
    calmed to a quarter, and one that stays where it has jumped is followed by four fifths
    within three frames.

    Args:
        masks: R x 1 x H x W in [0, 1], of this frame.
        warped: The same, steadied, of the frame before, warped to now.
        trust: 1 x 1 x H x W in [0, 1], 1 where `warped` can be trusted.
    """
    return masks + _KEPT * trust * (warped - masks)
