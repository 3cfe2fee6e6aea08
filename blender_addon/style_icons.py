# SPDX-License-Identifier: GPL-3.0-or-later
"""The styles as pictures to pick from."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Any

import bpy.utils.previews

from .hosts import engine_facts
from .hosts.style_text import style_parts

__all__ = ["items", "number_of", "style_numbered", "unregister"]

_OTHER = "other"
_previews: Any = None
_items: list[tuple[str, str, str, int, int]] = []
_others: list[tuple[str, str, str, int, int]] = []
_others_of: tuple[Any, ...] = ()
_made_of: tuple[Any, ...] = ()


def items(style: str) -> list[tuple[str, str, str, int, int]]:
    """Return the styles as an enumeration's items, with their pictures.

    The lists are kept: Blender does not hold on to the texts in them.

    Args:
        style: What is chosen now; where it is none of them there is an item for it, with the
            picture of a painting, and without one for a mix.
    """
    global _items, _made_of
    cards = engine_facts.current().styles
    seen = tuple((card["name"], card["preview"]) for card in cards)
    if not _items or seen != _made_of:
        _made_of = seen
        _items = [_item(card) for card in cards]
    return _items if any(row[0] == style for row in _items) else _with_other(style)


def number_of(style: str) -> int:
    """Return the item's number of a style; 0 for one that has no picture, such as a mix."""
    return next((row[4] for row in items(style) if row[0] == style), 0)


def style_numbered(number: int) -> str:
    """Return the style with an item's number; empty for the one that has no picture."""
    return next((row[0] for row in items("") if row[4] == number and number), "")


def unregister() -> None:
    """Let go of all pictures."""
    global _previews, _items, _others, _others_of, _made_of
    if _previews is not None:
        bpy.utils.previews.remove(_previews)
    _previews, _items, _others, _others_of, _made_of = None, [], [], (), ()


def _with_other(style: str) -> list[tuple[str, str, str, int, int]]:
    global _others, _others_of
    if not _others or _others_of != (style, *_items):
        _others_of = (style, *_items)
        parts = style_parts(style)
        path = bpy.path.abspath(parts[0].name) if len(parts) == 1 else ""
        label = Path(path).name if path and Path(path).is_file() else "Other"
        icon = _picture("painting", path)
        _others = [(_OTHER, label, "The style that is written below", icon, 0), *_items]
    return _others


def _item(card: dict[str, Any]) -> tuple[str, str, str, int, int]:
    name, title = card["name"], card["title"].rstrip(".")
    label, words = name.replace("-", " "), title.partition(" (")[0]
    label = words if words.lower() == label else label.title()
    return name, label, title, _icon(card), zlib.crc32(name.encode()) >> 1


def _icon(card: dict[str, Any]) -> int:
    return _picture(card["name"], card["preview"])


def _picture(name: str, file: str) -> int:
    """Return the number of a picture's icon; 0 where there is none, or no window to show it."""
    global _previews
    path = Path(file) if file else None
    if path is None or not path.is_file() or bpy.app.background:
        return 0
    if _previews is None:
        _previews = bpy.utils.previews.new()
    key = f"{name} {path}"
    loaded = _previews[key] if key in _previews else _previews.load(key, str(path), "IMAGE")
    return int(loaded.icon_id)
