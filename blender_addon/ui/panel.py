# SPDX-License-Identifier: GPL-3.0-or-later
"""The panel beside the sequencer, and from Blender 5 on in the Properties editor's Strip tab."""

from __future__ import annotations

import textwrap
from typing import Any

import bpy

from .. import preferences, presets, versions
from ..hosts import engine_facts, parameter_table
from ..hosts.engine import EngineError
from ..hosts.file_names import title_case
from ..properties import holder
from ..second_style import CROSSING, SECOND
from ..sequencer import pairs
from ..work.pump import STATE_ICONS
from ..work.queue import QUEUE
from .operators import active_strip

__all__ = ["CLASSES"]

_STYLE_SCALE = 6.0
_LINE, _MOST_LINES = 46, 4


class _InSidebar:
    bl_space_type = "SEQUENCE_EDITOR"
    bl_region_type = "UI"
    bl_category = "Stylize"


class _InStripTab:
    bl_space_type = "PROPERTIES"
    bl_region_type = "WINDOW"
    bl_context = "strip"


class _Main:
    bl_label = "Stylize"

    def draw_header_preset(self: Any, context: Any) -> None:
        """Draw the menu of presets into the panel's header."""
        del context
        self.layout.menu("VST_MT_presets", text="", icon="PRESET")

    def draw(self: Any, context: Any) -> None:
        """Draw what an artist meets first."""
        layout = self.layout
        strip, scene = active_strip(context)
        problem = _meet_engine(layout)
        if strip is None:
            layout.label(text="Select a movie or image strip", icon="INFO")
        elif not problem:
            layout.label(text=strip.name, icon="SEQUENCE")
            _draw_style(layout, strip)
        _draw_buttons(layout, strip, scene)
        _draw_queue(layout)


class _Part:
    """A part that can be folded."""

    @classmethod
    def poll(cls, context: Any) -> bool:
        """Whether there is a strip to set."""
        return active_strip(context)[0] is not None

    def draw(self: Any, context: Any) -> None:
        """Draw the part."""
        self.layout.use_property_split = True
        self.layout.use_property_decorate = False
        self.draw_part(*active_strip(context))


class _Settings(_Part):
    """What an artist changes after the style."""

    bl_label = "Settings"

    def draw_part(self: Any, strip: Any, scene: Any) -> None:
        """Draw the settings."""
        _draw_settings(self.layout, strip, scene)


class _Group(_Part):
    """One group of the engine's parameters; its `names` come from the table."""

    bl_options = {"DEFAULT_CLOSED"}  # noqa: RUF012
    names: tuple[str, ...] = ()

    def draw_part(self: Any, strip: Any, scene: Any) -> None:
        """Draw the group's parameters."""
        del scene
        column = self.layout.column()
        for name in self.names:
            row = column.row()
            row.active = parameter_table.reads(strip.vst.method, name)
            row.prop(*holder(strip, name))


class PresetMenu(bpy.types.Menu):
    """The presets."""

    bl_idname = "VST_MT_presets"
    bl_label = "Stylize Presets"

    def draw(self, context: Any) -> None:
        """Draw the presets, those of the user last."""
        del context
        layout = self.layout
        for name in presets.SHIPPED:
            layout.operator("vst.apply_preset", text=name).name = name
        own = presets.names()
        if own:
            layout.separator()
        for name in own:
            layout.operator("vst.apply_preset", text=name, icon="USER").name = name
        layout.separator()
        layout.operator("vst.save_preset", text="Save As Preset...", icon="ADD")
        for name in own:
            layout.operator("vst.remove_preset", text=f"Remove {name}", icon="X").name = name


def _meet_engine(layout: Any) -> str:
    """Get to know the engine on first sight; return why there is none."""
    try:
        engine = preferences.engine()
    except EngineError as error:
        preferences.draw_missing_engine(layout, str(error))
        return str(error)
    if not engine_facts.current().error:
        engine_facts.learn(engine)
    if engine_facts.current().busy:
        layout.label(text="Asking the engine for its styles...", icon="TIME")
        if not bpy.app.timers.is_registered(_redraw_when_known):
            bpy.app.timers.register(_redraw_when_known, first_interval=0.2)
    elif engine_facts.current().error:
        _draw_lines(layout, engine_facts.current().error, "ERROR")
    return ""


def _draw_style(layout: Any, owner: Any, *, for_render: bool = False) -> None:
    settings = owner.vst
    layout.template_icon_view(settings, "style_picture", show_labels=True, scale=_STYLE_SCALE)
    column = layout.column(align=True)
    row = column.row(align=True)
    row.prop(settings, "style", text="")
    _draw_pickers(row, for_render=for_render, second=False)
    row = column.row(align=True)
    row.prop(settings, SECOND, text="Then")
    _draw_pickers(row, for_render=for_render, second=True)
    if getattr(settings, SECOND):
        column.prop(owner, CROSSING, slider=True)
    column.prop(*holder(owner, "strength"), slider=True)


