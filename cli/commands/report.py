"""`vst report`: a page with pictures about the results in a folder."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..parser import Parser
from ..show.progress import PROGRESS

__all__ = ["parser", "run"]

_EXAMPLES = """\
examples:
  vst report night/                    writes night/report.html
  vst report out/ --page page.html
"""


def parser(prog: str) -> Parser:
    """Return the parser of the command."""
    made = Parser(
        prog=prog,
        usage=f"{prog} FOLDER [--page FILE]",
        description="Write a page about the results in a folder: one HTML file with pictures,\n"
        "times and warnings. It tells what `vst batch` noted there; without such a note it\n"
        "looks at the frames of the folder and of those in it, and names those that are absent.",
        epilog=_EXAMPLES,
    )
    made.add_argument("folder", type=Path, metavar="FOLDER", help="of the results")
    made.add_argument("--page", type=Path, metavar="FILE", help="default: FOLDER/report.html")
    return made


def run(options: argparse.Namespace) -> int:
    """Write the page, and say where it is."""
    page = options.page or options.folder / "report.html"
    with PROGRESS["plain"]():  # farms take half a minute without a word for a frame that is stuck
        from vst_core.batch import look_at_results, write_page

        write_page(page, look_at_results(options.folder), folder=options.folder)
    print(page)
    return 0
