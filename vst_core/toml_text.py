"""TOML out: the standard library only reads it."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

__all__ = ["to_toml"]


def to_toml(table: Mapping[str, Any]) -> str:
    """Return nested tables of plain values as TOML text.

    Args:
        table: Strings, booleans, numbers, lists of those, and tables of those.

    >>> print(to_toml({"name": "muse", "files": {"itn": {"file": "a"}}}))
    name = "muse"
    <BLANKLINE>
    [files.itn]
    file = "a"
    <BLANKLINE>
    """
    return "\n".join(_lines(table, ())).lstrip("\n") + "\n"


def _lines(table: Mapping[str, Any], place: tuple[str, ...]) -> list[str]:
    values = {key: value for key, value in table.items() if not isinstance(value, Mapping)}
    lines = [f"{_key(key)} = {_value(value)}" for key, value in values.items()]
    if lines and place:
        lines.insert(0, f"\n[{'.'.join(map(_key, place))}]")
    for key, value in table.items():
        if isinstance(value, Mapping):
            lines += _lines(value, (*place, key))
    return lines


def _key(key: str) -> str:
    plain = key.replace("-", "").replace("_", "")
    return key if plain.isascii() and plain.isalnum() else _value(key)


def _value(value: Any) -> str:
    """JSON's text, numbers and booleans are TOML's too, but for inf, nan and DEL."""
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, float) and not math.isfinite(value):
        return repr(value)
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
