"""A step of training, as `vst train` takes it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from itertools import pairwise
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import torch
from PIL import Image

from vst_core.devices import place
from vst_core.gpu_benchmark.rows import Figure, Task
from vst_core.gpu_benchmark.settings import GpuSettings
from vst_core.gpu_benchmark.timed_encoders import encoder_to_time
from vst_core.gpu_benchmark.timing import peak_gigabytes
from vst_core.losses import PerceptualLoss, gram_targets
from vst_core.motion import moving_frames
from vst_core.nets import TransformNet
from vst_core.styles import find_card
from vst_core.styles.loading import load_network
from vst_core.training.photographs import Photographs
from vst_core.training.precision import training_precision
from vst_core.training.recipe import StyleEntry, load_recipe
from vst_core.training.stages import StyleContext, VtnBatch, VtnStage
from vst_core.training.training_loop import Trainer, TrainerSettings, TrainingProgress

__all__ = ["training_tasks"]

_WARM, _TIMED = 6, 24
_PHOTOGRAPHS, _SIZE = 6, (640, 480)


def training_tasks(settings: GpuSettings) -> Iterator[Task]:
    """Return a task: steps of the VTN from a shipped style, all pictures made up."""
    name = f"training step {settings.crop}x{settings.crop} vtn {settings.styles[0]}"
    yield Task(name=name, work=lambda: _measured(settings), needs=8.0)


def _measured(settings: GpuSettings) -> Mapping[str, Figure]:
    with TemporaryDirectory(prefix="vst-bench-") as folder:
        context, weights = _context(settings, Path(folder))
        trainer = _trainer(settings, context, Path(folder) / "vtn.pt")
        moments: list[float] = []

        def report(progress: TrainingProgress) -> None:
            moments.append(time.perf_counter())

        peak = peak_gigabytes(lambda: trainer.run(report), context.device)
        if not moments:
            trainer.run(report)
    steps = [after - before for before, after in pairwise(moments)]
    found: dict[str, Figure] = {"ms a step": 1000 * median(steps[_WARM:]), "weights": weights}
    return found if peak is None else {**found, "peak GB": peak}


def _context(settings: GpuSettings, folder: Path) -> tuple[StyleContext, str]:
    device, card = settings.place, find_card(settings.styles[0])
    encoder, weights = encoder_to_time("vgg16", settings.weights_dir)
    encoder = place(encoder, device)
    painting = next(moving_frames(width=_SIZE[0], height=_SIZE[1], count=1, seed=99, device=device))
    targets = gram_targets(encoder, painting)
    encoder.at(training_precision(device))
    _make_photographs(folder)
    recipe = load_recipe("quick")
    recipe = replace(
        recipe,
        width=card.width,
        crop=settings.crop,
        styles=(StyleEntry(name=card.name, painting=""),),
        vtn=replace(recipe.vtn, steps=_WARM + _TIMED),
    )
    loss = PerceptualLoss(encoder=encoder, targets=targets, layer_weights=asdict(recipe.layers))
    photographs = Photographs(folder, smallest=recipe.crop)
    return StyleContext(recipe=recipe, photographs=photographs, loss=loss, device=device), weights


def _trainer(
    settings: GpuSettings, context: StyleContext, checkpoint: Path
) -> Trainer[TransformNet, VtnBatch]:
    start = load_network([(find_card(settings.styles[0]), 1.0)], method="vtn")
    net = place(start.train().requires_grad_(True), context.device)
    stage = VtnStage(context, context.recipe.vtn)
    return Trainer(
        net,
        stage,
        settings=TrainerSettings(checkpoint=checkpoint, report=1),
        optimizer=torch.optim.Adam(net.parameters(), lr=stage.rate, fused=True),
    )


def _make_photographs(folder: Path) -> None:
    width, height = _SIZE
    for number in range(_PHOTOGRAPHS):
        picture = next(moving_frames(width=width, height=height, count=1, seed=number))
        pixels = (picture[0] * 255).round().byte().permute(1, 2, 0).numpy()
        Image.fromarray(pixels).save(folder / f"{number}.png")
