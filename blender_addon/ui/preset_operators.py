# SPDX-License-Identifier: GPL-3.0-or-later
"""What the smaller buttons do: settings, presets, and getting and testing the engine."""

from __future__ import annotations

from typing import Any

import bpy
from bpy.props import StringProperty

from .. import preferences, presets, versions
from ..hosts import engine_facts
from ..hosts.engine import INSTALL, EngineError
from ..properties import apply_settings, kept_settings
from ..second_style import SECOND
from ..sequencer import pairs
from ..sequencer.strips import obstacle
from .operators import active_strip

__all__ = ["CLASSES"]

_LOOK_AGAIN = 0.3


class TestEngine(bpy.types.Operator):
    """Ask the engine how it is."""

    bl_idname = "vst.test_engine"
    bl_label = "Test"
    bl_description = "Ask the engine what works on this machine (vst doctor)"

    def execute(self, context: Any) -> set[str]:
        """Ask, and show the answer when it is there."""
        del context
        try:
            engine = preferences.engine()
        except EngineError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        known = engine_facts.learn(engine, test=True, wait=bpy.app.background)
        if not bpy.app.background:
            bpy.app.timers.register(_redraw_when_known, first_interval=_LOOK_AGAIN)
        elif known.error:
            self.report({"ERROR"}, known.error)
            return {"CANCELLED"}
        return {"FINISHED"}


class CopyInstallCommands(bpy.types.Operator):
    """Copy the commands that install the engine."""

    bl_idname = "vst.copy_install_commands"
    bl_label = "Copy Commands"
    bl_description = "Copy the two commands, to paste them into a terminal"

    def execute(self, context: Any) -> set[str]:
        """Copy."""
        context.window_manager.clipboard = "\n".join(INSTALL)
        return {"FINISHED"}


class _OnStrip(bpy.types.Operator):
    """Something that needs a strip."""

    bl_options = {"REGISTER", "UNDO"}  # noqa: RUF012

    @classmethod
    def poll(cls, context: Any) -> bool:
        """Whether there is a strip."""
        if active_strip(context)[0] is None:
            cls.poll_message_set("Select a movie or image strip")
            return False
        return True


class CopySettings(_OnStrip):
    """Give other strips the settings of the active one."""

    bl_idname = "vst.copy_settings"
    bl_label = "Copy Stylize Settings to Selected"
    bl_description = "Give all selected strips the settings of the active one"

    def execute(self, context: Any) -> set[str]:
        """Copy."""
        strip, scene = active_strip(context)
        values = kept_settings(strip)
        others = {
            original.name: original
            for one in versions.strips_all_of(scene.sequence_editor)
            if one.select and (original := pairs.original_of(one, scene)) is not None
            if original != strip and not obstacle(original)
        }
        for other in others.values():
            apply_settings(other, values)
        if not others:
            self.report({"WARNING"}, "No other strip is selected")
            return {"CANCELLED"}
        self.report({"INFO"}, f"Settings copied to {len(others)} strips")
        return {"FINISHED"}


class ApplyPreset(_OnStrip):
    """Set a strip to a preset."""

    bl_idname = "vst.apply_preset"
    bl_label = "Apply Preset"
    bl_description = "Set the strip to this preset"

    @classmethod
    def description(cls, context: Any, properties: Any) -> str:
        """Say what the preset does, and what it needs."""
        del context
        return presets.tooltip(properties.name)

    def execute(self, context: Any) -> set[str]:
        """Apply it; presets that name no style leave it alone."""
        strip, _ = active_strip(context)
        try:
            values = presets.load(self.name)
        except (OSError, ValueError) as error:
            self.report({"ERROR"}, f"The preset '{self.name}' cannot be read: {error}")
            return {"CANCELLED"}
        if "style" not in values:
            now = kept_settings(strip)
            values = {**values, **{name: now[name] for name in ("style", SECOND) if name in now}}
        apply_settings(strip, values)
        return {"FINISHED"}


class SavePreset(_OnStrip):
    """Keep the settings of a strip."""

    bl_idname = "vst.save_preset"
    bl_label = "Save Preset"
    bl_description = "Keep the settings of this strip under a name"
    bl_options = {"REGISTER"}  # noqa: RUF012

    def invoke(self, context: Any, event: Any) -> Any:
        """Ask for the name."""
        del event
        return context.window_manager.invoke_props_dialog(self)

    def execute(self, context: Any) -> set[str]:
        """Save it."""
        strip, _ = active_strip(context)
        values = kept_settings(strip)
        try:
            name = presets.save(self.name, values)
        except OSError as error:
            self.report({"ERROR"}, f"The preset cannot be kept: {error.strerror}")
            return {"CANCELLED"}
        self.report({"INFO"}, f"Kept as '{name}'")
        return {"FINISHED"}


class RemovePreset(bpy.types.Operator):
    """Remove a preset."""

    bl_idname = "vst.remove_preset"
    bl_label = "Remove Preset"
    bl_description = "Remove this preset of yours"

    def execute(self, context: Any) -> set[str]:
        """Remove it."""
        del context
        presets.remove(self.name)
        return {"FINISHED"}


for _one in (ApplyPreset, SavePreset, RemovePreset):
    _one.__annotations__ = {"name": StringProperty(name="Name", description="Of the preset")}


def _redraw_when_known() -> float | None:
    for window in bpy.context.window_manager.windows:
        for area in window.screen.areas:
            area.tag_redraw()
    return _LOOK_AGAIN if engine_facts.current().busy else None


CLASSES = (
    TestEngine,
    CopyInstallCommands,
    CopySettings,
    ApplyPreset,
    SavePreset,
    RemovePreset,
)
