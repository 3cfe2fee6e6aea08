"""A training of the style predictor: paintings and photographs in, a predictor's card out."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from vst_core.atomic import atomic_path, make_folder
from vst_core.devices import pick_device, place
from vst_core.features import lite_hash, load_encoder, load_lite
from vst_core.hosts.hashes import known_hash
from vst_core.styles.half_weights import save_half
from vst_core.styles.predictor_card import PredictorCard, write_predictor
from vst_core.training.muon import Muon
from vst_core.training.photograph_stack import PhotographStack
from vst_core.training.precision import training_precision
from vst_core.training.prediction.predicted_net import PredictedNet
from vst_core.training.prediction.predictor_recipe import PredictorRecipe
from vst_core.training.prediction.sources import painting_files, provenance, read_pixels
from vst_core.training.prediction.stage import PredictorBatch, PredictorStage
from vst_core.training.prediction.style_bank import StyleBank
from vst_core.training.prediction.style_pictures import StylePictures
from vst_core.training.prediction.style_sheet import style_sheet
from vst_core.training.run_lock import claim
from vst_core.training.training_loop import Trainer, TrainerSettings, TrainingProgress
from vst_core.version import __version__

__all__ = ["PredictorRun", "train_predictor"]

_NAME = "any"


@dataclass(frozen=True, kw_only=True)
class PredictorRun:
    """What to train, from what, into which folder.

    Attributes:
        recipe: The numbers.
        paintings: Folders of paintings. What a SOURCES.csv in one calls `test` is left out.
        photographs: Folder of the content pictures.
        output: Folder that gets the card; its `work` folder gets checkpoints and sheets.
        seconds: End after so much time, where the recipe's steps are not done before; what is
            learned when goes by the time, then.
        weights_dir: Searched first for VGG-16.
        device: `auto`, `cpu`, `cuda`, `cuda:N` or `mps`.
        preview_every: Steps between sheets, each with the weights as they are by then.
        checkpoint_every: Steps between checkpoints.
        compiled: Compile the trunk by torch.compile: a minute that a long run earns back.
    """

    recipe: PredictorRecipe
    paintings: tuple[Path, ...]
    photographs: Path
    output: Path
    seconds: float | None = None
    weights_dir: Path | None = None
    device: str = "auto"
    preview_every: int = 1000
    checkpoint_every: int = 500
    compiled: bool = False


def train_predictor(run: PredictorRun, on_progress: Callable[[TrainingProgress], None]) -> Path:
    """Train a trunk and the predictor of its norms, and write their card.

    A run that was killed goes on from its last checkpoint when started again with the same
    settings, to the same result.

    Returns:
        The path of the card.

    Raises:
        InputError: Paintings or photographs cannot be read, or the checkpoints in the work
            folder are those of another run.
        OutputError: The output cannot be written.
        WeightsError: VGG-16 is absent.
        DeviceError: The device is absent.
    """
    files = painting_files(run.paintings)
    stage = _stage(run, files)
    net = _network(run, stage)
    work = run.output / "work"
    claim(work, {**asdict(stage.recipe), "paintings": [known_hash(path) for path in files]})
    trainer = _trainer(run, net, stage)
    shown = 0

    def report(progress: TrainingProgress) -> None:
        nonlocal shown
        due = progress.step // run.preview_every
        if due > shown or trainer.share() >= 1:
            style_sheet(_filled(net, trainer.averaged), stage, work / "styles.jpg")
            _export(run, stage.recipe, net, trainer.averaged, progress)
        shown = due
        on_progress(progress)

    trainer.run(report)
    return run.output / f"{_NAME}.toml"


def _stage(run: PredictorRun, files: list[Path]) -> PredictorStage:
    device, recipe = pick_device(run.device), run.recipe
    torch.backends.cudnn.benchmark = True  # thousands of steps of the same few sizes
    heavy = place(load_encoder("vgg16", folder=run.weights_dir), device)
    heavy.at(training_precision(device))
    stills = PhotographStack(run.photographs, side=recipe.still_side, device=device)
    pictures = StylePictures([read_pixels(path).to(device) for path in files], stills)
    bank = StyleBank(
        pictures, light=place(load_lite(), device), heavy=heavy, size=recipe.bank, seed=recipe.seed
    )
    return PredictorStage(
        recipe, stills=stills, bank=bank, encoder=heavy, device=device, compiled=run.compiled
    )


def _network(run: PredictorRun, stage: PredictorStage) -> PredictedNet:
    recipe = stage.recipe
    torch.manual_seed(recipe.seed)
    mean, spread = stage.bank.spread()
    inner = recipe.middle, recipe.wide
    net = PredictedNet(width=recipe.width, inner=inner, inputs=len(mean), hidden=recipe.hidden)
    net.predictor.mean.copy_(mean)
    net.predictor.spread.copy_(spread)
    if run.compiled:
        net.compile(dynamic=False)
    return place(net, pick_device(run.device))


def _trainer(
    run: PredictorRun, net: PredictedNet, stage: PredictorStage
) -> Trainer[PredictedNet, PredictorBatch]:
    settings = TrainerSettings(
        checkpoint=run.output / "work" / f"{stage.name}.pt",
        every=run.checkpoint_every,
        seconds=run.seconds,
    )
    trainer = Trainer(net, stage, settings=settings, optimizer=_optimizer(net, stage.recipe))
    if run.seconds is not None:
        stage.share_at = lambda _: trainer.share()
    return trainer


def _optimizer(net: PredictedNet, recipe: PredictorRecipe) -> torch.optim.Optimizer:
    trunk, predictor, share = (
        net.trunk.parameters(),
        net.predictor.parameters(),
        recipe.predictor_rate,
    )
    if recipe.optimizer == "muon":
        return Muon(trunk, rate=recipe.rate, others=predictor, share=share)
    groups: list[dict[str, Any]] = [
        {"params": list(trunk)},
        {"params": list(predictor), "share": share},
    ]
    return torch.optim.Adam(groups, lr=recipe.rate, fused=True)


def _filled(net: PredictedNet, state: dict[str, Tensor]) -> PredictedNet:
    """Return a second network with other weights, for a look at them."""
    recipe = net.trunk
    other = PredictedNet(
        width=recipe.width,
        inner=recipe.inner,
        inputs=len(net.predictor.mean),
        hidden=net.predictor.enter.out_features,
    )
    other.load_state_dict(state)
    return place(other, next(net.parameters()).device).eval()


def _export(
    run: PredictorRun,
    recipe: PredictorRecipe,
    net: PredictedNet,
    state: dict[str, Tensor],
    progress: TrainingProgress,
) -> None:
    make_folder(run.output)
    halves = {name: value.cpu() for name, value in state.items()}
    entry = save_half(halves, run.output / f"{_NAME}.safetensors")
    sources = run.output / f"{_NAME}.training.json"
    _write_sources(run, recipe, sources)
    card = PredictorCard(
        name=_NAME,
        width=recipe.width,
        inner=(recipe.middle, recipe.wide),
        hidden=recipe.hidden,
        inputs=len(net.predictor.mean),
        file=entry.file,
        sha256=entry.sha256,
        encoder=lite_hash(),
        sources=sources.name,
        recipe={"engine": __version__, "taken": progress.step, **asdict(recipe)},
        metrics={"training": progress.losses},
        folder=run.output,
    )
    write_predictor(card)


def _write_sources(run: PredictorRun, recipe: PredictorRecipe, path: Path) -> None:
    listed = {
        "engine": __version__,
        "recipe": asdict(recipe),
        "paintings": provenance(painting_files(run.paintings)),
        "photographs": provenance(painting_files([run.photographs])),
    }
    text = json.dumps(listed, indent=1, ensure_ascii=False) + "\n"
    with atomic_path(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
