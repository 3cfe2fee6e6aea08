# SPDX-License-Identifier: GPL-3.0-or-later
"""Video style transfer for Blender's video sequencer: stylize a strip in place.

The engine is a program of its own; this add-on reads strips, starts it, and places what it made.
"""

from __future__ import annotations

import atexit
from typing import Any

import bpy

from . import preferences, properties, style_icons
from .hosts import engine_facts
from .rendering import render_animation
from .ui import (
    menus,
    object_picker,
    operators,
    panel,
    preset_operators,
    result_folders,
    style_pickers,
)
from .work import pump
from .work.queue import QUEUE

__all__ = ["register", "unregister"]

_CLASSES = (
    preferences.Preferences,
    *operators.CLASSES,
    *object_picker.CLASSES,
    *preset_operators.CLASSES,
    *style_pickers.CLASSES,
    *render_animation.CLASSES,
    *result_folders.CLASSES,
    *panel.CLASSES,
)


@bpy.app.handlers.persistent  # type: ignore[untyped-decorator]
def _file_closes(*_: Any) -> None:
    pump.stop()
    QUEUE.end()


def register() -> None:
    """Switch the add-on on."""
    properties.register()
    for one in _CLASSES:
        bpy.utils.register_class(one)
    menus.register()
    bpy.app.handlers.load_pre.append(_file_closes)
    atexit.register(QUEUE.end)


def unregister() -> None:
    """Switch it off: nothing stays, no process either."""
    pump.stop()
    QUEUE.end()
    atexit.unregister(QUEUE.end)
    bpy.app.handlers.load_pre.remove(_file_closes)
    menus.unregister()
    for one in reversed(_CLASSES):
        bpy.utils.unregister_class(one)
    properties.unregister()
    style_icons.unregister()
    engine_facts.forget()
