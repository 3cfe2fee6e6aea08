"""`vst train painting-features`: VGG-16's last convolution, tuned to know paintings."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from vst_core.protocol import Progress

from ...parser import Parser
from ...show.columns import columns
from ...show.progress import PROGRESS, Listener, choose_progress
from ...training_options import (
    add_numbers_and_machine,
    check_folders,
    given_numbers,
    step_reporter,
)

# As in `vst train`: nothing here may need more than torch, numpy, safetensors and Pillow.
if TYPE_CHECKING:
    from vst_core.training import PaintingFeatures, PaintingFeaturesRun

__all__ = ["parser", "run"]

_DESCRIPTION = """\
Tune the last convolution of VGG-16 (conv5_1, the deepest that losses look at) to tell paintings
from photographs, and print how many of those held out it tells apart. What lies below stays, and
looks once at crops of all pictures, which takes most of the time and is kept in OUT/work.

The result is a card (painting.toml) with 5 MB of weights beside it. --features painting paints by
it, and vst train --features painting trains by it.

A run that was stopped goes on where it was when the same command is given again.
"""

_EXAMPLES = """\
examples:
  vst train painting-features --paintings paintings/ --photos photos/ --out painting/
  vst-seq shot/frame_%04d.png out/ --style painting.jpg --method gatys \\
          --features painting --weights-dir painting/
  what it changes, side by side with VGG-16 as it is
    vst bench features painting/painting.toml --against vgg16 --paintings a.jpg --photos b.jpg \\
          --sheet changes.jpg

Paintings and photographs: some hundreds of each. A SOURCES.csv beside the paintings (columns file,
split) says which are held out, where its split is `test`; else it is one in ten.
"""


def parser(prog: str) -> Parser:
    """Return the parser of the command."""
    made = Parser(
        prog=prog,
        usage=f"{prog} --paintings DIR --photos DIR [options]",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
    )
    add = made.add_argument
    add("--paintings", type=Path, metavar="DIR", help="paintings, searched with subfolders")
    add("--photos", type=Path, metavar="DIR", help="photographs, searched with subfolders")
    add(
        "--out",
        type=Path,
        default=Path("painting"),
        metavar="DIR",
        help="folder for the card; its folder 'work' gets what was seen (default: painting)",
    )
    add("--recipe", default="paintings", metavar="NAME|FILE", help="paintings, or a .toml file")
    add("--json", action="store_true", help="print the accuracies as JSON")
    add_numbers_and_machine(made, weights="vgg16")
    return made


def run(options: argparse.Namespace) -> int:
    """Tune, and print how well it knows what was held out."""
    from vst_core.training import train_painting_features

    planned = _plan(options)
    with PROGRESS[choose_progress(options.progress)]() as listener:
        found = train_painting_features(planned, step_reporter(listener), _looker(listener))
    if options.json:
        print(json.dumps({**asdict(found), "card": str(found.card)}, indent=2))
        return 0
    print(_text(found))
    print(found.card)
    if options.progress != "none":
        print(f"Try it: --features painting --weights-dir {found.card.parent}", file=sys.stderr)
    return 0


def _plan(options: argparse.Namespace) -> PaintingFeaturesRun:
    from vst_core.training import PaintingFeaturesRun, load_painting_recipe

    check_folders({"--paintings": [options.paintings], "--photos": [options.photos]})
    recipe = load_painting_recipe(options.recipe)
    return PaintingFeaturesRun(
        recipe=replace(recipe, **given_numbers(options)),
        paintings=options.paintings,
        photographs=options.photos,
        output=options.out,
        weights_dir=options.weights_dir,
        device=options.device,
    )


def _text(found: PaintingFeatures) -> str:
    rows = [("held out", "told apart", "paintings", "photographs")]
    for name, one in (("VGG-16 as it is", found.before), ("tuned", found.after)):
        rows.append((name, f"{one.balanced:.1%}", f"{one.paintings:.1%}", f"{one.photographs:.1%}"))
    paintings, photographs = found.after.counts
    last = (
        f"{paintings} paintings and {photographs} photographs were held out; told apart is the "
        f"mean of both shares. The convolution moved by {found.strayed:.1%} of its length."
    )
    return f"{columns(rows)}\n{last}"


def _looker(listener: Listener) -> Callable[[int, int], None]:
    def told(done: int, total: int) -> None:
        if done == total or done % 25 == 0:
            listener(Progress(text=f"Looked at {done} of {total} pictures", fraction=done / total))

    return told
