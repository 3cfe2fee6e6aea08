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

_HISTORY, _FEWEST_KEPT = 30, 5
_HISTORY_BYTES = 2**30
_PATIENCE = 10
_FIRST_STEP = 0.01
_MOST_TRIES, _MANY_TRIES = 8, 5
_NOISE = 1e-4
_ADAM_RATE = 0.02
_LOWEST = 1 / 64


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """A picture's loss, where it was measured."""

    picture: Tensor
    total: float
    parts: tuple[float, ...]
    gradient: Tensor


Stepper = Callable[[int], None]
Filter = Callable[[Tensor], Tensor]


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
    """A loss as a function of a change: the picture is the start and the change, filtered.

    It remembers its last evaluation, so that none is done twice.
    """

    def __init__(self, loss: Loss, start: Tensor, filtered: Filter) -> None:
        self._loss, self._start, self._filtered = loss, start, filtered
        self._weights = torch.tensor(loss.weights, dtype=start.dtype, device=start.device)
        # Per pixel the gradient is tiny; brought to the size of 1 it survives half floats,
        # and the thresholds inside of torch's optimizers mean something.
        self._scale = float(start.numel())
        self.evaluations = 0
        self._last: tuple[Tensor, Evaluation, Tensor] | None = None

    def __call__(self, change: Tensor) -> Evaluation:
        """Return what the picture is like."""
        return self._at(change)[1]

    def gradient(self, change: Tensor) -> Tensor:
        """Return the derivative by the change; the filter is symmetric."""
        return self._at(change)[2]

    def _at(self, change: Tensor) -> tuple[Tensor, Evaluation, Tensor]:
        if self._last is None or not torch.equal(self._last[0], change):
            found = self._measure(self._start + self._filtered(change))
            self._last = change.detach().clone(), found, self._filtered(found.gradient)
        return self._last

    def _measure(self, picture: Tensor) -> Evaluation:
        self.evaluations += 1
        leaf = picture.detach().requires_grad_()
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
    make, filtered = _STEPPERS[optimizer]
    measured = _Measured(loss, start.detach(), filtered(start))
    change = torch.zeros_like(start).requires_grad_()
    step = make(change, measured, iterations)
    best = measured(change.detach())
    totals = [best.total]
    for iteration in range(1, iterations + 1):
        step(iteration)
        now = measured(change.detach())
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


def _as_it_is(like: Tensor) -> Filter:
    del like
    return lambda change: change


def _low_first(like: Tensor) -> Filter:
    """Return a filter by f^(-1/2), f being the frequency, down to a wave of 64 pixels.

    Pictures have most of their energy in low frequencies, and pixels as variables reach them
    slowly. So the variables are taken in the Fourier basis, low ones weighted up (Olah 2017,
    "Feature Visualization", section "Preconditioning and parameterization", who take 1/f);
    with the power 1/2 the loss of 100 plain iterations was there after 75.
    """
    size = (like.shape[-2], like.shape[-1])
    down = torch.fft.fftfreq(size[0], device=like.device, dtype=like.dtype)[:, None]
    across = torch.fft.rfftfreq(size[1], device=like.device, dtype=like.dtype)[None]
    weights = (down.square() + across.square()).sqrt().clamp_min(_LOWEST).rsqrt()
    weights = weights / weights.square().mean().sqrt()
    return lambda change: torch.fft.irfft2(torch.fft.rfft2(change) * weights, s=size)


def _lbfgs(change: Tensor, measured: _Measured, iterations: int) -> Stepper:
    """L-BFGS with torch's strong Wolfe line search (Nocedal and Wright 2006, 7.2 and 3.5).

    Torch's first step has the length 1 in the sum over all pixels, which moves none of them
    visibly; here it is as long as to move each by a hundredth on average.

    In half floats there comes a time when a step gains less than the loss is rounded by. The
    search then tries in vain, though the slopes are still good; from there on all steps have
    the length 1. (With lite in bf16 the loss had stood still from iteration 108 on.)
    """
    del iterations
    optimizer = torch.optim.LBFGS(
        [change],
        lr=_FIRST_STEP * change.numel(),
        max_iter=1,
        max_eval=_MOST_TRIES,
        history_size=_history(change),
        tolerance_grad=0.0,
        tolerance_change=0.0,
        line_search_fn="strong_wolfe",
    )

    def closure() -> float:
        change.grad = measured.gradient(change.detach()).clone()
        return measured(change.detach()).total * change.numel()

    def step(iteration: int) -> None:
        before, tried = measured(change.detach()).total, measured.evaluations
        optimizer.step(closure)  # type: ignore[no-untyped-call]
        in_vain = before - measured(change.detach()).total < _NOISE * abs(before)
        if iteration == 1:
            optimizer.param_groups[0]["lr"] = 1.0
        elif in_vain and measured.evaluations - tried >= _MANY_TRIES:
            optimizer.param_groups[0]["line_search_fn"] = None

    return step


def _history(like: Tensor) -> int:
    """Return how many steps L-BFGS remembers: two pictures each, a gigabyte at most, or five."""
    fitting = _HISTORY_BYTES // (2 * like.numel() * like.element_size())
    return max(_FEWEST_KEPT, min(_HISTORY, fitting))


def _adam(change: Tensor, measured: _Measured, iterations: int) -> Stepper:
    """Adam (Kingma and Ba 2015), its rate falling along a half cosine."""
    optimizer = torch.optim.Adam([change], lr=_ADAM_RATE, betas=(0.9, 0.99))
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, iterations + 1)

    def step(iteration: int) -> None:
        del iteration
        change.grad = measured.gradient(change.detach()).clone()
        optimizer.step()
        schedule.step()

    return step


_STEPPERS: dict[
    str, tuple[Callable[[Tensor, _Measured, int], Stepper], Callable[[Tensor], Filter]]
] = {
    "lbfgs": (_lbfgs, _low_first),
    "adam": (_adam, _as_it_is),
}
