"""`vst describe`: the whole catalog as JSON, for tools that build on vst."""

from __future__ import annotations

import argparse
import json

from vst_core.catalog import describe

from ..parser import Parser

__all__ = ["parser", "run"]

_EXAMPLES = """\
examples:
  vst describe --json
  vst describe --json | python -c "import json, sys; print(json.load(sys.stdin)['engine'])"
"""


def parser(prog: str) -> Parser:
    """Return the parser of the command."""
    made = Parser(
        prog=prog,
        usage=f"{prog} [--json]",
        description="Print every setting with its label, hint, type, default, range and choices,\n"
        "the methods, the flow sources and the devices, as one JSON object.",
        epilog=_EXAMPLES,
    )
    made.add_argument("--json", action="store_true", help="JSON; there is no other form")
    return made


def run(options: argparse.Namespace) -> int:
    """Print the catalog."""
    del options
    print(json.dumps(describe(), indent=2, ensure_ascii=False))
    return 0
