"""Paintings as training pictures: cut, turned, recolored, and things that never were paintings.

The loss on paintings that a predictor has not seen falls with the number of styles that it has
(Ghiasi 2017, figure 5), so a few hundred paintings are made into many thousand styles. What is
done to a picture here changes its strokes' size, direction or colors, and never blurs them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from vst_core.resizing import resize_picture
from vst_core.training.photograph_stack import PhotographStack

__all__ = ["StylePictures"]

_SIDES = (256, 320, 384, 448, 512, 576)
_PHOTOGRAPHS, _MADE_UP = 0.1, 0.06
_UNCHANGED, _PERMUTED, _RECOLORED = 0.4, 0.12, 0.33
_CUT = (0.55, 1.0)


class StylePictures:
    """Draws pictures whose style is to be learned.

    Args:
        paintings: 3 x H x W bytes each, on the device.
        stills: Photographs on the same device: some serve as styles, and lend their colors.
    """

    def __init__(self, paintings: Sequence[Tensor], stills: PhotographStack) -> None:
        self._paintings, self._stills = paintings, stills

    def draw(self, count: int, *, random: np.random.Generator) -> Tensor:
        """Return count x 3 x S x S in [0, 1]; S is drawn as well, and with it the stroke size."""
        size = int(random.choice(_SIDES))
        pictures = torch.cat([self._one(size, random) for _ in range(count)])
        return torch.cat([self._colored(one[None], size, random) for one in pictures])

    def _one(self, size: int, random: np.random.Generator) -> Tensor:
        kind = random.random()
        if kind < _PHOTOGRAPHS:
            return self._stills.crops(1, size, random=random)
        if kind < _PHOTOGRAPHS + _MADE_UP:
            return _made_up(size, random, self._paintings[0].device)
        return _turned(self._cut(size, random), random)

    def _cut(self, size: int, random: np.random.Generator) -> Tensor:
        pixels = self._paintings[int(random.integers(len(self._paintings)))]
        height, width = pixels.shape[1:]
        side = int(min(height, width) * random.uniform(*_CUT))
        top, left = int(random.integers(height - side + 1)), int(random.integers(width - side + 1))
        part = pixels[None, :, top : top + side, left : left + side].float() / 255
        return resize_picture(part, (size, size))

    def _colored(self, picture: Tensor, size: int, random: np.random.Generator) -> Tensor:
        kind = random.random()
        if kind < _UNCHANGED:
            return picture
        if kind < _UNCHANGED + _PERMUTED:
            return picture[:, random.permutation(3).tolist()]
        if kind < _UNCHANGED + _PERMUTED + _RECOLORED:
            return _in_colors_of(picture, self._lender(size, random))
        gamma, contrast = 2.0 ** random.uniform(-0.8, 0.8), 2.0 ** random.uniform(-0.5, 0.7)
        graded: Tensor = (picture.clamp_min(1e-6) ** gamma - 0.5) * contrast + 0.5
        return graded.clamp(0, 1)

    def _lender(self, size: int, random: np.random.Generator) -> Tensor:
        if random.random() < 0.3:
            return self._stills.crops(1, size, random=random)
        return self._cut(size, random)


def _turned(picture: Tensor, random: np.random.Generator) -> Tensor:
    """Mirror half of the pictures; give a third of them quarter turns."""
    if random.random() < 0.5:
        picture = picture.flip(3)
    return picture.rot90(int(random.integers(4)), (2, 3)) if random.random() < 0.35 else picture


def _in_colors_of(picture: Tensor, other: Tensor) -> Tensor:
    """Return a picture with another's mean color and covariance (Gatys 2017, eq. 8 to 10)."""
    mean, root = _colors(picture)
    wanted, target = _colors(other)
    change: Tensor = target @ torch.linalg.inv(root)
    away = picture.flatten(2)[0] - mean
    return (change @ away + wanted).view_as(picture).clamp(0, 1)


def _colors(picture: Tensor) -> tuple[Tensor, Tensor]:
    """Return the mean, 3 x 1, and the Cholesky root of the covariance, 3 x 3."""
    values = picture.flatten(2)[0]
    mean = values.mean(1, keepdim=True)
    away = values - mean
    covariance = away @ away.T / values.shape[1]
    return mean, torch.linalg.cholesky(covariance + 1e-4 * torch.eye(3, device=values.device))


def _made_up(size: int, random: np.random.Generator, device: torch.device) -> Tensor:
    """Return flat colors in stripes and patches of one direction, as no painter made them."""
    cells = 2 ** random.uniform(3, 6.5, 2)
    field = torch.from_numpy(random.standard_normal((1, 1, *cells.astype(int)))).float().to(device)
    angle = random.uniform(0, np.pi)
    turn = np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0]])
    theta = torch.from_numpy(turn[None]).float().to(device)
    grid = F.affine_grid(theta, [1, 1, size, size], align_corners=False)
    levels = F.grid_sample(field, grid, padding_mode="reflection", align_corners=False)
    colors = int(random.integers(2, 9))
    edges = torch.linspace(-1.2, 1.2, colors - 1, device=device)
    palette = torch.from_numpy(random.random((colors, 3))).float().to(device)
    flat = palette[torch.bucketize(levels[0, 0], edges)].permute(2, 0, 1)[None]
    grain = float(random.uniform(0, 0.1)) * torch.from_numpy(
        random.standard_normal((1, 1, size // 2, size // 2))
    ).float().to(device)
    return (flat + F.interpolate(grain, (size, size), mode="bilinear")).clamp(0, 1)
