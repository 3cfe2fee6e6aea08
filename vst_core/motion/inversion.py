"""The inverse of a flow field, by splatting."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

__all__ = ["invert"]

_LEAST = 0.25
"""Less weight than a quarter of a pixel: nothing has arrived there."""
_NEAR = 1.02
"""Points as near as the nearest to this factor belong to the same surface."""


def invert(flow: Tensor, *, depth: Tensor | None = None) -> Tensor:
    """Return the flow of the way back, on the frame that `flow` points to.

    Every pixel is carried to where it goes, bilinearly (forward splatting), and leaves there the
    way back. Where several arrive, the nearest to the camera wins if depth is known; else their
    mean stays, and the consistency test will reject it where they differ.

    Args:
        flow: 1 x 2 x H x W in pixels, x right, y down.
        depth: 1 x 1 x H x W, distance from the camera of the same pixels.

    Returns:
        1 x 2 x H x W, float32; not-a-number where nothing arrives.
    """
    field = flow[0].detach().cpu().numpy().astype(np.float64)
    _, height, width = field.shape
    targets, weights, origins = _corners(field)
    if depth is not None:
        distances = depth[0, 0].detach().cpu().numpy().astype(np.float64).ravel()[origins]
        kept = _nearest(targets, weights, distances, height * width)
        targets, weights, origins = targets[kept], weights[kept], origins[kept]
    total = np.bincount(targets, weights, minlength=height * width)
    back = [
        -np.bincount(targets, weights * part.ravel()[origins], minlength=height * width)
        for part in field
    ]
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.stack(back) / np.where(total >= _LEAST, total, np.nan)
    planes = found.reshape(1, 2, height, width).astype(np.float32)
    return torch.from_numpy(planes).to(flow.device)


_Whole = NDArray[np.int64]
_Real = NDArray[np.float64]


def _corners(field: _Real) -> tuple[_Whole, _Real, _Whole]:
    """Return for every pixel and the four pixels around its target: target, weight, origin."""
    _, height, width = field.shape
    rows, columns = np.indices((height, width))
    x, y = columns + field[0], rows + field[1]
    known = np.isfinite(x) & np.isfinite(y)
    x, y = np.where(known, x, -9.0), np.where(known, y, -9.0)
    left, top = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
    origin = np.arange(height * width).reshape(height, width)
    targets: list[_Whole] = []
    weights: list[_Real] = []
    origins: list[_Whole] = []
    for down in (0, 1):
        for right in (0, 1):
            column, row = left + right, top + down
            weight = (1 - abs(x - column)) * (1 - abs(y - row))
            inside = (column >= 0) & (column < width) & (row >= 0) & (row < height) & (weight > 0)
            targets.append((row * width + column)[inside])
            weights.append(weight[inside])
            origins.append(origin[inside])
    return np.concatenate(targets), np.concatenate(weights), np.concatenate(origins)


def _nearest(targets: _Whole, weights: _Real, distances: _Real, count: int) -> NDArray[np.bool_]:
    """Return which contributions come from the nearest surface that arrives at their target."""
    front = np.full(count, np.inf)
    heavy = weights >= _LEAST
    np.minimum.at(front, targets[heavy], distances[heavy])
    kept: NDArray[np.bool_] = distances <= front[targets] * _NEAR
    return kept
