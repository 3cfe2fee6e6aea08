# SPDX-License-Identifier: GPL-3.0-or-later
"""What a strip's settings are for the engine: whole paths, and the strip's own color space."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import bpy

from ..hosts import parameter_table
from ..hosts.job_file import Value
from ..hosts.named_files import MIXES
from ..hosts.style_text import changed_names
from ..properties import given_settings

__all__ = ["engine_settings", "whole_names", "whole_paths"]

_PLAIN = frozenset({"", "sRGB", "Non-Color", "Rec.1886", "scene_linear"})
"""Color spaces of strips that the engine assumes by itself, or that mean no color at all."""

_SHARED = frozenset({
    "ACES2065-1", "ACEScc", "ACEScct", "ACEScg", "Display P3", "Linear CIE-XYZ D65",
    "Linear DCI-P3 D65", "Linear Rec.2020", "Linear Rec.709",
})  # fmt: skip
"""Names of Blender's OpenColorIO config that the engine's own config knows too."""


def engine_settings(strip: Any, *, rendered: bool = False) -> dict[str, Value]:
    """Return a strip's settings that differ from the engine's defaults.

    Args:
        strip: The strip.
        rendered: A second Blender renders it, so its color space is dealt with.
    """
    settings = whole_paths(given_settings(strip), strip.id_data.library)
    if not rendered and "ocio" not in settings and not os.environ.get("OCIO"):
        _add_color_space(settings, getattr(strip, "colorspace_settings", None))
    return settings


def whole_paths(given: Mapping[str, Value], library: Any) -> dict[str, Value]:
    """Return settings with paths that anybody understands, where they count from the .blend."""
    settings = dict(given)
    for name, row in parameter_table.parameters().items():
        if name in settings and row["path"]:
            settings[name] = _whole(str(settings[name]), library)
        elif name in settings and name in MIXES:
            settings[name] = whole_names(str(settings[name]), library)
    return settings


def whole_names(style: str, library: Any) -> str:
    """Return a style in whose names paths count from anywhere."""
    return changed_names(style, lambda name: _whole(name, library))


def _whole(text: str, library: Any) -> str:
    """Return a path that counts from the .blend file as one that anybody understands."""
    return str(bpy.path.abspath(text, library=library)) if text.startswith("//") else text


def _add_color_space(settings: dict[str, Value], given: Any) -> None:
    """Say which color space the files are in; one that only Blender knows, by its config."""
    name = str(settings.get("colorspace", "")) or (given.name if given is not None else "")
    if name in _PLAIN and "colorspace" not in settings:
        return
    settings["colorspace"] = name
    if name not in _SHARED and name in _names_here(given):
        folder = bpy.utils.system_resource("DATAFILES", path="colormanagement")
        config = Path(folder or "", "config.ocio")
        if config.is_file():
            settings["ocio"] = str(config)


def _names_here(given: Any) -> set[str]:
    if given is None:
        return set()
    return {item.identifier for item in given.bl_rna.properties["name"].enum_items}
