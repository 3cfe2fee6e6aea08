"""`vst train predictor`: the network that paints in any painting it is shown."""

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
    from vst_core.training import PredictorRun

__all__ = ["parser", "run"]

_DESCRIPTION = """\
Train the style predictor: a video network, and beside it one that looks at a painting and sets the
video network's norms. Paintings are cut, turned and recolored into many thousand styles; the last
part of the steps teaches it to be steady in motion. The result is a card (any.toml), its weights,
and a list of every picture that it has seen (any.training.json).

A run that was stopped goes on where it was when the same command is given again.
"""

_EXAMPLES = """\
examples:
  ten minutes on a graphics card
    vst train predictor --paintings paintings/ --photos photos/ --out any/ \\
                        --minutes 10 --compile
  a smaller one on a processor, overnight
    vst train predictor --recipe small --paintings paintings/ --photos photos/ --out any/

A SOURCES.csv beside the paintings is read: what its column `split` calls test is never seen.
"""


def parser(prog: str) -> Parser:
    """Return the parser of the command."""
    made = Parser(
        prog=prog,
        usage=f"{prog} --paintings DIR [DIR ...] --photos DIR [options]",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
    )
    add = made.add_argument
    add("--paintings", type=Path, nargs="+", metavar="DIR", help="folders of paintings")
    add("--photos", type=Path, metavar="DIR", help="photographs, searched with subfolders")
    add("--out", type=Path, default=Path("any"), metavar="DIR", help="folder for the card (any)")
    add("--recipe", default="any", metavar="NAME|FILE", help="any (the default), small, or a file")
    add("--minutes", type=float, metavar="M", help="as many steps as fit in this time")
    add("--compile", action="store_true", help="compile the network (for graphics cards)")
    add_numbers_and_machine(made, weights="VGG-16")
    return made


def run(options: argparse.Namespace) -> int:
    """Train, and print the path of the card."""
    from vst_core.training import train_predictor

    planned = _plan(options)
    return make_card(
        train_predictor, planned, announcement=_announcement(planned), progress=options.progress
    )


def _plan(options: argparse.Namespace) -> PredictorRun:
    from vst_core.training import PredictorRun, load_predictor_recipe

    check_folders({"--paintings": options.paintings or [], "--photos": [options.photos]})
    recipe = load_predictor_recipe(options.recipe)
    return PredictorRun(
        recipe=replace(recipe, **given_numbers(options)),
        paintings=tuple(options.paintings),
        photographs=options.photos,
        output=options.out,
        seconds=60 * options.minutes if options.minutes else None,
        weights_dir=options.weights_dir,
        device=options.device,
        compiled=options.compile,
    )


def _announcement(planned: PredictorRun) -> str:
    recipe, work = planned.recipe, planned.output / "work"
    rows = [
        ("steps", "as many as fit" if planned.seconds else str(recipe.steps)),
        ("network", f"width {recipe.width}, {recipe.middle}, {recipe.wide}"),
        ("device", planned.device),
        ("sheets", str(work / "styles.jpg")),
        ("card", str(planned.output / "any.toml")),
    ]
    begun = (work / "predictor.pt").is_file()
    last = "Going on from the last checkpoint." if begun else "Stop and go on at any time."
    return f"{facts(rows)}\n{last}"
