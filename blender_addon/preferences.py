# SPDX-License-Identifier: GPL-3.0-or-later
"""The add-on's preferences: where the engine is, where results go, how long to wait."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy
from bpy.props import FloatProperty, StringProperty

from .hosts import engine_facts
from .hosts.engine import INSTALL, Engine, EngineError

__all__ = [
    "Preferences", "draw_missing_engine", "engine", "preferences", "results_folder", "silence",
]  # fmt: skip

_SILENCE = 900.0


class Preferences(bpy.types.AddonPreferences):
    """What is the same for all files."""

    bl_idname = __package__

    def draw(self, context: Any) -> None:
        """Draw the page in Blender's preferences."""
        del context
        layout = self.layout
        layout.use_property_split = True
        layout.prop(self, "engine")
        found, problem = engine_facts.engine_now(self.engine)
        if found is None:
            draw_missing_engine(layout, problem)
        else:
            _draw_engine(layout, found)
        layout.separator()
        layout.prop(self, "results")
        layout.operator("vst.remove_unused_results", icon="TRASH")
        layout.prop(self, "silence")


Preferences.__annotations__ = {
    "engine": StringProperty(
        name="Engine",
        description="The program vst-seq, or the folder that it is in. Empty takes what the "
        "environment variable VST_SEQ names, or else the one on PATH",
        subtype="FILE_PATH",
        update=lambda self, context: engine_facts.forget(),
    ),
    "results": StringProperty(
        name="Results",
        description="The folder for stylized frames. Empty means vst beside the .blend file",
        subtype="DIR_PATH",
    ),
    "silence": FloatProperty(
        name="Give Up After",
        description="End the engine when it has said nothing for so long. 0 waits for ever",
        default=_SILENCE,
        min=0,
        subtype="TIME_ABSOLUTE",
        unit="TIME_ABSOLUTE",
    ),
}


def preferences() -> Any:
    """Return the preferences; None where the add-on runs without being enabled."""
    entry = bpy.context.preferences.addons.get(__package__)
    return entry.preferences if entry else None


def engine() -> Engine:
    """Return the engine.

    Raises:
        EngineError: There is none.
    """
    page = preferences()
    found, problem = engine_facts.engine_now(page.engine if page else "")
    if found is None:
        raise EngineError(problem)
    return found


def silence() -> float:
    """Return the seconds after which an engine that says nothing counts as hanging."""
    page = preferences()
    return float(page.silence) if page else _SILENCE


def results_folder() -> Path | None:
    """Return the folder of all results; None where the .blend has no place yet."""
    page = preferences()
    named = page.results.strip() if page else ""
    if named.startswith("//") and not bpy.data.filepath:
        return None
    if named:
        return Path(bpy.path.abspath(named)).absolute()
    return Path(bpy.path.abspath("//vst")).absolute() if bpy.data.filepath else None


def draw_missing_engine(layout: Any, problem: str) -> None:
    """Say in plain words that there is no engine, and how to get it."""
    box = layout.box().column(align=True)
    box.label(text="The engine that paints is a program of its own", icon="INFO")
    box.label(text=problem)
    box.label(text="Install it with these two commands:")
    for line in INSTALL:
        box.label(text=f"    {line}")
    box.operator("vst.copy_install_commands", icon="COPYDOWN")


def _draw_engine(layout: Any, found: Engine) -> None:
    known = engine_facts.current()
    row = layout.row(align=True)
    row.label(text=f"{found.program} (from {found.found_by})", icon="FILE_SCRIPT")
    row.operator("vst.test_engine", icon="FILE_REFRESH")
    box = layout.column(align=True)
    if known.busy:
        box.label(text="Asking the engine...", icon="TIME")
    if known.error:
        box.label(text=known.error, icon="ERROR")
    if known.doctor:
        _draw_doctor(box, known)


def _draw_doctor(box: Any, known: engine_facts.Knowledge) -> None:
    doctor = known.doctor or {}
    error = doctor.get("error")
    verdict = error or f"vst {doctor.get('engine')} works: {len(known.styles)} styles"
    box.label(text=verdict, icon="ERROR" if error else "CHECKMARK")
    for device in doctor.get("devices", ()):
        mark = " (used)" if device["chosen"] else ""
        box.label(text=f"{device['label']}{mark}", icon="BLANK1")
    for source in doctor.get("flow_sources", ()):
        if not source["ok"]:
            box.label(text=f"Motion from {source['name']}: {source['detail']}", icon="BLANK1")
