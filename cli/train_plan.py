"""From what was typed to a training run: the recipe, and what was given on top of it."""

from __future__ import annotations

import argparse
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from vst_core.errors import InputError, UsageError

if TYPE_CHECKING:
    from vst_core.styles import StyleCard
    from vst_core.training import Recipe, StyleEntry, TrainingRun

__all__ = ["plan"]


def plan(options: argparse.Namespace) -> TrainingRun:
    """Return the run that was asked for.

    Raises:
        UsageError: Something that it needs was not given, or does not fit together.
        InputError: The painting, the recipe or the card cannot be read.
    """
    from vst_core.styles import find_card
    from vst_core.training import TrainingRun, load_recipe

    if not options.painting and not options.recipe:
        fix = "Give --painting FILE, or a recipe that lists paintings: --recipe trunk"
        raise UsageError("There is nothing to learn", fix=fix)
    if not options.photos:
        fix = "Give a folder with a few hundred photographs: --photos DIR"
        raise UsageError("There is nothing to practise on", fix=fix)
    start = find_card(options.start) if options.start else None
    recipe = load_recipe(options.recipe or ("quick" if start else "style"))
    if options.painting:
        recipe = replace(recipe, styles=(_entry(options, start),))
    recipe = _with_numbers(recipe, options, start)
    return TrainingRun(
        recipe=recipe,
        paintings=_paintings(recipe, options),
        photographs=options.photos,
        output=options.out or Path("styles") / _folder_name(recipe, options),
        start=start,
        weights_dir=options.weights_dir,
        device=options.device,
        preview_every=options.preview_every,
    )


def _entry(options: argparse.Namespace, start: StyleCard | None) -> StyleEntry:
    from vst_core.training import StyleEntry

    painting: Path = options.painting
    if not painting.is_file():
        raise InputError(f"There is no painting {painting}", fix="Give a .jpg or .png file.")
    name = options.name or re.sub(r"[^a-z0-9]+", "-", painting.stem.lower()).strip("-")
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
        fix = "Use small letters, digits and dashes, such as --name my-style"
        raise UsageError(f"A style cannot be called '{name}'", fix=fix)
    entry = StyleEntry(name=name, painting=painting.name)
    if start and start.name == name:  # the same painting, finished: its story goes on
        weight = float(start.recipe.get("style_weight", entry.weight))
        entry = replace(entry, weight=weight, title=start.title, licence=start.painting_licence)
    given = {
        "weight": options.style_weight,
        "title": options.title,
        "licence": options.painting_licence,
    }
    return replace(entry, **{key: value for key, value in given.items() if value is not None})


def _with_numbers(recipe: Recipe, options: argparse.Namespace, start: StyleCard | None) -> Recipe:
    if start and options.width not in (None, start.width):
        fix = "Leave --width out, or train without --from"
        raise UsageError(f"'{start.name}' has width {start.width}, not {options.width}", fix=fix)
    given = {
        "width": start.width if start else options.width,
        "crop": options.crop,
        "batch": options.batch,
        "painting_size": options.stroke_size,
        "seed": options.seed,
    }
    return replace(
        recipe,
        itn=replace(recipe.itn, steps=options.itn_steps or recipe.itn.steps),
        vtn=replace(recipe.vtn, steps=options.vtn_steps or recipe.vtn.steps),
        **{key: value for key, value in given.items() if value is not None},
    )


def _paintings(recipe: Recipe, options: argparse.Namespace) -> Path:
    if options.painting:
        return Path(options.painting).parent
    if not recipe.styles:
        fix = "Give --painting FILE, or add [[style]] entries to the recipe"
        raise UsageError(f"The recipe {options.recipe} lists no paintings", fix=fix)
    if not options.paintings:
        names = ", ".join(entry.painting for entry in recipe.styles)
        fix = f"Name the folder that holds {names}"
        raise UsageError(f"The recipe {options.recipe} needs --paintings DIR", fix=fix)
    return Path(options.paintings)


def _folder_name(recipe: Recipe, options: argparse.Namespace) -> str:
    return recipe.styles[0].name if options.painting else Path(options.recipe).stem
