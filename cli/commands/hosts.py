"""`vst hosts`: build what is installed into a host application, such as the Blender add-on."""

from __future__ import annotations

import argparse
from pathlib import Path

from vst_core.errors import InputError, OutputError, UsageError

from ..parser import Parser

__all__ = ["add_places", "build_host", "parser", "run"]

_HOSTS = {
    "blender": ("blender_addon", "blender_manifest.toml"),
    "nuke": ("nuke_bridge", "vst_nuke/__init__.py"),
}
"""Host -> the folder of its own code in a checkout, and a file that tells it from any other."""

_EXAMPLES = """\
examples:
  vst hosts build blender              an extension for Blender 4.2 and later, into dist/
  vst hosts build blender --out /tmp   the same, elsewhere
  vst hosts build nuke                 a folder for NUKE_PATH, dist/vst_for_nuke

Install the zip in Blender: Edit, Preferences, Get Extensions, Install from Disk.
"""


def parser(prog: str) -> Parser:
    """Return the parser of the command."""
    made = Parser(
        prog=prog,
        usage=f"{prog} build {'|'.join(_HOSTS)} [--source FOLDER] [--out FOLDER]",
        description="Build what is installed into a host application: its own code, what all\n"
        "hosts share (vst_core/hosts) and the table of this engine's parameters. Blender's\n"
        "extension is checked with Blender's own validator where bpy is installed.",
        epilog=_EXAMPLES,
    )
    made.add_argument("action", metavar="build", help="what to do")
    made.add_argument("host", metavar="|".join(_HOSTS), help="for which application")
    add_places(made)
    return made


def add_places(made: Parser) -> None:
    """Add where the host's code is, and where the result goes."""
    made.add_argument(
        "--source",
        type=Path,
        metavar="FOLDER",
        help="the folder of the host's own code (default: that of the checkout that you are in,\n"
        "or that this program is run from)",
    )
    made.add_argument(
        "--out",
        type=Path,
        default=Path("dist"),
        metavar="FOLDER",
        help="where the result goes (default dist)",
    )


def run(options: argparse.Namespace) -> int:
    """Do what is asked, and say where the result is."""
    if options.action != "build":
        raise UsageError(f"vst hosts cannot '{options.action}'", fix="Write: vst hosts build")
    return build_host(options.host, options.source, options.out)


def build_host(host: str, source: Path | None, out: Path) -> int:
    """Build a host's package, and say where it is.

    Raises:
        UsageError: No such host.
        InputError: Its code is not there, or not right.
        OutputError: The package cannot be written.
    """
    if host not in _HOSTS:
        raise UsageError(f"There is no host '{host}'", fix=f"Known: {', '.join(_HOSTS)}")
    source = source or _folder(*_HOSTS[host])
    if not (source / _HOSTS[host][1]).is_file():
        fix = "Run this in a checkout of the project, or name the folder with --source."
        raise InputError(f"{source} is not the folder of {host}'s code", fix=fix)
    try:
        print(_BUILDERS[host](source, out))
    except OSError as error:
        fix = "Check the path and its permissions."
        raise OutputError(f"Cannot write {error.filename}: {error.strerror}", fix=fix) from None
    return 0


def _build_blender(source: Path, out: Path) -> str:
    from ..extension import build, validate

    path = build(source, out)
    return f"{path}\n{validate(path)}"


def _build_nuke(source: Path, out: Path) -> str:
    from ..nuke_folder import build

    folder = build(source, out)
    return f"{folder}\nAdd this folder to NUKE_PATH, and start Nuke"


_BUILDERS = {"blender": _build_blender, "nuke": _build_nuke}


def _folder(name: str, mark: str) -> Path:
    """A folder of the checkout around the current folder, or else of the one of this program."""
    here = Path.cwd()
    around = [folder / name for folder in (here, *here.parents)]
    beside = Path(__file__).resolve().parents[2] / name
    return next((folder for folder in around if (folder / mark).is_file()), beside)
