# SPDX-License-Identifier: Apache-2.0
"""Paint the nodes of a script without the interface: ``nuke -t batch.py SCRIPT [NODE ...]``.

Results go where the nodes say; whoever opens the script afterwards sees them.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import nuke

from vst_nuke import node as nodes
from vst_nuke.stylize import PROBLEMS, line_of, paint
from vst_nuke.upstream import Upstream
from vst_nuke.watching import LogLines

__all__ = ["main"]

_USAGE, _INPUT = 2, 3
"""Exit codes, as the engine's own."""


def main(arguments: Sequence[str]) -> int:
    """Paint, and return the exit code.

    Args:
        arguments: The script, and the names of the nodes to paint; all of them without any.
    """
    if not arguments:
        sys.stderr.write("Which script? Write: nuke -t batch.py SCRIPT [NODE ...]\n")
        return _USAGE
    nuke.scriptOpen(arguments[0])
    found = {node.fullName(): node for node in nodes.all_nodes()}
    unknown = [name for name in arguments[1:] if name not in found]
    if unknown or not found:
        known = ", ".join(found) or "none"
        sys.stderr.write(f"No such node: {', '.join(unknown)}. VST Stylize nodes: {known}\n")
        return _USAGE
    wanted = [found[name] for name in arguments[1:]] or [*found.values()]
    return max(_paint(node) for node in _in_order(wanted))


def _in_order(wanted: list[Any]) -> list[Any]:
    """Each node after those whose paint it paints over."""
    above = {one.fullName(): Upstream(nodes.sources(one)).nodes for one in wanted}
    return sorted(wanted, key=lambda one: sum(map(nodes.is_ours, above[one.fullName()])))


def _paint(node: Any) -> int:
    try:
        text = paint(node, LogLines(node.fullName()))
    except PROBLEMS as error:
        sys.stderr.write(f"{node.fullName()}: {line_of(error)}\n")
        return _INPUT
    sys.stdout.write(f"{node.fullName()}: {text}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
