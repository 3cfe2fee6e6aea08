"""Symmetric matrices in half of the space."""

from __future__ import annotations

import math

import torch
from torch import Tensor

__all__ = ["packed", "unpacked"]


def packed(matrix: Tensor) -> Tensor:
    """Return the C (C + 1) / 2 numbers on and above the diagonal, row by row, of C x C."""
    row, column = torch.triu_indices(*matrix.shape)
    return matrix[row, column]


def unpacked(numbers: Tensor) -> Tensor:
    """Return the symmetric matrix of `packed`.

    Raises:
        ValueError: It is not that many numbers.
    """
    side = (math.isqrt(8 * len(numbers) + 1) - 1) // 2
    if side * (side + 1) // 2 != len(numbers):
        raise ValueError(f"{len(numbers)} numbers are no half of a symmetric matrix")
    row, column = torch.triu_indices(side, side)
    matrix = numbers.new_empty(side, side)
    matrix[row, column] = numbers
    matrix[column, row] = numbers
    return matrix
