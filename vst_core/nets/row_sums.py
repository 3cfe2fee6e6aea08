"""Mean and variance of activations whose rows come one strip after the other."""

from __future__ import annotations

import torch
from torch import Tensor

__all__ = ["RowSums"]

_ROWS_AT_ONCE = 8  # their float32 copy stays in the processor's cache


class RowSums:
    """The statistics of each channel of one picture, in float32, the same for any strips.

    The sums run row by row, each in one thread, and the rows' sums are added last, all together:
    so the result depends neither on the number of threads (that of torch's own group norm does,
    by up to 0.02 after a network) nor on how the rows were parted. They are taken of float32
    differences to the first row's mean, because the difference of two large sums would leave
    nothing of a small variance (a fade to black, fog).

    Args:
        weight: 1 x 1 x H x W above 0, how much every position counts; alike where None.
    """

    def __init__(self, weight: Tensor | None = None) -> None:
        self._weights = None if weight is None else weight[0].permute(1, 2, 0).float()
        self._near: Tensor | None = None
        self._sums: list[Tensor] = []
        self._squares: list[Tensor] = []
        self._height = self._width = 0

    def add(self, x: Tensor) -> None:
        """Take the next rows, 1 x C x R x W."""
        rows = x[0].permute(1, 2, 0)
        if self._near is None:
            self._near, self._width = rows[0].float().mean(0), rows.shape[1]
        for some in torch.split(rows, _ROWS_AT_ONCE):
            exact = some.dtype == torch.float32
            self._add(some - self._near if exact else some.float().sub_(self._near))
            self._height += len(some)

    def _add(self, difference: Tensor) -> None:
        if self._weights is None:
            self._sums.append(difference.sum(1))
            self._squares.append(difference.square_().sum(1))
            return
        part = self._weights[self._height : self._height + len(difference)]
        counted = difference * part
        self._sums.append(counted.sum(1))
        self._squares.append(counted.mul_(difference).sum(1))

    def statistics(self) -> tuple[Tensor, Tensor]:
        """Return mean and variance of each channel of all rows so far, C and C."""
        assert self._near is not None  # rows have been added
        weights, count = self._weights, float(self._height * self._width)
        if weights is not None:
            count = float(weights.sum(1).sum(0))
        beside = torch.cat(self._sums).sum(0) / count
        variance = torch.cat(self._squares).sum(0) / count - beside * beside
        return self._near + beside, variance.clamp_min_(0)
