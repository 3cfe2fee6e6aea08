"""A whole distillation: photographs and paintings in, an encoder's card out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from vst_core.devices import pick_device, place
from vst_core.errors import UsageError
from vst_core.features import LITE_LAYERS, load_encoder, load_lite
from vst_core.training.claim import claim
from vst_core.training.distil import DistilStage, School
from vst_core.training.distil_start import fit_start
from vst_core.training.distiller import Distiller
from vst_core.training.features_export import export_encoder
from vst_core.training.features_recipe import FeaturesRecipe
from vst_core.training.loop import Progress, Trainer, TrainerSettings
from vst_core.training.muon import Muon
from vst_core.training.photographs import Photographs
from vst_core.weights import file_hash

__all__ = ["FeaturesRun", "train_features"]


@dataclass(frozen=True, kw_only=True)
class FeaturesRun:
    """What to distil, from what, into which folder.

    Attributes:
        recipe: The numbers.
        photographs: Folder of the content pictures.
        paintings: Folder of the style pictures.
        output: Folder that gets the card; its `work` folder gets checkpoints.
        start: Card of an encoder to go on from; of the same widths, its ranks no larger.
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


def train_features(run: FeaturesRun, on_progress: Callable[[Progress], None]) -> Path:
    """Fit the student's start, train it, and write its card.

    A run that was killed goes on from its last checkpoint when started again with the same
    settings, to the same result.

    Returns:
        The path of the card.

    Raises:
        UsageError: The teacher is no VGG-19, or the start has another shape.
        InputError: Photographs or paintings cannot be read, or the checkpoints in the work
            folder are those of another run.
        OutputError: The output cannot be written.
        WeightsError: The teacher's weights are absent, or those of the start.
        DeviceError: The device is absent.
    """
    school = _open_school(run)
    net = _student(school)
    heads = _take_over(net, run.start) if run.start else frozenset()
    work = run.output / "work"
    data = {
        "photographs": len(school.photographs),
        "paintings": len(school.paintings),
        "start": file_hash(run.start) if run.start else "the teacher",
    }
    claim(work, {**asdict(run.recipe), **data})
    settings = TrainerSettings(
        checkpoint=work / f"{DistilStage.name}.pt", every=run.checkpoint_every
    )
    begun = settings.checkpoint.is_file()
    if not begun:
        fit_start(net, school, trained=run.start is not None, heads=heads)
    optimizer = Muon(net.parameters(), rate=run.recipe.rate)
    trainer = Trainer(net, DistilStage(school), settings=settings, optimizer=optimizer)
    if not begun:
        trainer.save()  # the start takes minutes; a run that is broken off soon keeps it
    last: dict[str, float] = {}

    def report(progress: Progress) -> None:
        last.update(progress.losses)
        on_progress(progress)

    averaged = trainer.run(report)
    state = {name: value.cpu() for name, value in averaged.items()}
    return export_encoder(state, recipe=run.recipe, folder=run.output, data=data, metrics=last)


def _take_over(net: Distiller, card: Path) -> frozenset[str]:
    """Fill trunk and heads from a card; where the recipe squeezes less, it computes the same.

    The channels that are new begin as noise, and nothing is made from them yet.

    Returns:
        The layers whose heads are the card's, because they have as many components.
    """
    encoder = load_lite(card)
    trunk, state = encoder.trunk.state_dict(), net.trunk.state_dict()
    same = trunk.keys() == state.keys()
    if not same or not all(_fits(name, trunk[name], state[name]) for name in trunk):
        fix = "Give the widths of its card in the recipe, and its ranks or larger ones."
        raise UsageError(f"'{card}' has another shape than the recipe", fix=fix)
    for name, value in trunk.items():
        noisy = name.endswith((".0.weight", ".1.weight"))  # not `expand`, nor what is plain
        grown = (0.01 * noisy) * torch.randn(state[name].shape)
        grown[: len(value)] = 0.0
        grown[tuple(map(slice, value.shape))] = value
        state[name] = grown
    net.trunk.load_state_dict(state)
    same_heads = [layer for layer in LITE_LAYERS if _alike(net.heads[layer], encoder.heads[layer])]
    for layer in same_heads:
        net.heads[layer].load_state_dict(encoder.heads[layer].state_dict())
    return frozenset(same_heads)


def _alike(one: nn.Module, two: nn.Module) -> bool:
    return [each.shape for each in one.parameters()] == [each.shape for each in two.parameters()]


def _fits(name: str, small: Tensor, large: Tensor) -> bool:
    """Whether a tensor is another's, or the same with fewer channels squeezed through."""
    grows = {"0.weight": (0,), "1.weight": (0, 1), "2.weight": (1,)}
    where = grows.get(".".join(name.split(".")[2:]), ())
    pairs = enumerate(zip(small.shape, large.shape, strict=True))
    return all(one == two or (place in where and one < two) for place, (one, two) in pairs)


def _open_school(run: FeaturesRun) -> School:
    device = pick_device(run.device)
    if not run.recipe.teacher.startswith("vgg19"):
        raise UsageError(f"'{run.recipe.teacher}' is no VGG-19", fix="Use vgg19 or vgg19-gatys.")
    teacher = load_encoder(run.recipe.teacher, folder=run.weights_dir)
    crop = run.recipe.crop
    return School(
        recipe=run.recipe,
        photographs=Photographs(run.photographs, smallest=crop),
        paintings=Photographs(run.paintings, smallest=crop),
        teacher=place(teacher.bfloat16(), device),
        device=device,
    )


def _student(school: School) -> Distiller:
    recipe, teacher = school.recipe, school.teacher
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
    return place(net, school.device)
