"""From a style's card and photographs to a card with one more network, which needs no flow."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from vst_core.atomic import atomic_path, make_folder
from vst_core.devices import pick_device, place
from vst_core.errors import UsageError
from vst_core.features import load_encoder
from vst_core.nets import RecurrentNet, TransformNet, itn_input, pair_net
from vst_core.styles import StyleCard, write_card
from vst_core.styles.half_weights import save_half
from vst_core.styles.loading import load_grams, load_network, load_recurrent
from vst_core.training.clip_settings import LstmSettings, PairSettings
from vst_core.training.clips.lstm_stage import LstmStage
from vst_core.training.clips.pair_stage import PairStage
from vst_core.training.photograph_stack import PhotographStack
from vst_core.training.photographs import Photographs
from vst_core.training.preview import painted_sheet
from vst_core.training.recipe import Recipe
from vst_core.training.run_lock import claim
from vst_core.training.session import TrainingRun, context_with, style_targets
from vst_core.training.stages import StyleContext
from vst_core.training.training_loop import Stage, Trainer, TrainerSettings, TrainingProgress
from vst_core.version import __version__

__all__ = ["clip_stage", "train_clips"]

_ROOM = 64
"""What the side of a photograph on a graphics card exceeds that of the crops by."""
_SETTLING = 8
"""How often a preview is painted over itself, as the start of a shot is."""


def clip_stage(recipe: Recipe) -> str:
    """Return which of the networks without flow a recipe trains; empty for none."""
    return "lstm" if recipe.lstm else "huang" if recipe.huang else ""


def train_clips(run: TrainingRun, on_progress: Callable[[TrainingProgress], None]) -> list[Path]:
    """Train the network that the recipe names, and write the style's card with it.

    What the pictures are held to are the Gram matrices on the card, or of the painting where the
    recipe names one; it need not. A network of that kind that the card has already is trained
    further. A run that was killed goes on from its last checkpoint when started again.

    Returns:
        The path of the card, beside which the files of `run.start` lie too.

    Raises:
        UsageError: There is no card to start from, or it has no image network.
        InputError: The photographs cannot be read, or the work folder is another run's.
        OutputError: The output cannot be written.
        WeightsError: VGG-16 is absent, or the weights of `start` are.
        DeviceError: The device is absent.
    """
    start = _start(run)
    run = replace(run, recipe=_going_on(run.recipe, start))
    encoder = load_encoder("vgg16", folder=run.weights_dir)
    painted = bool(run.recipe.styles[0].painting)
    targets = style_targets(run, encoder) if painted else load_grams(start)
    context = context_with(run, encoder, targets, _photographs(run))
    work = run.output / "work"
    claim(work, {
        **asdict(run.recipe),
        "photographs": len(context.photographs),
        "start": [entry.sha256 for entry in start.files.values()],
    })  # fmt: skip
    itn = place(load_network([(start, 1.0)], method="itn"), context.device)
    opened = _opened(run.recipe, context, itn, start)
    averaged, steps = _trained(run, opened, on_progress)
    card = _exported(averaged, run=run, start=start, steps=steps)
    opened.net.load_state_dict(averaged)
    painted_sheet(
        context, partial(opened.paint, opened.net.eval()), work / f"{opened.stage.name}.jpg"
    )
    return [card]


def _photographs(run: TrainingRun) -> Photographs | PhotographStack:
    """Return the content pictures, on a graphics card where that is what trains."""
    device = pick_device(run.device)
    if device.type == "cpu":
        return Photographs(run.photographs, smallest=run.recipe.crop)
    return PhotographStack(run.photographs, side=run.recipe.crop + _ROOM, device=device)


def _start(run: TrainingRun) -> StyleCard:
    if run.start is None or "itn" not in run.start.files:
        fix = "Name a style with an image network: --from muse"
        raise UsageError(f"Recipe '{clip_stage(run.recipe)}' goes on from a trained style", fix=fix)
    if "grams" not in run.start.files and not run.recipe.styles[0].painting:
        fix = "Give the painting too: --painting FILE"
        raise UsageError(f"The card of '{run.start.name}' has no Gram matrices", fix=fix)
    return run.start


def _going_on(recipe: Recipe, start: StyleCard) -> Recipe:
    """Return the recipe as it is carried out: what the card has already is taught no more."""
    if recipe.huang is None or "huang" not in start.files:
        return recipe
    return replace(recipe, huang=replace(recipe.huang, taught=0))


@dataclass(frozen=True, kw_only=True)
class _Opened:
    """A network, its stage, and how a preview is painted with it."""

    net: nn.Module
    stage: Stage[Any, Any]
    paint: Callable[[nn.Module, Tensor, Tensor], Tensor]


def _opened(recipe: Recipe, context: StyleContext, itn: TransformNet, start: StyleCard) -> _Opened:
    torch.manual_seed(recipe.seed)
    if recipe.lstm is not None:
        return _opened_lstm(recipe.lstm, context, itn, start)
    assert recipe.huang is not None  # there is one or the other
    return _opened_pairs(recipe.huang, context, itn, start)


def _opened_lstm(
    settings: LstmSettings, context: StyleContext, itn: TransformNet, start: StyleCard
) -> _Opened:
    """Return the card's own LSTM network, or a new one that begins as its ITN."""
    if "lstm" in start.files:
        net = load_recurrent(start).requires_grad_(True).train()
    else:
        response = settings.back_norm == "response"
        net = RecurrentNet(width=itn.width, inner=itn.inner, response=response)
        net.trunk.load_state_dict(itn.state_dict())

    def paint(net: nn.Module, frames: Tensor, mix: Tensor) -> Tensor:
        picture, state = net(itn_input(frames), torch.zeros_like(frames), None, mix)
        for _ in range(_SETTLING):
            picture, state = net(itn_input(frames), itn_input(picture), state, mix)
        painted: Tensor = picture
        return painted

    stage = LstmStage(context, settings, itn=itn)
    return _Opened(net=place(net, context.device), stage=stage, paint=paint)


