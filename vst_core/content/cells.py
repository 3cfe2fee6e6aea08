"""A picture as a grid of cells: what measurements of a whole frame are taken of.

The mean of a cell keeps what the picture is and loses its grain, so that a measurement neither
flickers nor depends on the size of the frame.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

__all__ = ["Cells", "cells_of"]

_ROWS = 60
_SMALLEST = 8
_SEEN = 0.05
_PIXELS = 2**21  # at a time


@dataclass(frozen=True, kw_only=True)
class Cells:
    """The cells of one picture, on the CPU.

    Attributes:
        colors: 3 x h x w float64, the mean color of what counts in each cell.
        weight: h x w float64 in [0, 1], how much of each cell counts.
        peak: h x w float64, the highest value of any channel in each cell.
    """

    colors: Tensor
    weight: Tensor
    peak: Tensor

    @property
    def seen(self) -> Tensor:
        """N x 3 colors of the cells of which something counts."""
        return self.colors[:, self.weight > _SEEN].T


def cells_of(picture: Tensor, weight: Tensor | None = None) -> Cells:
    """Return the cells of a picture: square, 8 pixels wide or a sixtieth of the height.

    Args:
        picture: 1 x 3 x H x W, finite.
        weight: 1 x 1 x H x W in [0, 1], what counts; all of it where None.
    """
    side = max(_SMALLEST, picture.shape[-2] // _ROWS)
    side = min(side, *picture.shape[-2:])
    rows = max(1, _PIXELS // (side * picture.shape[-1])) * side
    parts = [
        _part(picture[:, :, top : top + rows], weight, top, side)
        for top in range(0, picture.shape[-2] - side + 1, rows)
    ]
    colors, known, peak = (torch.cat(planes, dim=-2) for planes in zip(*parts, strict=True))
    return Cells(colors=colors, weight=known, peak=peak)


def _part(
    picture: Tensor, weight: Tensor | None, top: int, side: int
) -> tuple[Tensor, Tensor, Tensor]:
    """Return colors, weight and peak of the cells of some rows; `weight` has all rows."""
    peak = _highest(picture.amax(1, keepdim=True), side)[0, 0].cpu().double()
    if weight is None:
        colors = _mean(picture, side)[0].cpu().double()
        return colors, torch.ones_like(colors[0]), peak
    weight = weight[:, :, top : top + picture.shape[-2]]
    known = _mean(weight, side)[0].cpu().double()
    colors = _mean(picture * weight, side)[0].cpu().double() / known.clamp_min(1e-9)
    return torch.where(known > 0, colors, 0), known[0], peak


def _mean(x: Tensor, side: int) -> Tensor:
    return F.avg_pool2d(x, side) if x.device.type == "cpu" else _parted(x, side).mean((3, 5))


def _highest(x: Tensor, side: int) -> Tensor:
    return F.max_pool2d(x, side) if x.device.type == "cpu" else _parted(x, side).amax((3, 5))


def _parted(x: Tensor, side: int) -> Tensor:
    """Return B x C x h x side x w x side: a card's pooling has one thread for a whole cell."""
    rows, columns = (length // side for length in x.shape[-2:])
    whole = x[..., : rows * side, : columns * side]
    return whole.reshape(*x.shape[:2], rows, side, columns, side)
