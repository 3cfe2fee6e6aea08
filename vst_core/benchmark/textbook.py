"""The painter against the loop that most would write, in one run.

The textbook loop has VGG-19 whole, in float32, at one size, with torch's L-BFGS as it comes.
What it minimizes is what the painter minimizes; what is compared is the time until the loss
is as low as after the textbook's last iteration. The loss is always that of the textbook's own
VGG-19 in float32, of the picture clamped to [0, 1], whatever the painter looks through: VGG-19
after lite's sketch, as `--features vgg19` does it, and lite alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from vst_core.devices import pick_device, pick_precision
from vst_core.errors import WeightsError
from vst_core.features import load_encoder, pick_encoder
from vst_core.gpu_benchmark import BenchTask, Textbook, TimedPainting, paint, usual_task
from vst_core.image import read_picture
from vst_core.motion import moving_frames
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
    return usual_task(_fitted(frame, settings.size).to(device), painting.to(device))


def _fitted(picture: Tensor, size: tuple[int, int]) -> Tensor:
    """Return the middle of a picture at a size."""
    height, width = picture.shape[-2:]
    scale = max(size[0] / height, size[1] / width)
    large = resize_picture(
        picture, (max(size[0], round(height * scale)), max(size[1], round(width * scale)))
    )
    top, left = (large.shape[-2] - size[0]) // 2, (large.shape[-1] - size[1]) // 2
    return large[..., top : top + size[0], left : left + size[1]].contiguous()
