"""Photographs held on the training device, all of one size, cropped a batch at a time.

A graphics card takes a batch in the time in which a processor cuts a single crop.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from vst_core.resizing import resize_picture
from vst_core.training.photographs import Photographs

__all__ = ["PhotographStack"]

_LEAST = 0.6


class PhotographStack:
    """The largest central square of every photograph, on a device.

    Args:
        folder: Searched through its subfolders.
        side: Of the squares, in pixels.
        device: Where they are held and cropped.

    Raises:
        InputError: The folder holds no readable picture.
    """

    def __init__(self, folder: Path, *, side: int, device: torch.device) -> None:
        squares = [_square(one, side) for one in Photographs(folder, smallest=side).pictures()]
        self._pixels = torch.stack(squares).to(device)

    def __len__(self) -> int:
        return len(self._pixels)

    def crops(self, count: int, size: int, *, random: np.random.Generator) -> Tensor:
        """Return random crops, count x 3 x size x size in [0, 1]; see `Photographs.crop`."""
        side = self._pixels.shape[-1]
        chosen = torch.from_numpy(random.integers(len(self._pixels), size=count))
        pictures = self._pixels[chosen.to(self._pixels.device)].float() / 255
        part = random.uniform(min(_LEAST * size / side, 1), 1, count)
        shift = (1 - part) * random.uniform(-1, 1, (2, count))
        mirrored = np.where(random.random(count) < 0.5, -1, 1)
        theta = np.zeros((count, 2, 3), np.float32)
        theta[:, 0, 0], theta[:, 1, 1] = part * mirrored, part
        theta[:, 0, 2], theta[:, 1, 2] = shift
        grid = F.affine_grid(
            torch.from_numpy(theta).to(pictures.device), [count, 3, size, size], align_corners=False
        )
        crops = F.grid_sample(pictures, grid, padding_mode="border", align_corners=False)
        return _regraded(crops, random)


def _square(pixels: Tensor, side: int) -> Tensor:
    """Return 3 x side x side bytes of the middle of 3 x H x W ones."""
    short = min(pixels.shape[1:])
    top, left = ((length - short) // 2 for length in pixels.shape[1:])
    middle = pixels[None, :, top : top + short, left : left + short].float() / 255
    return (resize_picture(middle, (side, side))[0] * 255).round().byte()


def _regraded(pictures: Tensor, random: np.random.Generator) -> Tensor:
    """Return half of the pictures through a random gamma (0.5 to 2) and contrast (0.8 to 2)."""
    count, device = len(pictures), pictures.device
    some = random.random(count) < 0.5
    gamma = np.where(some, 2.0 ** random.uniform(-1, 1, count), 1.0)
    contrast = np.where(some, 2.0 ** random.uniform(-0.3, 1, count), 1.0)
    power, steep = (
        torch.from_numpy(values).float().to(device).view(-1, 1, 1, 1)
        for values in (gamma, contrast)
    )
    return ((pictures.clamp_min(1e-6) ** power - 0.5) * steep + 0.5).clamp(0, 1)
