"""Rings, and kernels folded together: what the forms of a network for inference share."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

__all__ = [
    "REFLECT",
    "REPLICATE",
    "fold_doubling",
    "fold_pairs",
    "mirror",
    "unpair",
]

# Of 3 neighboring enlarged pixels, those that come from each of 2 small ones: for the enlarged
# pixel before and the one after the small ones' common edge, small pixel x enlarged pixel.
_FOLD = (((1.0, 1.0, 0.0), (0.0, 0.0, 1.0)), ((1.0, 0.0, 0.0), (0.0, 1.0, 1.0)))
REFLECT, REPLICATE = 2, 1
"""How far inside of a ring the line lies that it takes."""


def mirror(x: Tensor, inward: int, *, rows: bool = True) -> Tensor:
    """Fill the ring with the lines so many pixels inside of it, columns last.

    Args:
        x: The picture; or some of its rows, of which none belongs to the ring.
        inward: `REFLECT` or `REPLICATE`.
        rows: The first and the last row belong to the ring.
    """
    for dim in (2, 3) if rows else (3,):
        end = x.shape[dim] - 1
        x.select(dim, 0).copy_(x.select(dim, inward))
        x.select(dim, end).copy_(x.select(dim, end - inward))
    return x


def unpair(x: Tensor) -> Tensor:
    """Turn 1 x (2 2 C) x H x W into 1 x C x 2H x 2W, all channels last."""
    _, channels, height, width = x.shape
    pixels = x[0].permute(1, 2, 0).view(height, width, 2, 2, channels // 4)
    spread = pixels.transpose(1, 2).reshape(2 * height, 2 * width, channels // 4)
    return spread.permute(2, 0, 1)[None]


def fold_doubling(weight: Tensor) -> Tensor:
    """Turn O x I x 3 x 3 for the enlarged picture into (2 2 O) x I x 2 x 2 for the small one."""
    fold = weight.new_tensor(_FOLD)
    folded: Tensor = torch.einsum("pak,qbl,oikl->pqoiab", fold, fold, weight)
    return folded.flatten(0, 2)


def fold_pairs(weight: Tensor) -> Tensor:
    """Turn O x I x K x K into (2 2 O) x I x (K+1) x (K+1), for 2 x 2 pixels at once."""
    shifted = [F.pad(weight, [q, 1 - q, p, 1 - p]) for p in (0, 1) for q in (0, 1)]
    return torch.cat(shifted)
