"""From masks that may overlap to mattes that sum to 1, and from pictures to their composite."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

__all__ = ["blur", "by_style", "composite", "feather", "harden", "partition"]

_FEATHER = 1 / 400


def partition(masks: Tensor, groups: Sequence[int] = ()) -> Tensor:
    """Return the share of every mask, and last of what is outside of all.

    The first mask lies on top: a lower one has what the upper ones leave. Masks of one group are
    parts of one whole, such as the coverage of objects: they lie side by side in a pixel, and
    none covers another.

    Args:
        masks: R x 1 x H x W in [0, 1], R >= 1; the sum of a group is at most 1.
        groups: The group of each mask; empty = each is a group of its own.

    Returns:
        (R + 1) x 1 x H x W in [0, 1]; the sum over the first axis is 1.
    """
    free: dict[int, Tensor] = {}  # what each group has left
    shares, left = [], torch.ones_like(masks[0])
    for index, mask in enumerate(masks):
        group = groups[index] if groups else index
        free[group] = (free.get(group, torch.ones_like(mask)) - mask).clamp(min=0)
        below = torch.stack(list(free.values())).prod(0)
        shares.append(left - below)
        left = below
    return torch.stack([*shares, left])


def by_style(shares: Tensor, styles: Sequence[int], count: int) -> Tensor:
    """Return the mattes of the styles: regions of one style are one.

    Args:
        shares: From `partition`.
        styles: The style of each region, 0 to count - 1.
        count: How many styles there are.

    Returns:
        count x 1 x H x W; the sum over the first axis is that of `shares`.
    """
    mattes = shares.new_zeros(count, *shares.shape[1:])
    for share, style in zip(shares, styles, strict=True):
        mattes[style] += share
    return mattes


def harden(mattes: Tensor) -> Tensor:
    """Return mattes of 0 and 1: every pixel is that of its largest share, of equals the first.

    Args:
        mattes: S x 1 x H x W.
    """
    largest = mattes == mattes.amax(0, keepdim=True)
    return (largest & (largest.cumsum(0) == 1)).to(mattes.dtype)


def feather(masks: Tensor) -> Tensor:
    """Return masks with an edge of a few pixels, for those that were cut from pixel to pixel.

    A Gaussian of 1/400 of the shorter side, so that the edge looks the same at every size.

    Args:
        masks: R x 1 x H x W in [0, 1].
    """
    return blur(masks, sigma=_FEATHER * min(masks.shape[-2:])).clamp_(0, 1)


def blur(pictures: Tensor, *, sigma: float) -> Tensor:
    """Return B x C x H x W after a Gaussian of `sigma` pixels, mirrored at the borders."""
    reach = min(max(1, math.ceil(3 * sigma)), min(pictures.shape[-2:]) - 1)
    offsets = torch.arange(-reach, reach + 1, device=pictures.device, dtype=pictures.dtype)
    bell = torch.exp(-0.5 * (offsets / sigma) ** 2)
    bell = bell / bell.sum()
    count = pictures.shape[1]
    padded = F.pad(pictures, [reach] * 4, mode="reflect")
    across = F.conv2d(padded, bell.view(1, 1, 1, -1).expand(count, 1, 1, -1), groups=count)
    return F.conv2d(across, bell.view(1, 1, -1, 1).expand(count, 1, -1, 1), groups=count)


def composite(pictures: Sequence[Tensor], mattes: Tensor) -> Tensor:
    """Return the pictures mixed by their mattes.

    Where a matte is 1, its picture is unchanged.

    Args:
        pictures: One for each matte, 1 x C x H x W each.
        mattes: S x 1 x H x W, which sum to 1.
    """
    mixed = torch.zeros_like(pictures[0])
    for picture, matte in zip(pictures, mattes, strict=True):
        mixed.addcmul_(picture, matte[None])
    return mixed
