"""Columns of text, the same in a terminal and in a pipe."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["columns", "facts"]


def columns(rows: Sequence[Sequence[str]], *, indent: int = 0) -> str:
    """Return rows as lines whose columns stand under each other, two spaces apart.

    >>> print(columns([("muse", "16"), ("the-scream", "32")]))
    muse        16
    the-scream  32
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    return "\n".join(" " * indent + line for line in lines)


def facts(rows: Sequence[tuple[str, str]], *, indent: int = 0) -> str:
    """Return names and values; rows without a value are left out."""
    return columns([row for row in rows if row[1]], indent=indent)
