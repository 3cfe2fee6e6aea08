"""Going downhill: L-BFGS or Adam on the pixels, until it is hardly worth while any more."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from vst_core.errors import UsageError

__all__ = ["Evaluation", "descend"]

_HISTORY = 10
_PATIENCE = 10
_FIRST_STEP = 0.01
_ADAM_RATE = 0.02


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """A picture's loss, where it was measured."""

    picture: Tensor
    total: float
    parts: tuple[float, ...]
    gradient: Tensor


class Loss(Protocol):
    """What is made small."""

    @property
    def weights(self) -> tuple[float, ...]:
        """What stands before each part in the sum."""
        ...

    def parts(self, picture: Tensor) -> Tensor:
        """Return the parts of the loss, to be weighted and summed."""
        ...


class _Measured:
    """A loss that remembers its last evaluation, so that none is done twice."""

    def __init__(self, loss: Loss, like: Tensor) -> None:
        self._loss = loss
        self._weights = torch.tensor(loss.weights, dtype=like.dtype, device=like.device)
        # Per pixel the gradient is tiny; brought to the size of 1 it survives half floats,
        # and the thresholds inside of torch's optimisers mean something.
        self._scale = float(like.numel())
        self.last: Evaluation | None = None

    def __call__(self, picture: Tensor) -> Evaluation:
        if self.last is None or not torch.equal(self.last.picture, picture):
            self.last = self._measure(picture)
        return self.last

    def _measure(self, picture: Tensor) -> Evaluation:
        leaf = picture.detach().clone().requires_grad_()
        parts = self._loss.parts(leaf)
        total = (self._weights * parts).sum()
        (gradient,) = torch.autograd.grad(total * self._scale, leaf)
        *each, whole = torch.cat([parts.detach(), total.detach()[None]]).tolist()
        if not math.isfinite(whole):
            fix = "Lower the weights, or use --precision fp32."
            raise UsageError(f"The loss became {whole}", fix=fix)
        return Evaluation(picture=leaf.detach(), total=whole, parts=tuple(each), gradient=gradient)


def descend(
    loss: Loss,
    start: Tensor,
    *,
    optimizer: str,
    iterations: int,
    tolerance: float,
    watch: Callable[[int, Evaluation], None],
) -> tuple[Evaluation, int]:
    """Better a picture.

    Args:
        loss: What is made small.
        start: 1 x 3 x H x W.
        optimizer: `lbfgs` or `adam`.
        iterations: At most that many.
        tolerance: The end is reached when, over ten iterations, the loss falls by less than
            this part of itself.
        watch: Told of every iteration, counted from 1.

    Returns:
        The best picture that was measured, and how many iterations were done.

    Raises:
        UsageError: The loss became infinite or no number.
    """
    measured = _Measured(loss, start)
    picture = start.detach().clone().requires_grad_()
    step = _STEPPERS[optimizer](picture, measured, iterations)
    best = measured(picture.detach())
    totals = [best.total]
    for iteration in range(1, iterations + 1):
        step(iteration)
        now = measured(picture.detach())
        best = min(best, now, key=lambda each: each.total)
        totals.append(now.total)
        watch(iteration, now)
        if _settled(totals, tolerance):
            return best, iteration
    return best, iterations


def _settled(totals: list[float], tolerance: float) -> bool:
    if len(totals) <= _PATIENCE:
        return False
    before = totals[-1 - _PATIENCE]
    return before - totals[-1] < tolerance * abs(before)


Stepper = Callable[[int], None]


def _lbfgs(picture: Tensor, measured: _Measured, iterations: int) -> Stepper:
    """L-BFGS with torch's strong Wolfe line search (Nocedal and Wright 2006, 7.2 and 3.5).

    Torch's first step has the length 1 in the sum over all pixels, which moves none of them
    visibly; here it is as long as to move each by a hundredth on average.
    """
    del iterations
    optimizer = torch.optim.LBFGS(
        [picture],
        lr=_FIRST_STEP * picture.numel(),
        max_iter=1,
        max_eval=8,
        history_size=_HISTORY,
        tolerance_grad=0.0,
        tolerance_change=0.0,
        line_search_fn="strong_wolfe",
    )

    def closure() -> float:
        found = measured(picture.detach())
        picture.grad = found.gradient
        return found.total * picture.numel()

    def step(iteration: int) -> None:
        optimizer.step(closure)  # type: ignore[no-untyped-call]
        if iteration == 1:
            optimizer.param_groups[0]["lr"] = 1.0

    return step


def _adam(picture: Tensor, measured: _Measured, iterations: int) -> Stepper:
    """Adam (Kingma and Ba 2015), its rate falling along a half cosine."""
    optimizer = torch.optim.Adam([picture], lr=_ADAM_RATE, betas=(0.9, 0.99))
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, iterations + 1)

    def step(iteration: int) -> None:
        del iteration
        picture.grad = measured(picture.detach()).gradient
        optimizer.step()
        schedule.step()

    return step


_STEPPERS: dict[str, Callable[[Tensor, _Measured, int], Stepper]] = {
    "lbfgs": _lbfgs,
    "adam": _adam,
}
