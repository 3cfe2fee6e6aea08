"""The textbook's loop, and the painter doing the same, timed.

The loop has one encoder whole, in float32, at one size, with torch's L-BFGS as it comes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from vst_core.features import Encoder
from vst_core.job import StylizeJob
from vst_core.losses import content_loss, gram_matrix, style_loss
from vst_core.memory import kept_memory
from vst_core.optimizer import (
    Iteration,
    PainterSettings,
    StyleTarget,
    open_painter,
    scale_count,
    style_target,
)

__all__ = ["BenchTask", "Textbook", "TimedPainting", "paint", "usual_task"]

_EVERY = 20


@dataclass(frozen=True, kw_only=True)
class BenchTask:
    """What both paint: a picture in a painting's style, and how content and style count."""

    frame: Tensor
    painting: Tensor
    content_weight: float
    style_weight: float

    @property
    def size(self) -> tuple[int, int]:
        """(height, width)."""
        return self.frame.shape[-2], self.frame.shape[-1]


class Textbook:
    """Gatys 2016 as it is usually written down."""

    def __init__(self, encoder: Encoder, task: BenchTask, say: Callable[[str], None]) -> None:
        self._encoder, self._task, self._say = encoder, task, say
        self._style, self._content = encoder.style_layers, encoder.content_layer
        target = style_target(encoder, task.painting, size=task.size, levels=1, layers=self._style)
        self._grams = target.grams
        with torch.no_grad():
            self._wanted = encoder(task.frame, [self._content])[self._content]

    def loss(self, picture: Tensor) -> Tensor:
        """Return the weighted sum of content and style loss of a picture in [0, 1]."""
        seen = self._encoder(picture, [*self._style, self._content])
        content = content_loss(seen[self._content], self._wanted)
        style = [style_loss(gram_matrix(seen[name]), self._grams[name]) for name in self._style]
        weighted = self._task.style_weight * torch.stack(style).mean()
        return self._task.content_weight * content.sum() + weighted

    def paint(self, iterations: int) -> tuple[float, float]:
        """Do that many evaluations; return the seconds and the last loss."""
        picture = self._task.frame.clone().requires_grad_()
        optimizer = torch.optim.LBFGS([picture], tolerance_grad=0.0, tolerance_change=0.0)
        losses: list[float] = []

        def closure() -> Tensor:
            with torch.no_grad():
                picture.clamp_(0, 1)
            optimizer.zero_grad()
            loss = self.loss(picture)
            loss.backward()  # type: ignore[no-untyped-call]
            losses.append(float(loss.detach()))
            if len(losses) % _EVERY == 0:
                self._say(f"textbook: {len(losses)} of {iterations}, loss {losses[-1]:.4g}")
            return loss

        start = time.perf_counter()
        while len(losses) < iterations:
            optimizer.step(closure)  # type: ignore[no-untyped-call]
        seconds = time.perf_counter() - start
        # The last step may have gone on a little after the count was full.
        return seconds * iterations / len(losses), losses[iterations - 1]


@dataclass(frozen=True, kw_only=True)
class TimedPainting:
    """How a painter came along: seconds and the picture after every iteration at full size."""

    seconds: float
    iterations: int
    pictures: Sequence[tuple[float, Tensor]]

    @torch.no_grad()
    def reached(self, textbook: Textbook, goal: float) -> float | None:
        """Return after how many seconds the loss was `goal`; the losses fall, so by halving."""
        low, high = 0, len(self.pictures)
        while low < high:
            middle = (low + high) // 2
            loss = float(textbook.loss(self.pictures[middle][1].clamp(0, 1)))
            low, high = (low, middle) if loss <= goal else (middle + 1, high)
        return self.pictures[low][0] if low < len(self.pictures) else None


@kept_memory()
def paint(
    task: BenchTask, encoders: Sequence[Encoder], *, iterations: int, precision: torch.dtype
) -> TimedPainting:
    """Paint as `--method gatys` does, memory and targets included, and keep the course.

    Args:
        task: What is painted.
        encoders: In the order in which they paint; all but the last sketch.
        iterations: In all.
        precision: Number type of convolutions.
    """
    pictures: list[tuple[float, Tensor]] = []
    start = time.perf_counter()

    def watch(step: Iteration) -> None:
        if step.scale == task.size:
            pictures.append((time.perf_counter() - start, step.picture))

    settings = PainterSettings(
        iterations=iterations,
        content_weight=task.content_weight,
        style_weight=task.style_weight,
        tv_weight=0.0,
        tolerance=0.0,
        precision=precision,
    )
    for encoder in encoders:
        encoder.at(precision)
    painter = open_painter([(each, [_target(each, task)]) for each in encoders], settings)
    found = painter.paint(task.frame, watch=watch)
    seconds = time.perf_counter() - start
    return TimedPainting(seconds=seconds, iterations=found.iterations, pictures=pictures)


def _target(encoder: Encoder, task: BenchTask) -> StyleTarget:
    return style_target(
        encoder,
        task.painting,
        size=task.size,
        levels=scale_count(task.size),
        layers=encoder.style_layers,
    )


def usual_task(frame: Tensor, painting: Tensor) -> BenchTask:
    """Return the task of painting a frame with the weights of a job that names none."""
    defaults = StylizeJob(input="in", output="out")
    return BenchTask(
        frame=frame,
        painting=painting,
        content_weight=defaults.content_weight,
        style_weight=defaults.values_at(0).style_weight,
    )
