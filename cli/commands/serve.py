"""`vst serve`: an engine that stays, for the tasks of a farm's session."""

from __future__ import annotations

import argparse
from pathlib import Path

from vst_core.errors import UsageError

from ..parser import Parser

__all__ = ["RESIDENT", "parser", "run"]

RESIDENT = "VST_RESIDENT"
"""The environment variable that names the folder in which an engine listens."""

_DESCRIPTION = f"""\
Keep an engine ready: it loads everything once, and `vst-seq` lets it make its frames where
{RESIDENT} names its folder. Where none listens there, vst-seq works by itself, as always.

Nobody but you can talk to it: the folder is entered by its owner alone. It ends with the
shell or the farm's session that began it, by `vst serve stop`, when the folder is removed, and
after a quarter of an hour without work.
"""

_EXAMPLES = f"""\
examples:
  vst serve start /tmp/engine
  {RESIDENT}=/tmp/engine vst-seq shot/ out/
  vst serve stop /tmp/engine
"""


def parser(prog: str) -> Parser:
    """Return the parser of the command."""
    made = Parser(
        prog=prog,
        usage=f"{prog} start|stop FOLDER [--openjd]",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
    )
    made.add_argument("action", metavar="start|stop", help="what to do")
    made.add_argument("folder", type=Path, metavar="FOLDER", help="made where it is not there")
    made.add_argument(
        "--openjd", action="store_true", help="tell Open Job Description's session of it"
    )
    return made


def run(options: argparse.Namespace) -> int:
    """Begin the engine, or end it."""
    actions = {"start": _start, "stop": _stop}
    if options.action not in actions:
        fix = f"Write one of: {', '.join(actions)}"
        raise UsageError(f"vst serve cannot '{options.action}'", fix=fix)
    actions[options.action](options)
    return 0


def _start(options: argparse.Namespace) -> None:
    from vst_core.resident import begin_engine

    folder = options.folder.absolute()
    new = begin_engine(folder)
    if options.openjd:
        print(f"openjd_env: {RESIDENT}={folder}")
    print(f"An engine listens in {folder}" + ("" if new else " already"))


def _stop(options: argparse.Namespace) -> None:
    from vst_core.resident import end_engine

    ended = end_engine(options.folder)
    print(f"The engine in {options.folder} has ended" if ended else "No engine listens there")
