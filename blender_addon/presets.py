# SPDX-License-Identifier: GPL-3.0-or-later
"""Presets: the settings of a strip under a name, as JSON files in the user's folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import bpy

from .hosts.file_names import clean_name

__all__ = ["SHIPPED", "folder", "load", "names", "remove", "save", "tooltip"]

SHIPPED: dict[str, dict[str, Any]] = {
    "Defaults": {},
    "Quick Look": {"proxy": "1/4"},
    "Broad Strokes": {"proxy": "1/2"},
    "Light Touch": {"strength": 0.5},
    "Own Colors": {"original_colors": True},
    "Fast Motion": {"flow": "raft-small"},
}
"""Presets that come with the add-on; they change what they name and leave the style alone."""

_WORDS = {
    "Defaults": "Set everything but the style to its default",
    "Quick Look": "Paint at a quarter of the size, to see quickly how it looks",
    "Broad Strokes": "Paint at half size: strokes twice as broad, four times as fast",
    "Light Touch": "Let half of the picture show through",
    "Own Colors": "Take only the strokes; the colors stay the picture's own",
    "Fast Motion": "Follow all motion by RAFT at full size: surest where limbs and cars are fast, "
    "slower on a processor",
}


def tooltip(name: str) -> str:
    """Return what a preset does, for people."""
    return _WORDS.get(name, "Set the strip to this preset of yours")


def folder() -> Path:
    """Return the user's folder for presets; it need not be there."""
    try:
        return Path(bpy.utils.extension_path_user(__package__, path="presets"))
    except ValueError:  # not run as an extension
        return Path(bpy.utils.user_resource("CONFIG", path="vst_presets"))


def names() -> list[str]:
    """Return the names of the user's presets."""
    return sorted(path.stem for path in folder().glob("*.json"))


def load(name: str) -> Mapping[str, Any]:
    """Return the settings of a preset, the user's before a shipped one.

    Raises:
        ValueError: The file cannot be read as a preset.
        OSError: It cannot be read at all.
    """
    path = folder() / f"{name}.json"
    if not path.is_file() and name in SHIPPED:
        return SHIPPED[name]
    content = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(content, dict):
        raise ValueError(f"The preset {path} is damaged")
    return content


def save(name: str, settings: Mapping[str, Any]) -> str:
    """Keep settings under a name, and return the name as it can be a file's."""
    clean = clean_name(name).replace("_", " ")
    folder().mkdir(parents=True, exist_ok=True)
    text = json.dumps(dict(settings), indent=2)
    (folder() / f"{clean}.json").write_text(text, encoding="utf-8")
    return clean


def remove(name: str) -> None:
    """Remove one of the user's presets."""
    (folder() / f"{name}.json").unlink(missing_ok=True)
