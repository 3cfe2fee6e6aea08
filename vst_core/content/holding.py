"""Pictures that are held: the same drawing on twos and threes, a still with its grain."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

__all__ = ["boiling", "is_held"]

_CHANGE, _GRAIN = 2.5 / 255, 5 / 255
_BOX = 9
_PATCHES = 12


def is_held(before: Tensor, now: Tensor, *, gain: float = 1.0) -> bool:
    """Whether two pictures are the same drawing, but for grain and compression.

    Grain is gone from the mean of a few pixels around each, and what moves is not: no such mean
    may change by more than 2.5 of 255, nor the pixels by more than 5 on the whole.

    Args:
        before: 1 x 3 x H x W in [0, 1].
        now: The same size.
        gain: What both have been divided by.
    """
    if torch.equal(before, now):
        return True
    change = now - before
    most = _CHANGE / gain
    if float(F.avg_pool2d(change, _BOX).abs().max()) > most:  # the usual case, quickly
        return False
    if float(change.abs().mean()) > _GRAIN / gain:
        return False
    margin = _BOX // 2
    calm = F.avg_pool2d(F.pad(change, [margin] * 4, mode="replicate"), _BOX, stride=1)
    return float(calm.abs().max()) <= most


def boiling(trust: Tensor, flow: Tensor, *, boil: float, seed: int) -> Tensor:
    """Return a trust mask with holes that come and go, where fresh paint is to be laid.

    The faster a thing moves, the more its paint lives already: there are fewer holes.

    Args:
        trust: 1 x 1 x H x W in [0, 1].
        flow: 1 x 2 x H x W in pixels.
        boil: How deep the holes are, 0 to 1.
        seed: Of the place of the holes: another one for every frame.
    """
    if boil == 0:
        return trust
    height, width = trust.shape[-2:]
    across = max(2, round(_PATCHES * width / height))
    random = torch.Generator().manual_seed(seed)
    coarse = torch.rand(1, 1, _PATCHES, across, generator=random).to(trust)
    field = F.interpolate(coarse, (height, width), mode="bicubic", align_corners=False)
    slow = 1 / (1 + flow.square().sum(1, keepdim=True))
    return trust * (1 - boil * slow * (2 * field - 0.5).clamp(0, 1))
