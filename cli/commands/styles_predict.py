"""`vst styles predict`: a card for any painting, without training."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from vst_core.errors import UsageError

from ..parser import Parser

__all__ = ["parser", "run"]

_DESCRIPTION = """\
Write a style card for any painting: its networks are predicted from the picture, in seconds.
`vst-seq --style painting.jpg` does the same on the way; a card is for hosts that list styles, for
Nuke's export, and for a training that starts from it.
"""

_EXAMPLES = """\
examples:
  a card, and a shot in its style
    vst styles predict mine.jpg --out mine/
    vst-seq in/%04d.exr out/ --style mine/mine.toml
  more of the painting, in broader strokes
    vst styles predict mine.jpg --out bold/ --style-weight 40 --style-scale 1.5
"""


def parser(prog: str) -> Parser:
    """Return the parser of the command."""
    made = Parser(
        prog=prog,
        usage=f"{prog} PAINTING --out DIR [options]",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
    )
    add = made.add_argument
    add("painting", nargs="?", type=Path, metavar="PAINTING", help="any picture file")
    add("--out", type=Path, metavar="DIR", help="folder for the card and its files")
    add("--name", help="what --style will call it (default: as the file)")
    add("--title", default="", help="for the card: title, artist, year")
    add("--painting-license", default="", help="for the card")
    add("--style-weight", type=float, default=20.0, metavar="W", help="how much style (20)")
    add("--style-scale", type=float, default=1.0, metavar="S", help="size of the strokes (1)")
    return made


def run(options: argparse.Namespace) -> int:
    """Predict, write, and print the path of the card."""
    from vst_core.training import write_predicted_card

    if options.painting is None:
        raise UsageError("No painting is named", fix="Name a picture: vst styles predict mine.jpg")
    if options.out is None:
        raise UsageError("--out is not given", fix="Name a folder for the card: --out mine/")
    name = options.name or re.sub(r"[^a-z0-9]+", "-", options.painting.stem.lower()).strip("-")
    card = write_predicted_card(
        options.painting,
        options.out,
        name=name,
        title=options.title,
        painting_license=options.painting_license,
        style_weight=options.style_weight,
        style_scale=options.style_scale,
    )
    print(card.folder / f"{card.name}.toml")
    return 0
