"""`vst train grams`: what the light encoder sees of a style's painting, kept on its card."""

from __future__ import annotations

import argparse
from pathlib import Path

from vst_core.errors import UsageError

from ...parser import Parser

__all__ = ["parser", "run"]

_DESCRIPTION = """\
Add to a style's card what the light encoder sees in its painting: Gram matrices. --method gatys,
ruder and ruder-multipass then paint in that style by its name with --features lite, and where
VGG-16's weights are absent. `vst train` does it by itself; do it again for older styles, and
when the light encoder is another one (`vst train features`).
"""

_EXAMPLES = """\
examples:
  for a style that was trained before
    vst train grams mine/mine.toml --painting mine.jpg
"""


def parser(prog: str) -> Parser:
    """Return the parser of the command."""
    made = Parser(
        prog=prog,
        usage=f"{prog} CARD --painting FILE",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
    )
    made.add_argument(
        "card", nargs="?", metavar="CARD", help="the style's name, or its card's path"
    )
    made.add_argument("--painting", type=Path, metavar="FILE", help="what it was trained on")
    return made


def run(options: argparse.Namespace) -> int:
    """Look, write, and print the path of the card."""
    from vst_core.styles import find_card
    from vst_core.training import add_lite_grams

    if options.card is None:
        raise UsageError("No style is named", fix="Name its card: vst train grams mine/mine.toml")
    if options.painting is None:
        raise UsageError("--painting is not given", fix="Name the picture: --painting FILE")
    print(add_lite_grams(find_card(options.card), options.painting))
    return 0
