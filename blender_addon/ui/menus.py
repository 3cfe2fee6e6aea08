# SPDX-License-Identifier: GPL-3.0-or-later
"""Entries in Blender's own menus and headers, which F3 finds too."""

from __future__ import annotations

from typing import Any

import bpy

from ..work import pump

__all__ = ["register", "unregister"]


def register() -> None:
    """Add the entries."""
    for kind, draw in _entries():
        kind.append(draw)


def unregister() -> None:
    """Take them away."""
    for kind, draw in _entries():
        kind.remove(draw)


def _entries() -> list[tuple[Any, Any]]:
    names = {
        "SEQUENCER_MT_strip": _draw_strip_menu,
        "SEQUENCER_MT_context_menu": _draw_strip_menu,
        "SEQUENCER_HT_header": pump.draw_header,
        "TOPBAR_MT_render": _draw_render_menu,
    }
    found = ((getattr(bpy.types, name, None), draw) for name, draw in names.items())
    return [(kind, draw) for kind, draw in found if kind is not None]


def _draw_strip_menu(menu: Any, context: Any) -> None:
    del context
    layout = menu.layout
    layout.separator()
    layout.operator_context = "INVOKE_DEFAULT"
    layout.operator("vst.stylize", icon="BRUSH_DATA")
    layout.operator("vst.stylize_all", text="Stylize All Strips")
    layout.operator("vst.preview_frame", text="Preview Stylized Frame")
    layout.operator("vst.swap", text="Show Original or Result")
    layout.operator("vst.restore", text="Restore Original")
    layout.operator("vst.copy_settings")


def _draw_render_menu(menu: Any, context: Any) -> None:
    del context
    menu.layout.separator()
    menu.layout.operator("vst.render_and_stylize", icon="RENDER_ANIMATION")
