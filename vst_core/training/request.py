"""From what somebody asks for to a training run: the recipe, and what is given on top of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from vst_core.errors import InputError, UsageError
from vst_core.styles import StyleCard, find_card
from vst_core.styles.painting_reader import PAINTING_SHORT_SIDE
from vst_core.training.clips.clip_session import clip_stage, train_clips
from vst_core.training.predicted_card import PREDICTED, write_predicted_card
from vst_core.training.recipe import LayerWeights, Recipe, StyleEntry, build, load_recipe
from vst_core.training.session import TrainingRun, train
from vst_core.training.training_loop import TrainingProgress

__all__ = ["TrainingRequest", "plan_training", "run_training"]

_T = TypeVar("_T")
_DEEPEST = 0.5
"""The share of relu5_1 where tuned features are asked for: between those of the layers below."""

_UNBOUNDED = 10_000_000


@dataclass(frozen=True, kw_only=True)
class TrainingRequest:
    """What `vst train` may be told; None leaves a number to the recipe.

    Attributes:
        painting: The painting to learn from; None = those of the recipe.
        name: What to call its style; None = as its file.
        title, painting_license: For its card.
        style_weight: Of the painting.
        start: A style to start from, by its name or its card's path; `any` = what is predicted
            from the painting.
        photographs: Folder of photographs.
        paintings: Folder of the recipe's paintings.
        output: Folder for the cards; None = `styles/<name>`.
        recipe: A name, or the path of a .toml file; None = quick with `start`, else style.
        stroke_size: Short side of the painting, in pixels.
        itn_steps, vtn_steps: Of the two stages.
        steps: Of the one stage of a recipe that trains one network.
        seconds: After which that stage ends, where its steps are not done before; without
            `steps` time alone counts.
        width: Of the network.
        crop: Side of the training pictures, in pixels.
        batch: Training pictures a step.
        seed: Of all random numbers.
        features: The encoder of the losses; `painting` brings a share of relu5_1 with it.
        device: As in `TrainingRun`.
        weights_dir: As there.
        preview_every: As there.
    """

    painting: Path | None = None
    name: str | None = None
    title: str | None = None
    painting_license: str | None = None
    style_weight: float | None = None
    start: str | None = None
    photographs: Path | None = None
    paintings: Path | None = None
    output: Path | None = None
    recipe: str | None = None
    stroke_size: int | None = None
    itn_steps: int | None = None
    vtn_steps: int | None = None
    steps: int | None = None
    seconds: float | None = None
    width: int | None = None
    crop: int | None = None
    batch: int | None = None
    seed: int | None = None
    features: str | None = None
    device: str = "auto"
    weights_dir: Path | None = None
    preview_every: int = 500


def plan_training(asked: TrainingRequest) -> TrainingRun:
    """Return the run that was asked for.

    Raises:
        UsageError: Something that it needs was not given, or does not fit together.
        InputError: The painting, the recipe or the card cannot be read.
    """
    if not asked.painting and not asked.recipe:
        fix = "Give --painting FILE, or a recipe that lists paintings: --recipe trunk"
        raise UsageError("There is nothing to learn", fix=fix)
    if not asked.photographs:
        fix = "Give a folder with a few hundred photographs: --photos DIR"
        raise UsageError("There is nothing to practice on", fix=fix)
    start = _start(asked)
    recipe = load_recipe(asked.recipe or ("quick" if start else "style"))
    kind = clip_stage(recipe)
    if kind:
        recipe = _of_clips(recipe, asked, start, kind)
    elif asked.steps or asked.seconds:
        fix = "Give --itn-steps and --vtn-steps"
        raise UsageError("--steps and --seconds are for recipes of one network", fix=fix)
    elif asked.painting:
        recipe = replace(recipe, styles=(_entry(asked, asked.painting, start),))
    recipe = _with_numbers(recipe, asked, start)
    return TrainingRun(
        recipe=recipe,
        paintings=Path() if kind and not asked.painting else _paintings(recipe, asked),
        photographs=asked.photographs,
        output=asked.output or Path("styles") / _folder_name(recipe, asked),
        start=start,
        weights_dir=asked.weights_dir,
        device=asked.device,
        preview_every=asked.preview_every,
        seconds=asked.seconds,
    )


def run_training(run: TrainingRun, on_progress: Callable[[TrainingProgress], None]) -> list[Path]:
    """Train what a plan says; see `train` and `train_clips`.

    Returns:
        The paths of the cards.
    """
    return (train_clips if clip_stage(run.recipe) else train)(run, on_progress)


def _of_clips(recipe: Recipe, asked: TrainingRequest, start: StyleCard | None, kind: str) -> Recipe:
    """Return a recipe of one network with the style of the card that it starts from."""
    if asked.itn_steps or asked.vtn_steps:
        fix = "Leave them out; --steps N or --seconds N says how long."
        raise UsageError(f"Recipe '{kind}' has neither --itn-steps nor --vtn-steps", fix=fix)
    if asked.painting and not asked.painting.is_file():
        fix = "Give a .jpg or .png file, or none: the card knows what it was trained on."
        raise InputError(f"There is no painting {asked.painting}", fix=fix)
    if start is None:
        fix = "Name a style with an image network: --from muse"
        raise UsageError(f"Recipe '{kind}' goes on from a trained style", fix=fix)
    weight = float(start.recipe.get("style_weight", StyleEntry.weight))
    entry = StyleEntry(
        name=_named(asked.name or start.name),
        painting=asked.painting.name if asked.painting else "",
        weight=_given(asked.style_weight, weight),
    )
    recipe = replace(recipe, styles=(entry,), layers=_layers_of(start, recipe))
    unbounded = _UNBOUNDED if asked.seconds else None
    if recipe.lstm is not None:
        steps = asked.steps or unbounded or recipe.lstm.steps
        return replace(recipe, lstm=replace(recipe.lstm, steps=steps))
    assert recipe.huang is not None  # it is such a recipe
    steps = asked.steps or unbounded or recipe.huang.steps
    return replace(recipe, huang=replace(recipe.huang, steps=steps))


def _layers_of(start: StyleCard, recipe: Recipe) -> LayerWeights:
    """Return the shares that the card's image network was trained by, if the recipe says none.

    By other shares a network would be held to another look than the card's: candy, of which
    relu4_3 has 0.4, lost its circles by the usual 0.19.
    """
    known = start.recipe.get("layers")
    if recipe.layers != LayerWeights() or not isinstance(known, dict):
        return recipe.layers
    return build(LayerWeights, known)


def _start(asked: TrainingRequest) -> StyleCard | None:
    """Return the card to start from; the one that is predicted is written for the run."""
    if asked.start != PREDICTED:
        return find_card(asked.start) if asked.start else None
    if not asked.painting:
        fix = "Give --painting FILE, or start from a style: --from muse"
        raise UsageError("--from any needs the painting that it predicts from", fix=fix)
    name = _name(asked, asked.painting)
    return write_predicted_card(
        asked.painting,
        (asked.output or Path("styles") / name) / "work" / "start",
        name=name,
        style_scale=(asked.stroke_size or PAINTING_SHORT_SIDE) / PAINTING_SHORT_SIDE,
        weights_dir=asked.weights_dir,
    )


def _name(asked: TrainingRequest, painting: Path) -> str:
    return asked.name or re.sub(r"[^a-z0-9]+", "-", painting.stem.lower()).strip("-")


def _entry(asked: TrainingRequest, painting: Path, start: StyleCard | None) -> StyleEntry:
    if not painting.is_file():
        raise InputError(f"There is no painting {painting}", fix="Give a .jpg or .png file.")
    name = _named(_name(asked, painting))
    entry = StyleEntry(name=name, painting=painting.name)
    trained = start and "predicted" not in start.recipe
    if start and trained and start.name == name:  # the same painting, finished: its story goes on
        weight = float(start.recipe.get("style_weight", entry.weight))
        entry = replace(entry, weight=weight, title=start.title, license=start.painting_license)
    return replace(
        entry,
        weight=_given(asked.style_weight, entry.weight),
        title=_given(asked.title, entry.title),
        license=_given(asked.painting_license, entry.license),
    )


def _named(name: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
        fix = "Use small letters, digits and dashes, such as --name my-style"
        raise UsageError(f"A style cannot be called '{name}'", fix=fix)
    return name


def _given(value: _T | None, otherwise: _T) -> _T:
    return otherwise if value is None else value


def _with_numbers(recipe: Recipe, asked: TrainingRequest, start: StyleCard | None) -> Recipe:
    if start and asked.width not in (None, start.width):
        fix = "Leave --width out, or train without --from"
        raise UsageError(f"'{start.name}' has width {start.width}, not {asked.width}", fix=fix)
    return replace(
        recipe,
        itn=replace(recipe.itn, steps=asked.itn_steps or recipe.itn.steps),
        vtn=replace(recipe.vtn, steps=asked.vtn_steps or recipe.vtn.steps),
        width=start.width if start else _given(asked.width, recipe.width),
        middle=start.inner[0] if start and start.inner else recipe.middle,
        wide=start.inner[1] if start and start.inner else recipe.wide,
        crop=_given(asked.crop, recipe.crop),
        batch=_given(asked.batch, recipe.batch),
        painting_size=_given(asked.stroke_size, recipe.painting_size),
        features=_given(asked.features, recipe.features),
        layers=_layers(recipe, asked),
        seed=_given(asked.seed, recipe.seed),
    )


def _layers(recipe: Recipe, asked: TrainingRequest) -> LayerWeights:
    """Return the layers' shares; features that see one layer otherwise bring it in."""
    plain = asked.features in (None, "vgg16")
    if plain or recipe.layers.relu5_1:
        return recipe.layers
    if clip_stage(recipe):
        fix = "Leave it out: such a recipe keeps the look of its card."
        raise UsageError("--features is for recipes that learn from a painting", fix=fix)
    return replace(recipe.layers, relu5_1=_DEEPEST)


def _paintings(recipe: Recipe, asked: TrainingRequest) -> Path:
    if asked.painting:
        return asked.painting.parent
    if not recipe.styles:
        fix = "Give --painting FILE, or add [[style]] entries to the recipe"
        raise UsageError(f"The recipe {asked.recipe} lists no paintings", fix=fix)
    if not asked.paintings:
        names = ", ".join(entry.painting for entry in recipe.styles)
        fix = f"Name the folder that holds {names}"
        raise UsageError(f"The recipe {asked.recipe} needs --paintings DIR", fix=fix)
    return asked.paintings


def _folder_name(recipe: Recipe, asked: TrainingRequest) -> str:
    one = asked.painting or clip_stage(recipe)
    return recipe.styles[0].name if one else Path(asked.recipe or "").stem
