"""Colors for what is no picture, made of the picture around it (push-pull).

A convolution sees some fifty pixels far. What lies under alpha 0, behind a bar or outside of a
data window would tint the strokes beside it, so its place is taken by the colors of its nearest
surroundings: Gortler et al. 1996, "The Lumigraph", section 3.4.3.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from vst_core.resizing import resize_planes

__all__ = ["filled_in"]

_NOTHING = 1e-6


def filled_in(picture: Tensor, weight: Tensor) -> Tensor:
    """Return the picture where it counts, and smooth colors of its surroundings elsewhere.

    Args:
        picture: B x 3 x H x W, finite.
        weight: B x 1 x H x W in [0, 1], how much every pixel counts; what counts 0 leaves no
            trace in the result. Where nothing counts at all the result is 0.

    Returns:
        B x 3 x H x W, in the range of the pixels that count.
    """
    height, width = picture.shape[-2:]
    if min(height, width) == 1 and max(height, width) <= 2:
        total = weight.sum(dim=(2, 3), keepdim=True)
        mean = (picture * weight).sum(dim=(2, 3), keepdim=True) / total.clamp_min(_NOTHING)
        return picture * weight + mean * (1 - weight)
    small, known = _halved(picture, weight)
    around = resize_planes(filled_in(small, known), (height, width))
    return around.lerp(picture, weight)


def _halved(picture: Tensor, weight: Tensor) -> tuple[Tensor, Tensor]:
    """Return the mean of what counts in each 2 x 2 pixels, and how far they are known."""
    known = F.avg_pool2d(weight, 2, ceil_mode=True)
    mean = F.avg_pool2d(picture * weight, 2, ceil_mode=True) / known.clamp_min(_NOTHING)
    seen = known > _NOTHING
    return torch.where(seen, mean, 0), torch.where(seen, (4 * known).clamp_max(1), 0)