def _opened_pairs(
    settings: PairSettings, context: StyleContext, itn: TransformNet, start: StyleCard
) -> _Opened:
    """Return the card's own network of pairs, or a new one."""

    def paint(net: nn.Module, frames: Tensor, mix: Tensor) -> Tensor:
        picture: Tensor = net(itn_input(frames), mix)
        return picture

    net = pair_net(width=itn.width)
    if "huang" in start.files:
        net.load_state_dict(load_network([(start, 1.0)], method="huang").state_dict())
    stage = PairStage(context, settings, itn=itn)
    return _Opened(net=place(net, context.device), stage=stage, paint=paint)


def _trained(
    run: TrainingRun, opened: _Opened, on_progress: Callable[[TrainingProgress], None]
) -> tuple[dict[str, Tensor], int]:
    """Return the averaged weights, on the CPU, and after how many steps."""
    net, stage = opened.net, opened.stage
    settings = TrainerSettings(
        checkpoint=run.output / "work" / f"{stage.name}.pt",
        every=run.checkpoint_every,
        seconds=run.seconds,
    )
    optimizer = torch.optim.Adam(net.parameters(), lr=stage.rate, fused=True)
    trainer = Trainer(net, stage, settings=settings, optimizer=optimizer)
    averaged = trainer.run(on_progress)
    return {name: value.cpu() for name, value in averaged.items()}, trainer.step


def _exported(state: dict[str, Tensor], *, run: TrainingRun, start: StyleCard, steps: int) -> Path:
    """Write the network and the card, with the other files of the style beside them."""
    make_folder(run.output)
    name, kind = run.recipe.styles[0].name, clip_stage(run.recipe)
    kept = {k: one for k, one in start.files.items() if (start.folder / one.file).is_file()}
    for one in kept.values():
        _copied(start.folder / one.file, run.output / one.file)
    entry = save_half(state, run.output / f"{name}-{kind}.safetensors")
    return write_card(
        replace(
            start,
            name=name,
            files={**kept, kind: entry},
            recipe={**start.recipe, kind: _story(run.recipe, steps)},
            preview="",
            folder=run.output,
        )
    )


def _story(recipe: Recipe, steps: int) -> dict[str, Any]:
    settings = recipe.lstm or recipe.huang
    assert settings is not None  # there is one or the other
    return {
        "engine": __version__,
        "crop": recipe.crop,
        "batch": recipe.batch,
        "seed": recipe.seed,
        "style_weight": recipe.styles[0].weight,
        "smoothness": recipe.smoothness,
        "checkerboard": recipe.checkerboard,
        "hardships": recipe.hardships,
        "layers": asdict(recipe.layers),
        **asdict(settings),
        "steps": steps,
    }


def _copied(file: Path, to: Path) -> None:
    if to.exists() and to.samefile(file):
        return
    with atomic_path(to) as temporary:
        shutil.copyfile(file, temporary)
