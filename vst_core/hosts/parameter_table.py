# SPDX-License-Identifier: Apache-2.0
"""The engine's parameter table, as it was when the host's package was built.

`table.json` is what ``vst describe --json`` prints; ``vst hosts build`` writes it.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

__all__ = [
    "FRONT", "HOST", "groups", "needs_flow", "parameters", "reads", "suggestions", "table",
]  # fmt: skip

HOST = frozenset({"style", "frames", "mask", "preview", "codec", "fps", "sound"})
"""Parameters that are no plain widget here: the strip, a picture or another strip decides, or
they are about movies, where results are pictures.
"""

FRONT = ("proxy", "original_colors", "method", "flow", "seed")
"""Parameters that an artist meets first; the others are folded away by their groups."""


@lru_cache(maxsize=1)
def table() -> dict[str, Any]:
    """Return the whole description."""
    text = Path(__file__).with_name("table.json").read_text(encoding="utf-8")
    content: dict[str, Any] = json.loads(text)
    return content


def parameters() -> dict[str, dict[str, Any]]:
    """Return every parameter by its name, in the table's order."""
    return {row["name"]: row for row in table()["parameters"]}


def groups() -> list[tuple[dict[str, Any], list[str]]]:
    """Return the groups, each with the names of its parameters that are not in front."""
    found = []
    for group in table()["groups"]:
        names = [
            name
            for name, row in parameters().items()
            if row["group"] == group["name"] and name not in (*HOST, *FRONT, "strength")
        ]
        if names:
            found.append((group, names))
    return found


def needs_flow(method: str) -> bool:
    """Return whether a method asks how the picture moved; a method not known here may."""
    rows = (row for row in table()["methods"] if row["name"] == method)
    return bool(next((row["needs_flow"] for row in rows), True))


def reads(method: str, name: str) -> bool:
    """Return whether a method reads a parameter; one not known here may.

    Args:
        method: Its name.
        name: Of a parameter. Those that no method names are read by all.
    """
    named = {row["name"]: set(row["reads"]) for row in table()["methods"]}
    some_read_it = any(name in one for one in named.values())
    return not some_read_it or name in named.get(method, {name})


def suggestions(name: str, described: dict[str, Any] | None = None) -> list[tuple[str, str]]:
    """Return what a text may be, with words about it.

    Args:
        name: Of a parameter.
        described: What the engine at hand says of itself, where it was asked: it may be newer
            than the copy.
    """
    rows = (described or table())["parameters"]
    row = next((row for row in rows if row["name"] == name), parameters()[name])
    return [(choice["value"], choice["label"]) for choice in row["choices"]]