def _draw_pickers(row: Any, *, for_render: bool, second: bool) -> None:
    for name, icon in (("vst.pick_style", "FILE_FOLDER"), ("vst.pick_style_strip", "SEQUENCE")):
        button = row.operator(name, text="", icon=icon)
        button.for_render, button.second = for_render, second


def _draw_settings(layout: Any, strip: Any, scene: Any) -> None:
    settings = strip.vst
    column = layout.column()
    for name in parameter_table.FRONT:
        row = column.row()
        row.active = name != "flow" or parameter_table.needs_flow(settings.method)
        row.prop(settings, name)
    column.prop_search(settings, "mask_strip", scene.sequence_editor, _collection(scene))
    row = column.row(align=True)
    row.prop(settings, "object_mask")
    row.operator("vst.pick_object", text="", icon="VIEWZOOM")
    column.prop(settings, "handle_frames")
    column.prop(settings, "in_batch")


def _collection(scene: Any) -> str:
    return "strips_all" if hasattr(scene.sequence_editor, "strips_all") else "sequences_all"


def _draw_buttons(layout: Any, strip: Any, scene: Any) -> None:
    column = layout.column(align=True)
    row = column.row(align=True)
    row.scale_y = 1.6
    label = "Add to Queue" if QUEUE.busy else "Stylize"
    row.operator("vst.stylize", text=label, icon="BRUSH_DATA")
    row = column.row(align=True)
    row.operator("vst.preview_frame", icon="IMAGE_DATA")
    row.operator("vst.stylize_all", icon="SEQ_SEQUENCER")
    row = column.row(align=True)
    result = pairs.result_of(strip, scene) if strip is not None else None
    shown = result is not None and not result.mute
    row.operator("vst.swap", text="Show Original" if shown else "Show Result", icon="FILE_REFRESH")
    row.operator("vst.restore", icon="LOOP_BACK")


def _draw_queue(layout: Any) -> None:
    if not QUEUE.works:
        return
    box = layout.box().column(align=True)
    for index, work in enumerate(QUEUE.works):
        row = box.row(align=True)
        if work.state == "running":
            row.progress(factor=work.fraction, text=f"{work.name}: {work.text}")
        else:
            _draw_lines(row, f"{work.name}: {work.text}", STATE_ICONS[work.state])
        if not work.over:
            row.operator("vst.cancel", text="", icon="X").index = index
    if len(QUEUE.active) > 1:
        box.operator("vst.cancel", text="Cancel All").index = -1


def _draw_lines(layout: Any, text: str, icon: str) -> None:
    """A long text in a few lines, never more than a panel can hold."""
    lines = textwrap.wrap(text, _LINE, max_lines=_MOST_LINES, placeholder="...")
    column = layout.column(align=True)
    for line in lines:
        column.label(text=line, icon=icon)
        icon = "BLANK1"


def _redraw_when_known() -> float | None:
    for window in bpy.context.window_manager.windows:
        for area in window.screen.areas:
            area.tag_redraw()
    return 0.2 if engine_facts.current().busy else None


class RenderPanel(bpy.types.Panel):
    """Render and Stylize, beside Blender's own settings of the output."""

    bl_idname = "VST_PT_render"
    bl_label = "Stylize"
    bl_space_type = "PROPERTIES"
    bl_region_type = "WINDOW"
    bl_context = "render"
    bl_options = {"DEFAULT_CLOSED"}  # noqa: RUF012

    def draw(self, context: Any) -> None:
        """Draw the style, the first settings and the button."""
        layout, settings = self.layout, context.scene.vst
        if not _meet_engine(layout):
            _draw_style(layout, context.scene, for_render=True)
        column = layout.column()
        column.use_property_split = True
        column.use_property_decorate = False
        for name in parameter_table.FRONT:
            row = column.row()
            row.active = name != "flow" or parameter_table.needs_flow(settings.method)
            row.prop(settings, name)
        row = layout.row()
        row.scale_y = 1.6
        row.operator("vst.render_and_stylize", icon="RENDER_ANIMATION")
        _draw_queue(layout)


def _panels() -> list[Any]:
    """A main panel and one for each group, in every place that has them."""
    places = [("sidebar", _InSidebar), *([("tab", _InStripTab)] if versions.STRIP_TAB else [])]
    made: list[Any] = []
    for place, where in places:
        main = f"VST_PT_stylize_{place}"
        made.append(type(main, (where, _Main, bpy.types.Panel), {"bl_idname": main}))
        name = f"VST_PT_settings_{place}"
        own: dict[str, Any] = {"bl_idname": name, "bl_parent_id": main}
        made.append(type(name, (where, _Settings, bpy.types.Panel), own))
        for group, names in parameter_table.groups():
            name = f"VST_PT_{group['name']}_{place}"
            own = {
                "bl_idname": name,
                "bl_parent_id": main,
                "bl_label": title_case(group["label"]),
                "names": tuple(names),
            }
            made.append(type(name, (where, _Group, bpy.types.Panel), own))
    return made


CLASSES = (PresetMenu, RenderPanel, *_panels())
