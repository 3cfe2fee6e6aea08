# SPDX-License-Identifier: GPL-3.0-or-later
"""Showing a finished picture in an Image Editor."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy

__all__ = ["show_picture"]

_NAME = "Stylized Preview"


def show_picture(context: Any, path: Path) -> None:
    """Show a picture in an Image Editor: one that is open, or else in a new window."""
    image = _load(path)
    if bpy.app.background or context.window is None:
        return
    areas = [area for window in context.window_manager.windows for area in window.screen.areas]
    area = next((one for one in areas if one.type == "IMAGE_EDITOR"), None) or _new_area(context)
    if area is not None:
        area.spaces.active.image = image
        area.tag_redraw()


def _load(path: Path) -> Any:
    """The same datablock every time, so that looking leaves one picture behind, not many."""
    old = bpy.data.images.get(_NAME)
    image = bpy.data.images.load(str(path))
    if old is not None:
        old.user_remap(image)
        bpy.data.images.remove(old)
    image.name = _NAME
    return image


def _new_area(context: Any) -> Any:
    before = {window.as_pointer() for window in context.window_manager.windows}
    bpy.ops.wm.window_new()
    for window in context.window_manager.windows:
        if window.as_pointer() not in before:
            area = max(window.screen.areas, key=lambda one: one.width * one.height)
            area.type = "IMAGE_EDITOR"
            return area
    return None
