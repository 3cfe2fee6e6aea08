"""Least squares from running moments, and the best answer of a given rank."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import Tensor

__all__ = ["Regression"]

_RIDGE = 1e-5


@dataclass(frozen=True, kw_only=True)
class Regression:
    """The affine map from C-vectors that comes nearest to the wanted D-vectors.

    Attributes:
        moments: (C + 1) x (C + 1) mean products of the given vectors, a 1 appended to each.
        kernel: D x C.
        bias: D.
    """

    moments: Tensor
    kernel: Tensor
    bias: Tensor

    @classmethod
    def of(cls, given: Iterable[Tensor], wanted: Iterable[Tensor]) -> Regression:
        """Fit the map, with a ridge of 1e-5 of the mean square of the given.

        Args:
            given: N x C parts.
            wanted: N x D parts.
        """
        moments, cross, count = torch.zeros(()), torch.zeros(()), 0
        for one, two in zip(given, wanted, strict=True):
            whole = torch.cat([one, torch.ones_like(one[:, :1])], dim=1)
            moments = moments + (whole.T @ whole).double()
            cross = cross + (whole.T @ two).double()
            count += len(one)
        moments, cross = moments / count, cross / count
        ridge = _RIDGE * moments.diagonal().mean() * torch.eye(len(moments)).to(moments)
        solved = torch.linalg.solve(moments + ridge, cross).T
        return cls(moments=moments, kernel=solved[:, :-1], bias=solved[:, -1])

    @property
    def solution(self) -> tuple[Tensor, Tensor]:
        """Kernel and bias in float32."""
        return self.kernel.float(), self.bias.float()

    def reduced(self, rank: int) -> Tensor:
        """Return what the principal components of the answers are made by, R x C in float32.

        They are what reduced rank regression keeps.
        """
        given, mean = self.moments[:-1, :-1], self.moments[-1, :-1]
        spread = given - torch.outer(mean, mean)
        answers = self.kernel @ spread @ self.kernel.T
        basis = torch.linalg.eigh(answers).eigenvectors.flip(1)[:, :rank]
        squeeze: Tensor = basis.T @ self.kernel
        return squeeze.float()
