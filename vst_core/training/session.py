"""A whole training run: paintings and photographs in, style cards out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple, TypeVar

import torch
from torch import Tensor

from vst_core.devices import pick_device, place
from vst_core.errors import InputError, UsageError
from vst_core.features import Encoder, encoder_mark, load_encoder
from vst_core.hosts.hashes import known_hash
from vst_core.losses import PerceptualLoss, gram_targets, moment_targets
from vst_core.nets import ITN_CHANNELS, VTN_CHANNELS, TransformNet
from vst_core.styles import StyleCard
from vst_core.styles.loading import load_network
from vst_core.styles.painting_reader import read_painting
from vst_core.training.export import Trained, export
from vst_core.training.photograph_stack import PhotographStack
from vst_core.training.photographs import Photographs
from vst_core.training.precision import training_precision
from vst_core.training.preview import contact_sheet
from vst_core.training.recipe import Recipe
from vst_core.training.run_lock import claim
from vst_core.training.stages import ItnStage, StyleContext, VtnStage
from vst_core.training.training_loop import Stage, Trainer, TrainerSettings, TrainingProgress

__all__ = ["TrainingRun", "context_with", "train"]

BatchT = TypeVar("BatchT")


@dataclass(frozen=True, kw_only=True)
class TrainingRun:
    """What to train, from what, into which folder.

    Attributes:
        recipe: The numbers, and the paintings' names.
        paintings: Folder of the paintings.
        photographs: Folder of the content pictures.
        output: Folder that gets the cards; its `work` folder gets checkpoints and previews.
        start: A style to start from; its trunk is fine-tuned to the new paintings.
        weights_dir: Searched first for VGG-16.
        device: `auto`, `cpu`, `cuda`, `cuda:N` or `mps`.
        preview_every: Steps between preview pictures.
        checkpoint_every: Steps between checkpoints.
        seconds: The training ends after so much time, where its steps are not done before
            (`vst_core.training.clips`).
    """

    recipe: Recipe
    paintings: Path
    photographs: Path
    output: Path
    start: StyleCard | None = None
    weights_dir: Path | None = None
    device: str = "auto"
    preview_every: int = 500
    checkpoint_every: int = 250
    seconds: float | None = None


class _Seen(NamedTuple):
    """What VGG-16 sees of the paintings, layer -> one after the other."""

    grams: dict[str, Tensor]
    moments: dict[str, Tensor]


def train(run: TrainingRun, on_progress: Callable[[TrainingProgress], None]) -> list[Path]:
    """Train the ITN, then the VTN, and write a card a painting.

    The VTN begins as the trained ITN with four more input channels, or, with `start`, as
    that style's own VTN. A run that was killed goes on from its last checkpoint when
    started again with the same settings, to the same result.

    Returns:
        The paths of the cards.

    Raises:
        UsageError: The recipe names no painting, or another width than `start` has.
        InputError: A painting or the photographs cannot be read, or the checkpoints in the
            work folder are those of another run.
        OutputError: The output cannot be written.
        WeightsError: VGG-16 is absent, or the weights of `start` are.
        DeviceError: The device is absent.
    """
    _check(run)
    context, seen = _open_context(run)
    claim(run.output / "work", _identity(run, context))
    itn = _itn(run, context)
    itn_state = _run_stage(run, context, itn, ItnStage(context, run.recipe.itn), on_progress)
    vtn = _vtn(run, context, itn_state)
    vtn_state = _run_stage(run, context, vtn, VtnStage(context, run.recipe.vtn), on_progress)
    trained = Trained(
        itn=itn_state,
        vtn=vtn_state,
        grams=seen.grams,
        moments=seen.moments,
        paintings=_paintings(run),
    )
    return export(trained, recipe=run.recipe, folder=run.output, start=run.start)


def _check(run: TrainingRun) -> None:
    if not run.recipe.styles:
        raise UsageError("The recipe names no painting", fix="Add a [[style]] with a painting.")
    start, recipe = run.start, run.recipe
    if start and (start.width, start.inner) != (recipe.width, recipe.inner):
        raise UsageError(
            f"'{start.name}' has width {start.width}, the recipe {recipe.width}",
            fix="Give both the same width, or train from nothing.",
        )


def _identity(run: TrainingRun, context: StyleContext) -> dict[str, object]:
    """Return what decides the outcome, besides the photographs' pixels and the machine."""
    start = run.start.files if run.start else {}
    return {
        **asdict(run.recipe),
        "features": encoder_mark(run.recipe.features, folder=run.weights_dir),
        "paintings": [known_hash(path) for path in _paintings(run)],
        "photographs": len(context.photographs),
        "start": [entry.sha256 for entry in start.values()],
    }


