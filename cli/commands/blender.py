"""`vst blender build`: the short form of `vst hosts build blender`."""

from __future__ import annotations

import argparse

from vst_core.errors import UsageError

from ..parser import Parser
from .hosts import add_places, build_host

__all__ = ["parser", "run"]

_EXAMPLES = """\
examples:
  vst blender build              an extension for Blender 4.2 and later, into dist/
  vst blender build --out /tmp   the same, elsewhere

Install the zip in Blender: Edit, Preferences, Get Extensions, Install from Disk.
"""


def parser(prog: str) -> Parser:
    """Return the parser of the command."""
    made = Parser(
        prog=prog,
        usage=f"{prog} build [--source FOLDER] [--out FOLDER]",
        description="Build the Blender extension; the same as vst hosts build blender.",
        epilog=_EXAMPLES,
    )
    made.add_argument("action", metavar="build", help="what to do")
    add_places(made)
    return made


def run(options: argparse.Namespace) -> int:
    """Build it, and say where it is."""
    if options.action != "build":
        raise UsageError(f"vst blender cannot '{options.action}'", fix="Write: vst blender build")
    return build_host("blender", options.source, options.out)
