"""Pictures as an optimizer finds them on its way: noisy, soft, tinted, half something else."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

__all__ = ["disturbed"]


def disturbed(picture: Tensor, other: Tensor, *, random: np.random.Generator) -> Tensor:
    """Return a picture through one to three random disturbances, in [0, 1].

    Args:
        picture: 3 x S x S in [0, 1].
        other: 3 x S x S, a part of which may be mixed in.
        random: The generator of random numbers.
    """
    if random.random() < 0.5:
        picture = picture.lerp(other, float(random.uniform(0, 0.5)))
    if random.random() < 0.3:
        picture = _softened(picture, random)
    if random.random() < 0.4:
        picture = _tinted(picture, random)
    if random.random() < 0.5:
        picture = _grainy(picture, random)
    return picture.clamp(0, 1)


def _softened(picture: Tensor, random: np.random.Generator) -> Tensor:
    """Scale down by up to 4 and up again."""
    size = picture.shape[-1]
    small = int(random.integers(size // 4, size + 1))
    low = F.interpolate(picture[None], (small, small), mode="area")
    soft: Tensor = F.interpolate(low, (size, size), mode="bilinear", align_corners=False)[0]
    return soft


def _tinted(picture: Tensor, random: np.random.Generator) -> Tensor:
    """Mix the channels by a matrix near the identity, and shift them."""
    matrix = np.eye(3) + random.normal(0, 0.2, (3, 3))
    shift = random.normal(0, 0.1, (3, 1, 1))
    mixed = torch.einsum("dc,chw->dhw", torch.from_numpy(matrix).float(), picture)
    return mixed + torch.from_numpy(shift).float()


def _grainy(picture: Tensor, random: np.random.Generator) -> Tensor:
    """Add noise of a random strength (up to 0.3) and grain (1 to 8 pixels)."""
    size = picture.shape[-1]
    coarse = max(2, size // int(random.choice([1, 1, 2, 4, 8])))
    noise = torch.from_numpy(random.standard_normal((1, 3, coarse, coarse), dtype=np.float32))
    grain: Tensor = F.interpolate(noise, (size, size), mode="nearest")[0]
    return picture + float(random.uniform(0.01, 0.3)) * grain
