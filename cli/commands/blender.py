"""`vst blender`: build the Blender add-on, and keep its copies of the engine's tables fresh."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from vst_core import protocol
from vst_core.catalog import describe
from vst_core.errors import InputError, OutputError, UsageError

from ..parser import Parser

__all__ = ["parser", "run"]

_ACTIONS = ("build", "update")
_NAME, _MANIFEST = "blender_addon", "blender_manifest.toml"

_EXAMPLES = """\
examples:
  vst blender build              an extension for Blender 4.2 and later, into dist/
  vst blender build --out /tmp   the same, elsewhere
  vst blender update             after a change of the parameters or of the protocol

Install the zip in Blender: Edit, Preferences, Get Extensions, Install from Disk.
"""


def parser(prog: str) -> Parser:
    """Return the parser of the command."""
    made = Parser(
        prog=prog,
        usage=f"{prog} build|update [--source FOLDER] [--out FOLDER]",
        description="build   make the Blender extension, and check it with Blender's own\n"
        "        validator where Blender's Python module (bpy) is installed\n"
        "update  write the parameter table and the protocol into the add-on's folder",
        epilog=_EXAMPLES,
    )
    made.add_argument("action", metavar="build|update", help="what to do")
    made.add_argument(
        "--source",
        type=Path,
        metavar="FOLDER",
        help="the add-on's folder (default: blender_addon in the source tree that you are in,\n"
        "or that this program is run from)",
    )
    made.add_argument(
        "--out",
        type=Path,
        default=Path("dist"),
        metavar="FOLDER",
        help="where the zip goes (default dist)",
    )
    return made


def run(options: argparse.Namespace) -> int:
    """Do what is asked, and say where the result is."""
    if options.action not in _ACTIONS:
        fix = f"Write one of: {', '.join(_ACTIONS)}"
        raise UsageError(f"vst blender cannot '{options.action}'", fix=fix)
    source = options.source or _addon_folder()
    if not (source / _MANIFEST).is_file():
        fix = "Run this in a checkout of the project, or name the folder with --source."
        raise InputError(f"{source} is not the add-on's folder", fix=fix)
    try:
        print(_build(source, options.out) if options.action == "build" else _update(source))
    except OSError as error:
        fix = "Check the path and its permissions."
        raise OutputError(f"Cannot write {error.filename}: {error.strerror}", fix=fix) from None
    return 0


def _addon_folder() -> Path:
    """The add-on in the checkout around the current folder, or else beside this package."""
    here = Path.cwd()
    around = [folder / _NAME for folder in (here, *here.parents)]
    beside = Path(__file__).resolve().parents[2] / _NAME
    found = (folder for folder in around if (folder / _MANIFEST).is_file())
    return next(found, beside)


def _build(source: Path, out: Path) -> str:
    from ..extension import build, validate

    path = build(source, out)
    return f"{path}\n{validate(path)}"


def _update(source: Path) -> str:
    table = json.dumps(describe(), indent=2, ensure_ascii=False) + "\n"
    (source / "table.json").write_text(table, encoding="utf-8")
    text = Path(protocol.__file__).read_text(encoding="utf-8")
    (source / "protocol.py").write_text(text, encoding="utf-8")
    return f"{source / 'table.json'}\n{source / 'protocol.py'}"
