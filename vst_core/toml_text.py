"""TOML in and out: one name for the reader of every Python, and the writer that none has."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from vst_core.hosts.toml_values import toml_value

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

__all__ = ["TomlError", "from_toml", "to_toml"]

TomlError = tomllib.TOMLDecodeError
"""What `from_toml` raises for a text that is no TOML: a `ValueError` that names the line."""


def from_toml(text: str) -> dict[str, Any]:
    """Return the tables of a TOML text.

    Raises:
        TomlError: It is none.

    >>> from_toml("steps = 4")
    {'steps': 4}
    """
    table: dict[str, Any] = tomllib.loads(text)
    return table


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
    lines = [f"{_key(key)} = {toml_value(value)}" for key, value in values.items()]
    if lines and place:
        lines.insert(0, f"\n[{'.'.join(map(_key, place))}]")
    for key, value in table.items():
        if isinstance(value, Mapping):
            lines += _lines(value, (*place, key))
    return lines


def _key(key: str) -> str:
    plain = key.replace("-", "").replace("_", "")
    return key if plain.isascii() and plain.isalnum() else toml_value(key)
