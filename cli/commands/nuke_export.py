"""`vst nuke export`: a style in the form of Nuke's Cattery."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..parser import Parser

__all__ = ["parser", "run"]

_EXAMPLES = """\
examples:
  vst nuke export muse --out ~/.nuke/Cattery
  nuke -t ~/.nuke/Cattery/VST_Muse/make_cats.py     makes the .cat files, once
"""


def parser(prog: str) -> Parser:
    """Return the parser of the command."""
    made = Parser(
        prog=prog,
        usage=f"{prog} STYLE --out FOLDER",
        description="Write a style's networks for Nuke's own Inference node, in the form of the\n"
        "Cattery: TorchScript, gizmos, icons, and a program that lets Nuke make the .cat files.\n"
        "For looking at a style within Nuke; the node VST Stylize gives the engine's own frames.",
        epilog=_EXAMPLES,
    )
    made.add_argument("style", help="a style's name, or the path of a card")
    made.add_argument(
        "--out", type=Path, required=True, metavar="FOLDER", help="gets the folder VST_<Style>"
    )
    return made


def run(options: argparse.Namespace) -> int:
    """Export, and say where it is."""
    from ..cattery import export_style

    folder = export_style(options.style, options.out)
    print(f"{folder}\nMake the .cat files once, with: nuke -t {folder / 'make_cats.py'}")
    return 0
