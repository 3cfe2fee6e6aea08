"""The painter against the loop that most would write, in one run.

The textbook loop has VGG-19 whole, in float32, at one size, with torch's L-BFGS as it comes.
What it minimizes is what the painter minimizes; what is compared is the time until the loss
is as low as after the textbook's last iteration. The loss is always that of the textbook's own
VGG-19 in float32, of the picture clamped to [0, 1], whatever the painter looks through: VGG-19
after lite's sketch, as `--features vgg19` does it, and lite alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from vst_core.devices import pick_device, pick_precision
from vst_core.errors import WeightsError
from vst_core.evaluation import moving_frames
from vst_core.features import Encoder, load_encoder, pick_encoder
from vst_core.image import read_picture
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
from vst_core.resizing import resize_picture
from vst_core.styles.painting_reader import read_painting

__all__ = [
    "PaintingFigures",
    "PaintingRow",
    "PaintingSettings",
    "TextbookFigures",
    "measure_painting",
]

_LITE, _LITE_MARGIN = "lite", 1.3
_MORE = 1.25
"""The painter's iterations cost less than the textbook's; it gets a few more to arrive in."""
_EVERY = 20


@dataclass(frozen=True, kw_only=True)
class PaintingSettings:
    """What is painted, and on what.

    Attributes:
        picture: What is painted; None = a made-up frame.
        painting: The style; None = a made-up one.
        size: (height, width) to paint at.
        iterations: Of the textbook loop.
        device, precision: As in a job.
        weights_dir: Searched first for weights.
    """

    picture: Path | None = None
    painting: Path | None = None
    size: tuple[int, int] = (512, 512)
    iterations: int = 200
    device: str = "auto"
    precision: str = "auto"
    weights_dir: Path | None = None


@dataclass(frozen=True, kw_only=True)
class TextbookFigures:
    """The textbook loop: its encoder, its iterations, their seconds, and the loss at the end."""

    features: str
    iterations: int
    seconds: float
    loss: float


@dataclass(frozen=True, kw_only=True)
class PaintingRow:
    """The painter with one encoder, beside the textbook.

    Attributes:
        margin: Which multiple of the textbook's loss counts as reached.
        seconds: Until it was reached; None = never.
        ratio: Over the textbook's seconds.
        seconds_in_all: Of the whole painting.
        iterations: Of it.
        seconds_an_iteration: The mean.
        loss_at_last: Of the painted picture.
        loss_ratio_at_last: Over the textbook's.
    """

    margin: float
    seconds: float | None
    ratio: float | None
    seconds_in_all: float
    iterations: int
    seconds_an_iteration: float
    loss_at_last: float
    loss_ratio_at_last: float


@dataclass(frozen=True, kw_only=True)
class PaintingFigures:
    """What was painted, the textbook, and encoder -> the painter with it."""

    width: int
    height: int
    device: str
    threads: int
    precision: str
    textbook: TextbookFigures
    rows: dict[str, PaintingRow]

    def as_dict(self) -> dict[str, Any]:
        """Return everything by its name, for JSON: the encoders beside the rest."""
        found = asdict(self)
        return {**found, **found.pop("rows")}


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


def measure_painting(settings: PaintingSettings, *, say: Callable[[str], None]) -> PaintingFigures:
    """Run the textbook loop, then the painter with its encoder and with lite.

    Args:
        settings: What is painted.
        say: Told what is being done, a line at a time.
    """
    device = pick_device(settings.device)
    precision = pick_precision(settings.precision, device)
    folder = settings.weights_dir
    name = pick_encoder("auto", folder=folder)
    name = "vgg19" if name == _LITE else name
    task = _task(settings, device)
    textbook = Textbook(load_encoder(name, folder=folder).to(device), task, say)
    seconds, goal = textbook.paint(settings.iterations)
    iterations = round(_MORE * settings.iterations)
    rows: dict[str, PaintingRow] = {}
    for names, margin in (((_LITE, name), 1.0), ((_LITE,), _LITE_MARGIN)):
        say(f"painting with {names[-1]}")
        try:
            encoders = [load_encoder(each, folder=folder).to(device) for each in names]
        except WeightsError as error:
            say(str(error))
            continue
        timed = paint(task, encoders, iterations=iterations, precision=precision)
        rows[names[-1]] = _row(timed, textbook, seconds, goal=goal, margin=margin)
    return PaintingFigures(
        width=task.size[1],
        height=task.size[0],
        device=str(device),
        threads=torch.get_num_threads(),
        precision=str(precision).removeprefix("torch."),
        textbook=TextbookFigures(
            features=name, iterations=settings.iterations, seconds=seconds, loss=goal
        ),
        rows=rows,
    )


def _row(
    timed: TimedPainting, textbook: Textbook, seconds: float, *, goal: float, margin: float
) -> PaintingRow:
    reached = timed.reached(textbook, margin * goal)
    with torch.no_grad():
        last = float(textbook.loss(timed.pictures[-1][1].clamp(0, 1)))
    return PaintingRow(
        margin=margin,
        seconds=reached,
        ratio=None if reached is None else reached / seconds,
        seconds_in_all=timed.seconds,
        iterations=timed.iterations,
        seconds_an_iteration=timed.seconds / timed.iterations,
        loss_at_last=last,
        loss_ratio_at_last=last / goal,
    )


def _task(settings: PaintingSettings, device: torch.device) -> BenchTask:
    height, width = settings.size
    made = list(moving_frames(width=width, height=height, count=2))
    frame = read_picture(settings.picture) if settings.picture else made[0]
    painting = read_painting(settings.painting) if settings.painting else made[1].flip(1)
    defaults = StylizeJob(input="in", output="out")
    return BenchTask(
        frame=_fitted(frame, settings.size).to(device),
        painting=painting.to(device),
        content_weight=defaults.content_weight,
        style_weight=defaults.values_at(0).style_weight,
    )


def _fitted(picture: Tensor, size: tuple[int, int]) -> Tensor:
    """Return the middle of a picture at a size."""
    height, width = picture.shape[-2:]
    scale = max(size[0] / height, size[1] / width)
    large = resize_picture(
        picture, (max(size[0], round(height * scale)), max(size[1], round(width * scale)))
    )
    top, left = (large.shape[-2] - size[0]) // 2, (large.shape[-1] - size[1]) // 2
    return large[..., top : top + size[0], left : left + size[1]].contiguous()
