"""Muon: momentum whose matrices are made orthogonal (Jordan et al. 2024, "Muon")."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, overload

import torch
from torch import Tensor, nn

from vst_core.training.precision import training_precision

__all__ = ["Muon", "orthogonal"]

_SMALLEST = 48
"""Rows and columns from which a kernel counts as a matrix."""
_MOMENTUM = 0.95
_ROUNDS = 5
_POLYNOMIAL = (3.4445, -4.7750, 2.0315)
"""Of the published rounds: singular values come near to 1 quickly, within 0.7 to 1.2."""


class Muon(torch.optim.Adam):
    """Adam, but for kernels that are large matrices.

    A kernel of C x D x h x w is a matrix of C rows. Its momentum's singular values are all
    brought to about 1, so that a step turns every direction alike; Adam's step is nearly of
    low rank, and leaves most directions to chance. The length of a step is that of Adam's, by
    its root mean square (Liu et al. 2025, "Muon is scalable for LLM training", eq. 4), so
    that one rate serves both. torch's own class of this name takes nothing but 2-D parameters,
    and came with torch 2.9.

    Args:
        parameters: What is to be trained; without a gradient it is left as it is.
        rate: Learning rate.
        others: Trained along, at a share of the rate.
        share: That share.
    """

    def __init__(
        self,
        parameters: Iterable[nn.Parameter],
        *,
        rate: float,
        others: Iterable[nn.Parameter] = (),
        share: float = 1.0,
    ) -> None:
        groups = [
            {"params": chosen, "matrices": matrices, "share": part}
            for group, part in ((list(parameters), 1.0), (list(others), share))
            for matrices in (False, True)
            if (chosen := [each for each in group if _is_matrix(each) == matrices])
        ]
        super().__init__(groups, lr=rate)

    @overload
    def step(self, closure: None = None) -> None: ...
    @overload
    def step(self, closure: Callable[[], float]) -> float: ...
    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> float | None:
        """Take a step. The gradients of the matrices are used up."""
        for group in self.param_groups:
            if group["matrices"]:
                self._turn(group)
        loss: float | None = super().step(closure)
        return loss

    def _turn(self, group: dict[str, Any]) -> None:
        for matrix in group["params"]:
            if matrix.grad is None:
                continue
            state = self.state[matrix]
            if not state:
                state["momentum"] = torch.zeros_like(matrix)
                state["step"] = torch.zeros(())  # Adam asks for it where a state is loaded
            mean = state["momentum"].lerp_(matrix.grad, 1 - _MOMENTUM)
            ahead = matrix.grad.lerp(mean, _MOMENTUM)  # Nesterov's
            matrix.grad = None  # Adam then passes it over
            length = 0.2 * max(len(matrix), matrix[0].numel()) ** 0.5
            matrix.sub_(orthogonal(ahead.flatten(1)).view_as(matrix), alpha=group["lr"] * length)


def orthogonal(matrix: Tensor) -> Tensor:
    """Return the matrix with its singular values brought to about 1 (tiny ones: nearer to it).

    Newton-Schulz iteration, in bf16 where that pays: its rounding does not harm (Jordan et al.
    2024).

    Args:
        matrix: R x C.

    Returns:
        R x C, float32.
    """
    one, three, five = _POLYNOMIAL
    tall = len(matrix) > matrix.shape[1]
    wide = matrix.T if tall else matrix
    precision = training_precision(matrix.device)
    found: Tensor = (wide / wide.norm().clamp_min(1e-12)).to(precision)
    for _ in range(_ROUNDS):
        square = found @ found.T
        found = one * found + (three * square + five * square @ square) @ found
    return (found.T if tall else found).float()


def _is_matrix(parameter: nn.Parameter) -> bool:
    return parameter.dim() > 1 and min(len(parameter), parameter[0].numel()) >= _SMALLEST
