"""Mean and variance of activations whose rows come one strip after the other."""

from __future__ import annotations

import torch
from torch import Tensor

__all__ = ["RowSums"]

_CACHED = 2**19
"""Bytes of rows in float32 at a time: they and their squares stay in a processor's cache."""


class RowSums:
    """The statistics of each channel of one picture, in float32, the same for any strips.

    The sums run row by row, each in one thread, and the rows' sums are added last, all together:
    so the result depends neither on the number of threads (that of torch's own group norm does,
    by up to 0.02 after a network) nor on how the rows were parted. They are taken of float32
    differences to the first row's mean, because the difference of two large sums would leave
    nothing of a small variance (a fade to black, fog).

    Args:
        weight: 1 x 1 x H x W above 0, how much every position counts; alike where None.
        centered: The first row's mean has been taken away from all of it; the result's mean is
            without it, too.
    """

    def __init__(self, weight: Tensor | None = None, *, centered: bool = False) -> None:
        self._weights = None if weight is None else weight[0].permute(1, 2, 0).float()
        self._centered, self._near = centered, torch.zeros(())
        self._sums: list[Tensor] = []
        self._squares: list[Tensor] = []
        self._height = self._width = 0

    def add(self, x: Tensor) -> None:
        """Take the next rows, 1 x C x R x W."""
        rows = x[0].permute(1, 2, 0)
        if not self._height:
            self._width = rows.shape[1]
            if not self._centered:
                self._near = rows[0].float().mean(0)
        for some in torch.split(rows, max(1, _CACHED // (4 * rows[0].numel()))):
            self._add(self._difference(some))
            self._height += len(some)

    def _difference(self, rows: Tensor) -> Tensor:
        """Return rows in float32, what they are all near to taken away."""
        if self._centered:
            return rows.float()
        exact = rows.dtype == torch.float32
        return rows - self._near if exact else rows.float().sub_(self._near)

    def _add(self, difference: Tensor) -> None:
        if self._weights is None:
            self._sums.append(difference.sum(1))
            self._squares.append((difference * difference).sum(1))
            return
        part = self._weights[self._height : self._height + len(difference)]
        counted = difference * part
        self._sums.append(counted.sum(1))
        self._squares.append(counted.mul_(difference).sum(1))

    def statistics(self) -> tuple[Tensor, Tensor]:
        """Return mean and variance of each channel of all rows so far, C and C."""
        weights, count = self._weights, float(self._height * self._width)
        if weights is not None:
            count = float(weights.sum(1).sum(0))
        beside = torch.cat(self._sums).sum(0) / count
        variance = torch.cat(self._squares).sum(0) / count - beside * beside
        return self._near + beside, variance.clamp_min_(0)
