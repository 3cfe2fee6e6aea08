"""A whole distillation: photographs and paintings in, an encoder's card out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import torch

from vst_core.devices import pick_device, place
from vst_core.errors import UsageError
from vst_core.features import LITE_LAYERS, load_encoder
from vst_core.hosts.hashes import known_hash
from vst_core.training.distillation.base_encoder import BaseEncoder, take_over
from vst_core.training.distillation.distill import DistillContext, DistillStage
from vst_core.training.distillation.distill_start import fit_start
from vst_core.training.distillation.distiller import Distiller
from vst_core.training.distillation.features_export import export_encoder
from vst_core.training.distillation.features_recipe import FeaturesRecipe
from vst_core.training.muon import Muon
from vst_core.training.photographs import Photographs
from vst_core.training.precision import training_precision
from vst_core.training.run_lock import claim
from vst_core.training.training_loop import Trainer, TrainerSettings, TrainingProgress

__all__ = ["FeaturesRun", "train_features"]


@dataclass(frozen=True, kw_only=True)
class FeaturesRun:
    """What to distil, from what, into which folder.

    Attributes:
        recipe: The numbers.
        photographs: Folder of the content pictures.
        paintings: Folder of the style pictures.
        output: Folder that gets the card; its `work` folder gets checkpoints.
        start: Card of an encoder to go on from. Layers that are smaller in the recipe, or see
            fewer channels, are fitted to what they answer there.
        weights_dir: Searched first for the teacher.
        device: `auto`, `cpu`, `cuda`, `cuda:N` or `mps`.
        checkpoint_every: Steps between checkpoints.
    """

    recipe: FeaturesRecipe
    photographs: Path
    paintings: Path
    output: Path
    start: Path | None = None
    weights_dir: Path | None = None
    device: str = "auto"
    checkpoint_every: int = 200


def train_features(run: FeaturesRun, on_progress: Callable[[TrainingProgress], None]) -> Path:
    """Fit the student's start, train it, and write its card.

    A run that was killed goes on from its last checkpoint when started again with the same
    settings, to the same result.

    Returns:
        The path of the card.

    Raises:
        UsageError: The teacher is not a VGG-19, or the start has other layers, or other sizes
            although it has a share in what is written.
        InputError: Photographs or paintings cannot be read, or the checkpoints in the work
            folder are those of another run.
        OutputError: The output cannot be written.
        WeightsError: The teacher's weights are absent, or those of the start.
        DeviceError: The device is absent.
    """
    context = _open_context(run)
    net = _student(context)
    before = take_over(net, run.start) if run.start else None
    _check_share(run, net, before)
    work = run.output / "work"
    data = {
        "photographs": len(context.photographs),
        "paintings": len(context.paintings),
        "start": known_hash(run.start) if run.start else "the teacher",
    }
    claim(work, {**asdict(run.recipe), **data})
    settings = TrainerSettings(
        checkpoint=work / f"{DistillStage.name}.pt", every=run.checkpoint_every
    )
    begun = settings.checkpoint.is_file()
    if not begun:
        fit_start(net, context, before)
    optimizer = Muon(net.parameters(), rate=run.recipe.rate)
    trainer = Trainer(net, DistillStage(context), settings=settings, optimizer=optimizer)
    if not begun:
        trainer.save()  # the start takes minutes; a run that is broken off soon keeps it
    last: dict[str, float] = {}

    def report(progress: TrainingProgress) -> None:
        last.update(progress.losses)
        on_progress(progress)

    averaged = trainer.run(report)
    if before and run.recipe.start_share:
        averaged = before.mixed_into(averaged, share=run.recipe.start_share)
    state = {name: value.cpu() for name, value in averaged.items()}
    return export_encoder(state, recipe=run.recipe, folder=run.output, data=data, metrics=last)


def _check_share(run: FeaturesRun, net: Distiller, before: BaseEncoder | None) -> None:
    if before and run.recipe.start_share and not before.matches(net):
        fix = "Give its widths, ranks and heads, or set start_share = 0."
        raise UsageError(f"'{run.start}' has other sizes than the recipe", fix=fix)


def _open_context(run: FeaturesRun) -> DistillContext:
    device = pick_device(run.device)
    if not run.recipe.teacher.startswith("vgg19"):
        raise UsageError(f"'{run.recipe.teacher}' is not a VGG-19", fix="Use vgg19 or vgg19-gatys.")
    teacher = place(load_encoder(run.recipe.teacher, folder=run.weights_dir), device)
    teacher.at(training_precision(device))
    crop = run.recipe.crop
    return DistillContext(
        recipe=run.recipe,
        photographs=Photographs(run.photographs, smallest=crop),
        paintings=Photographs(run.paintings, smallest=crop),
        teacher=teacher,
        device=device,
    )


def _student(context: DistillContext) -> Distiller:
    recipe, teacher = context.recipe, context.teacher
    channels: dict[str, int] = {
        layer: teacher.get_parameter(f"convs.{layer}.bias").numel()
        for layer in (*LITE_LAYERS, *recipe.hints)
    }
    torch.manual_seed(recipe.seed)
    net = Distiller(
        recipe.widths,
        recipe.ranks,
        recipe.heads,
        recipe.hints,
        channels,
        pool=recipe.pool,
        size=recipe.crop,
    )
    return place(net, context.device)
