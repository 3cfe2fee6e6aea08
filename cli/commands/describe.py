"""`vst describe`: the whole catalog as JSON, for tools that build on vst, or as a page."""

from __future__ import annotations

import argparse
import json

from vst_core.catalog import describe, markdown

from ..parser import Parser

__all__ = ["parser", "run"]

_EXAMPLES = """\
examples:
  vst describe --json
  vst describe --markdown > docs/parameters.md
  vst describe --json | python -c "import json, sys; print(json.load(sys.stdin)['engine'])"
"""


def parser(prog: str) -> Parser:
    """Return the parser of the command."""
    made = Parser(
        prog=prog,
        usage=f"{prog} [--json | --markdown]",
        description="Print every setting with its label, hint, type, default, range and choices,\n"
        "the methods, the flow sources and the devices, as JSON, or as a page of Markdown.",
        epilog=_EXAMPLES,
    )
    form = made.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="JSON; so it is without any option too")
    form.add_argument("--markdown", action="store_true", help="a page with tables")
    return made


def run(options: argparse.Namespace) -> int:
    """Print the catalog."""
    if options.markdown:
        print(markdown(), end="")
    else:
        print(json.dumps(describe(), indent=2, ensure_ascii=False))
    return 0
