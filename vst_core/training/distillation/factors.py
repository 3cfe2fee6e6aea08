"""Linear algebra of activations and kernels: components, pivots, columns and rows."""

from __future__ import annotations

import torch
from torch import Tensor

__all__ = ["components", "pivots", "rotated", "separated"]

_RIDGE = 1e-6


def components(values: Tensor, count: int) -> Tensor:
    """Return the `count` directions (rows, orthonormal) that hold most of the second moments.

    Args:
        values: N x C. Not centered here, because Gram matrices are not (Gatys 2016, eq. 3).
        count: At most C.
    """
    moments = (values.T @ values).double() / len(values)
    vectors: Tensor = torch.linalg.eigh(moments).eigenvectors
    return vectors.flip(1)[:, :count].T.to(values.dtype)


def rotated(values: Tensor, answers: Tensor) -> Tensor:
    """Return the components (orthonormal rows) of `values` that `answers` speak of.

    The orthogonal Procrustes problem (Schönemann 1966). Of fewer rows than there are channels
    its answer holds where they are principal components, for then the products of answers and
    values are the rows themselves, each times its size.

    Args:
        values: N x C.
        answers: N x R, about the values' products with the rows, R at most C.
    """
    one, _, two = torch.linalg.svd((answers.T @ values).double(), full_matrices=False)
    rows: Tensor = one @ two
    return rows.to(values.dtype)


def separated(kernel: Tensor, columns: Tensor) -> tuple[Tensor, Tensor]:
    """Split 3 x 3 kernels into as many 3 x 1 kernels and 1 x 3 kernels after them.

    The split is the best for the data (Jaderberg, Vedaldi and Zisserman 2014, 2.2, with the
    spread of what is seen, where they take all directions alike): a singular value
    decomposition of what a kernel's columns answer to the columns of the input.

    Args:
        kernel: R x 9 C, in the order C, height, width.
        columns: N x 3 C neighborhoods, in the order C, height.

    Returns:
        R x 3 C and R x 3 R, in a kernel's order.
    """
    rank, height = len(kernel), columns.shape[1]
    each = kernel.double().view(rank, height, 3).permute(0, 2, 1).reshape(3 * rank, height)
    moments = (columns.T @ columns).double() / len(columns)
    values, vectors = torch.linalg.eigh(moments)
    values = values.clamp_min(_RIDGE * float(values.mean().clamp_min(1e-12)))
    root = vectors * values.sqrt() @ vectors.T
    _, _, seen = torch.linalg.svd(each @ root, full_matrices=False)
    down = torch.linalg.solve(root, seen[:rank].T).T
    size = down.norm(dim=1, keepdim=True)  # kernels of length 1, since one rate serves all
    down, across = down / size, each @ root @ seen[:rank].T * size.T
    return down.float(), across.view(rank, 3, rank).permute(0, 2, 1).flatten(1).float()


def pivots(values: Tensor, count: int) -> Tensor:
    """Return `count` columns of `values` (N x C) from which the others follow best.

    Each next one is the column with the largest part that those before it do not explain.
    """
    left = (values.T.double() @ values.double()) / len(values)
    chosen: list[int] = []
    for _ in range(min(count, left.shape[0])):
        parts = left.diagonal().clone()
        parts[chosen] = -1.0
        pivot = int(parts.argmax())
        chosen.append(pivot)
        left = left - torch.outer(left[:, pivot], left[pivot]) / left[pivot, pivot].clamp_min(1e-12)
    chosen += [index % left.shape[0] for index in range(count - len(chosen))]
    return torch.tensor(chosen)
