"""`vst train features`: the small encoder, distilled from VGG-19."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ...parser import Parser
from ...show.columns import facts
from ...training_options import (
    add_numbers_and_machine,
    check_folders,
    given_numbers,
    make_card,
)

# As in `vst train`: nothing here may need more than torch, numpy, safetensors and Pillow.
if TYPE_CHECKING:
    from vst_core.training import FeaturesRun

__all__ = ["parser", "run"]

_DESCRIPTION = """\
Distill an encoder for --features from VGG-19: a network of VGG's layout that is several times as
fast, made to see what VGG-19 sees at relu1_1 .. relu5_1. It starts as VGG-19 itself, its kernels
reduced to a low rank; then it learns from photographs, paintings, distorted pictures, and the
pictures that it leads an optimizer to. The result is a card (lite.toml) with its weights beside it.

A run that was stopped goes on where it was when the same command is given again.
"""

_EXAMPLES = """\
examples:
  the shipped encoder again
    vst train features --photos photos/ --paintings paintings/ --out lite/
  from torchvision's VGG-19, for longer: teacher = "vgg19" and steps in a recipe of one's own
    vst train features --recipe mine.toml --photos photos/ --paintings paintings/ --out mine/
  how near it comes to VGG-19, judged by the pictures that it makes
    vst bench features lite/lite.toml --photos photos/ --paintings paintings/

Photographs: a few hundred of anything; paintings: a dozen or more.
"""


def parser(prog: str) -> Parser:
    """Return the parser of the command."""
    made = Parser(
        prog=prog,
        usage=f"{prog} --photos DIR --paintings DIR [options]",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
    )
    add = made.add_argument
    add("--photos", type=Path, metavar="DIR", help="photographs, searched with subfolders")
    add("--paintings", type=Path, metavar="DIR", help="paintings, searched with subfolders")
    add(
        "--out",
        type=Path,
        default=Path("features"),
        metavar="DIR",
        help="folder for the card; its folder 'work' gets checkpoints (default: features)",
    )
    add("--from", dest="start", type=Path, metavar="CARD", help="go on from this encoder's card")
    add("--recipe", default="lite", metavar="NAME|FILE", help="lite (the default) or a .toml file")
    add_numbers_and_machine(made, weights="the teacher")
    return made


def run(options: argparse.Namespace) -> int:
    """Distil, and print the path of the card."""
    from vst_core.training import train_features

    planned = _plan(options)
    return make_card(
        train_features, planned, announcement=_announcement(planned), progress=options.progress
    )


def _plan(options: argparse.Namespace) -> FeaturesRun:
    from vst_core.training import FeaturesRun, load_features_recipe

    check_folders({"--photos": [options.photos], "--paintings": [options.paintings]})
    recipe = load_features_recipe(options.recipe)
    return FeaturesRun(
        recipe=replace(recipe, **given_numbers(options)),
        photographs=options.photos,
        paintings=options.paintings,
        output=options.out,
        start=options.start,
        weights_dir=options.weights_dir,
        device=options.device,
    )


def _announcement(planned: FeaturesRun) -> str:
    recipe, work = planned.recipe, planned.output / "work"
    begun = (work / "features.pt").is_file()
    rows = [
        ("teacher", recipe.teacher),
        ("from", str(planned.start or "the teacher, at low rank")),
        ("steps", str(recipe.steps)),
        ("device", planned.device),
        ("card", str(planned.output / "lite.toml")),
    ]
    first = "First the start is fitted, which takes minutes. Then stop and go on at any time."
    return f"{facts(rows)}\n{'Going on from the last checkpoint.' if begun else first}"
