"""What `vst train` can be told."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from .parser import Parser
from .show.progress import PROGRESS

if TYPE_CHECKING:
    from vst_core.training import TrainingRequest

__all__ = ["parser", "request", "whole"]

_DESCRIPTION = """\
Learn a style from a painting. First an image network is trained (itn), then from it the video
network that sees its own last frame (vtn). The result is a style card: a small .toml file with
its weights beside it, which --style takes by its path.

A run that was stopped goes on where it was when the same command is given again.
"""

_EXAMPLES = """\
examples:
  a style of your own from a shipped one: minutes on two processor cores
    vst train --painting mine.jpg --from muse --photos photos/ --out mine/
  the same from nothing: longer, and free of the other style's habits
    vst train --painting mine.jpg --photos photos/ --out mine/
  bolder, with larger strokes
    vst train --painting mine.jpg --from muse --photos photos/ --out bold/ \\
              --style-weight 25 --stroke-size 768
  a network that needs no flow, beside a style's own
    vst train --recipe lstm --from muse --photos photos/ --out muse/
  further with a style, from its own card
    vst train --recipe finish --from mine/mine.toml --name mine \\
              --painting mine.jpg --photos photos/ --out further/

Photographs: a few hundred of anything that you would film; no style is taken from them.
"""


def parser(prog: str) -> Parser:
    """Return the parser of the command."""
    made = Parser(
        prog=prog,
        usage=f"{prog} --painting FILE --photos DIR [--from STYLE] [options]\n"
        f"       {prog} --recipe NAME|FILE.toml --paintings DIR --photos DIR [options]",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
    )
    _add_pictures(made)
    _add_numbers(made)
    _add_machine(made)
    return made


def request(options: argparse.Namespace) -> TrainingRequest:
    """Return what was typed, as the engine is asked."""
    from vst_core.training import TrainingRequest

    return TrainingRequest(
        painting=options.painting,
        name=options.name,
        title=options.title,
        painting_license=options.painting_license,
        style_weight=options.style_weight,
        start=options.start,
        photographs=options.photos,
        paintings=options.paintings,
        output=options.out,
        recipe=options.recipe,
        stroke_size=options.stroke_size,
        itn_steps=options.itn_steps,
        vtn_steps=options.vtn_steps,
        steps=options.steps,
        seconds=options.seconds,
        width=options.width,
        crop=options.crop,
        batch=options.batch,
        seed=options.seed,
        features=options.features,
        device=options.device,
        weights_dir=options.weights_dir,
        preview_every=options.preview_every,
    )


def _add_pictures(made: Parser) -> None:
    group = made.add_argument_group("pictures and styles")
    group.add_argument("--painting", type=Path, metavar="FILE", help="the painting to learn from")
    group.add_argument("--name", help="what to call the style (default: as the painting's file)")
    group.add_argument("--title", help="for its card: title, artist, year")
    group.add_argument("--painting-license", metavar="TEXT", help="for its card: of the painting")
    group.add_argument(
        "--from",
        dest="start",
        metavar="STYLE",
        help="start from this style, by its name or its card's path: much faster",
    )
    group.add_argument(
        "--photos",
        type=Path,
        metavar="DIR",
        help="photographs to practice on, searched with its subfolders",
    )
    group.add_argument(
        "--paintings", type=Path, metavar="DIR", help="where the recipe's paintings lie"
    )
    group.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="folder for the cards; its folder 'work' gets checkpoints and previews "
        "(default: styles/NAME)",
    )


def _add_numbers(made: Parser) -> None:
    group = made.add_argument_group("numbers", "What the recipe says, unless given here.")
    group.add_argument(
        "--recipe",
        metavar="NAME|FILE",
        help="quick (the default with --from), style (without), finish (from a style's own card), "
        "trunk (eight paintings at once), lstm or huang (networks without flow, from a style's "
        "card), or a .toml file",
    )
    group.add_argument(
        "--style-weight",
        type=float,
        metavar="N",
        help="of --painting; more is bolder, less keeps more of the picture (default 12)",
    )
    counts = (
        ("--stroke-size", "short side of the painting in pixels; larger paints larger strokes"),
        ("--itn-steps", "steps of the first stage, the image network"),
        ("--vtn-steps", "steps of the second stage, the video network"),
        ("--steps", "steps of a recipe that trains one network (lstm, huang)"),
        ("--seconds", "end such a training after so much time; its learning rate falls by it"),
        ("--width", "of the network: 16 is light, 32 the paper's (with --from: as that style)"),
        ("--crop", "side of the training pictures in pixels"),
        ("--batch", "training pictures a step"),
        ("--seed", "seed of all random numbers"),
    )
    group.add_argument(
        "--features",
        metavar="NAME|CARD",
        help="what judges: vgg16 (default), or painting, made by vst train painting-features",
    )
    for flag, words in counts:
        least = 0 if flag == "--seed" else 1
        group.add_argument(flag, type=whole(least), metavar="N", help=words)


def _add_machine(made: Parser) -> None:
    group = made.add_argument_group("machine")
    group.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:1 (default auto)")
    group.add_argument(
        "--weights-dir",
        type=Path,
        metavar="FOLDER",
        help="look here first for vgg16, the network that judges the result",
    )
    group.add_argument(
        "--preview-every",
        type=whole(1),
        default=500,
        metavar="N",
        help="steps between preview pictures (default 500)",
    )
    group.add_argument(
        "--progress",
        choices=tuple(PROGRESS),
        help="how to report progress (default: bar in a terminal, else plain)",
    )


def whole(least: int) -> Callable[[str], int]:
    """Return a reader of whole numbers from `least` up."""

    def read(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) < least:
            raise argparse.ArgumentTypeError(f"'{text}' is not a whole number from {least} up")
        return int(text)

    return read
