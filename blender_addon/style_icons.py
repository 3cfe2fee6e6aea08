# SPDX-License-Identifier: GPL-3.0-or-later
"""The styles as pictures to pick from."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Any

import bpy.utils.previews

from .hosts import engine_facts

__all__ = ["items", "number_of", "style_numbered", "unregister"]

_OTHER = "other"
_previews: Any = None
_items: list[tuple[str, str, str, int, int]] = []
_others: list[tuple[str, str, str, int, int]] = []
_made_of: tuple[Any, ...] = ()


def items(style: str) -> list[tuple[str, str, str, int, int]]:
    """Return the styles as an enumeration's items, with their pictures.

    The lists are kept: Blender does not hold on to the texts in them.

    Args:
        style: What is chosen now; where it has no picture, such as a mix, there is an item for it.
    """
    global _items, _made_of
    cards = engine_facts.current().styles
    seen = tuple((card["name"], card["preview"]) for card in cards)
    if not _items or seen != _made_of:
        _made_of = seen
        _items = [_item(card) for card in cards]
    return _items if any(row[0] == style for row in _items) else _with_other()


def number_of(style: str) -> int:
    """Return the item's number of a style; 0 for one that has no picture, such as a mix."""
    return next((row[4] for row in items(style) if row[0] == style), 0)


def style_numbered(number: int) -> str:
    """Return the style with an item's number; empty for the one that has no picture."""
    return next((row[0] for row in items("") if row[4] == number and number), "")


def unregister() -> None:
    """Let go of all pictures."""
    global _previews, _items, _others, _made_of
    if _previews is not None:
        bpy.utils.previews.remove(_previews)
    _previews, _items, _others, _made_of = None, [], [], ()


def _with_other() -> list[tuple[str, str, str, int, int]]:
    global _others
    if len(_others) != len(_items) + 1 or _others[1:] != _items:
        _others = [(_OTHER, "Other", "The style that is written below", 0, 0), *_items]
    return _others


def _item(card: dict[str, Any]) -> tuple[str, str, str, int, int]:
    name, title = card["name"], card["title"].rstrip(".")
    label, words = name.replace("-", " "), title.partition(" (")[0]
    label = words if words.lower() == label else label.title()
    return name, label, title, _icon(card), zlib.crc32(name.encode()) >> 1


def _icon(card: dict[str, Any]) -> int:
    global _previews
    path = Path(card["preview"]) if card["preview"] else None
    if path is None or not path.is_file() or bpy.app.background:
        return 0
    if _previews is None:
        _previews = bpy.utils.previews.new()
    key = f"{card['name']} {path}"
    loaded = _previews[key] if key in _previews else _previews.load(key, str(path), "IMAGE")
    return int(loaded.icon_id)
