"""One training loop: schedule, averaged weights, checkpoints, resume."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import torch
from torch import Tensor, nn

from vst_core.atomic import atomic_path
from vst_core.errors import InputError, VstError
from vst_core.memory import kept_memory

__all__ = ["Stage", "Trainer", "TrainerSettings", "TrainingProgress"]

NetT = TypeVar("NetT", bound=nn.Module)
NetT_contra = TypeVar("NetT_contra", bound=nn.Module, contravariant=True)
BatchT = TypeVar("BatchT")

_AHEAD = 2


class Stage(Protocol[NetT_contra, BatchT]):
    """What the loop needs of a stage of training."""

    name: str
    steps: int
    rate: float

    def batch(self, step: int) -> BatchT:
        """Make the pictures of a step from the seed and the step alone, in any thread."""
        ...

    def losses(self, net: NetT_contra, batch: BatchT) -> dict[str, Tensor]:
        """Return the weighted terms of the loss; their sum is minimized."""
        ...


@dataclass(frozen=True, kw_only=True)
class TrainerSettings:
    """How a stage is run.

    Attributes:
        checkpoint: File that holds the state; written anew every `every` steps.
        every: Steps between checkpoints.
        report: Steps between reports.
        averaging: Decay of the averaged weights, which are what is shipped.
        seconds: A stage ends after so much time, where its steps are not done before; its
            learning rate falls accordingly. None = by steps alone.
    """

    checkpoint: Path
    every: int = 250
    report: int = 25
    averaging: float = 0.999
    seconds: float | None = None


@dataclass(frozen=True, kw_only=True)
class TrainingProgress:
    """A report: step `step` of `steps`, mean losses since the last, seconds left."""

    stage: str
    step: int
    steps: int
    losses: dict[str, float]
    seconds_left: float


class Trainer(Generic[NetT, BatchT]):
    """Trains one network through one stage.

    Args:
        net: Trained in place.
        stage: Batches and losses.
        settings: Checkpoints and reports.
        optimizer: Of the network's parameters; its learning rate is set at every step, for a
            group with a `share` to that share of it.
    """

    def __init__(
        self,
        net: NetT,
        stage: Stage[NetT, BatchT],
        *,
        settings: TrainerSettings,
        optimizer: torch.optim.Optimizer,
    ) -> None:
        self.net, self.stage, self.settings = net, stage, settings
        self.optimizer = optimizer
        self.step = 0
        self.averaged = {key: value.detach().clone() for key, value in net.state_dict().items()}
        self._seen: list[tuple[tuple[str, ...], Tensor]] = []
        self._spent = 0.0  # seconds, before and since this start
        self._clock = time.monotonic()

    @kept_memory()
    def run(self, on_progress: Callable[[TrainingProgress], None]) -> dict[str, Tensor]:
        """Train to the end, going on from the checkpoint if there is one.

        Returns:
            The averaged weights, float32.

        Raises:
            InputError: The checkpoint belongs to another network or is damaged.
            OutputError: A checkpoint cannot be written.
            VstError: The loss is no longer a number.
        """
        self._resume()
        self._clock = started = time.monotonic()
        first = self.step
        # On a CPU a worker has no core of its own, and its calls of torch hinder those of this
        # thread: measured on two cores, 0.65 s a step where 0.42 s do without it.
        ahead = 0 if next(self.net.parameters()).device.type == "cpu" else _AHEAD
        for batch in made_ahead(self.stage.batch, range(self.step, self.stage.steps), ahead=ahead):
            self._advance(batch)
            is_last = self.share() >= 1
            if is_last or self.step % self.settings.every == 0:
                self.save()
            if is_last or self.step % self.settings.report == 0:
                pace = (time.monotonic() - started) / (self.step - first)
                on_progress(self._report(pace))
            if is_last:
                break
        return self.averaged

    def share(self) -> float:
        """Return how much of the stage is done, 0 to 1: by steps, or by time where that ends it."""
        steps, seconds = self.step / self.stage.steps, self.settings.seconds
        return steps if seconds is None else min(1.0, max(steps, self._seconds() / seconds))

    def _seconds(self) -> float:
        """Return how long the stage has been trained, earlier runs included."""
        now = time.monotonic()
        self._spent, self._clock = self._spent + now - self._clock, now
        return self._spent

    def _advance(self, batch: BatchT) -> None:
        for group in self.optimizer.param_groups:
            group["lr"] = self._rate() * group.get("share", 1.0)
        terms = self.stage.losses(self.net, batch)
        values = torch.stack(list(terms.values()))
        self.optimizer.zero_grad(set_to_none=True)
        values.sum().backward()  # type: ignore[no-untyped-call]
        self._take_step()
        self.step += 1
        self._average()
        self._seen.append((tuple(terms), values.detach()))

    def _take_step(self) -> None:
        """Step, unless there is nothing to learn.

        A flat crop (all black) has a spread of 0 in every norm, whose gradients multiply beyond
        float32. It teaches nothing: the step is passed over. To ask a graphics card would be to
        wait for it, so there such gradients count as 0.
        """
        parameters = [each for each in self.net.parameters() if each.grad is not None]
        waits = not parameters or parameters[0].device.type == "cpu"
        if not waits:
            for each in parameters:
                torch.nan_to_num_(each.grad, nan=0.0, posinf=0.0, neginf=0.0)  # type: ignore[arg-type]
        norm = torch.nn.utils.clip_grad_norm_(parameters, 10.0)
        if not waits or torch.isfinite(norm):
            self.optimizer.step()

    def _rate(self) -> float:
        warm = min(1.0, (self.step + 1) / 100)
        falling = 0.05 + 0.95 * (1 + math.cos(math.pi * self.share())) / 2
        return self.stage.rate * warm * falling

    @torch.no_grad()
    def _average(self) -> None:
        decay = min(self.settings.averaging, (1 + self.step) / (10 + self.step))
        now = self.net.state_dict()
        torch._foreach_lerp_([self.averaged[key] for key in now], list(now.values()), 1 - decay)

    def _mean_losses(self) -> dict[str, float]:
        """Return the means since the last report."""
        found: dict[str, list[float]] = {}
        for names, values in self._seen:
            for name, value in zip(names, values.tolist(), strict=True):
                found.setdefault(name, []).append(value)
        losses = {name: math.fsum(values) / len(values) for name, values in found.items()}
        if not all(math.isfinite(value) for value in losses.values()):
            raise VstError(
                f"The loss of stage '{self.stage.name}' is no longer a number at step {self.step}",
                fix="Lower the learning rate; the last checkpoint is kept.",
            )
        return losses

    def _report(self, pace: float) -> TrainingProgress:
        losses = self._mean_losses()
        self._seen.clear()
        left = pace * (self.stage.steps - self.step)
        if self.settings.seconds is not None:
            left = min(left, max(0.0, self.settings.seconds - self._seconds()))
        return TrainingProgress(
            stage=self.stage.name,
            step=self.step,
            steps=self.stage.steps,
            losses=losses,
            seconds_left=left,
        )

    def save(self) -> None:
        """Write the checkpoint.

        Raises:
            OutputError: It cannot be written.
            VstError: The loss is no longer a number.
        """
        self._mean_losses()  # what is no longer a number must not hide the last good state
        state = {
            "step": self.step,
            "seconds": self._seconds(),
            "net": self.net.state_dict(),
            "averaged": self.averaged,
            "optimizer": self.optimizer.state_dict(),
        }
        with atomic_path(self.settings.checkpoint) as temporary:
            torch.save(state, temporary)

    def _resume(self) -> None:
        path = self.settings.checkpoint
        if not path.is_file():
            return
        try:
            state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
            self.net.load_state_dict(state["net"])
            self.optimizer.load_state_dict(state["optimizer"])
            for key, value in state["averaged"].items():
                self.averaged[key].copy_(value)
            self.step, self._spent = int(state["step"]), float(state.get("seconds", 0.0))
        except Exception as error:  # torch raises many kinds for a damaged or foreign file
            raise InputError(
                f"'{path}' is not a checkpoint of this run ({type(error).__name__})",
                fix="Give the settings of that run to go on with it, or another --out.",
            ) from error


def made_ahead(make: Callable[[int], BatchT], steps: range, *, ahead: int) -> Iterator[BatchT]:
    """Return what `make` gives for every step, in order.

    Args:
        make: Called for one step after the other.
        steps: One by one.
        ahead: How many are made, in a thread of their own, before they are asked for; with 0
            each is made when it is asked for, in the caller's thread.
    """
    if not ahead:
        yield from map(make, steps)
        return
    with ThreadPoolExecutor(max_workers=1) as worker:
        waiting = [worker.submit(make, step) for step in steps[:ahead]]
        for step in steps:
            if step + ahead < steps.stop:
                waiting.append(worker.submit(make, step + ahead))
            yield waiting.pop(0).result()