def style_targets(run: TrainingRun, encoder: Encoder) -> dict[str, Tensor]:
    """Return what a run holds its pictures against: layer -> styles x C x C."""
    layers = [name for name, weight in asdict(run.recipe.layers).items() if weight > 0]
    return _stacked(run, encoder, lambda judge, picture: gram_targets(judge, picture, layers))


def _stacked(
    run: TrainingRun, encoder: Encoder, look: Callable[[Encoder, Tensor], dict[str, Tensor]]
) -> dict[str, Tensor]:
    """Return what a look at each painting gives, painting after painting."""
    side = run.recipe.painting_size
    seen = [look(encoder, read_painting(path, short_side=side)) for path in _paintings(run)]
    return {name: torch.cat([each[name] for each in seen]) for name in seen[0]}


def _open_context(run: TrainingRun) -> tuple[StyleContext, _Seen]:
    encoder = load_encoder(run.recipe.features, folder=run.weights_dir)
    seen = _Seen(style_targets(run, encoder), _stacked(run, encoder, moment_targets))
    photographs = Photographs(run.photographs, smallest=run.recipe.crop)
    return context_with(run, encoder, seen.grams, photographs), seen


def context_with(
    run: TrainingRun,
    encoder: Encoder,
    targets: Mapping[str, Tensor],
    photographs: Photographs | PhotographStack,
) -> StyleContext:
    """Return what the stages of a run share.

    Args:
        run: Its recipe and device.
        encoder: VGG-16, as it is or tuned; moved to the device.
        targets: Layer -> styles x C x C.
        photographs: The content pictures.

    Raises:
        DeviceError: The device is absent.
    """
    device = pick_device(run.device)
    fast = place(encoder, device)
    fast.at(training_precision(device))
    placed = {name: value.to(device) for name, value in targets.items()}
    return StyleContext(
        recipe=run.recipe,
        photographs=photographs,
        loss=PerceptualLoss(encoder=fast, targets=placed, layer_weights=asdict(run.recipe.layers)),
        device=device,
    )


def _paintings(run: TrainingRun) -> list[Path]:
    paths = [run.paintings / entry.painting for entry in run.recipe.styles]
    absent = [path.name for path in paths if not path.is_file()]
    if absent:
        raise InputError(
            f"'{run.paintings}' lacks {', '.join(absent)}",
            fix="Name the folder that holds the recipe's paintings with --paintings.",
        )
    return paths


def _itn(run: TrainingRun, context: StyleContext) -> TransformNet:
    torch.manual_seed(run.recipe.seed)
    net = _network(run.recipe, ITN_CHANNELS)
    if run.start is not None:
        net.load_state_dict(_started(run.start, "itn", net.styles))
    return place(net, context.device)


def _vtn(run: TrainingRun, context: StyleContext, itn_state: dict[str, Tensor]) -> TransformNet:
    net = _network(run.recipe, VTN_CHANNELS)
    if run.start is not None:
        net.load_state_dict(_started(run.start, "vtn", net.styles))
    else:
        net.load_state_dict(_widened(itn_state))
    return place(net, context.device)


def _network(recipe: Recipe, channels: int) -> TransformNet:
    return TransformNet(
        width=recipe.width, inner=recipe.inner, styles=len(recipe.styles), channels=channels
    )


def _started(start: StyleCard, kind: str, styles: int) -> dict[str, Tensor]:
    """Return a trained trunk with the norms of its style given to every new style."""
    single = load_network([(start, 1.0)], method=kind).state_dict()
    return {
        name: value.repeat(styles, 1) if name.endswith((".scale", ".shift")) else value
        for name, value in single.items()
    }


def _widened(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Grow an ITN into a VTN whose four new input channels have no effect yet."""
    kernel = state["enter.conv.conv.weight"]
    extra = kernel.new_zeros(len(kernel), VTN_CHANNELS - ITN_CHANNELS, *kernel.shape[2:])
    return {**state, "enter.conv.conv.weight": torch.cat([kernel, extra], dim=1)}


def _run_stage(
    run: TrainingRun,
    context: StyleContext,
    net: TransformNet,
    stage: Stage[TransformNet, BatchT],
    on_progress: Callable[[TrainingProgress], None],
) -> dict[str, Tensor]:
    work = run.output / "work"
    settings = TrainerSettings(checkpoint=work / f"{stage.name}.pt", every=run.checkpoint_every)
    optimizer = torch.optim.Adam(net.parameters(), lr=stage.rate, fused=True)
    trainer = Trainer(net, stage, settings=settings, optimizer=optimizer)
    shown = 0

    def report(progress: TrainingProgress) -> None:
        nonlocal shown
        due = progress.step // run.preview_every  # reports come less often than steps
        if due > shown or progress.step == progress.steps:
            contact_sheet(context, trainer.averaged, work / f"{stage.name}.jpg")
        shown = due
        on_progress(progress)

    averaged = trainer.run(report)
    return {name: value.cpu() for name, value in averaged.items()}
