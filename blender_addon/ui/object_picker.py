# SPDX-License-Identifier: GPL-3.0-or-later
"""Picking objects by name from the mattes (Cryptomatte) of a strip's own files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy
from bpy.props import EnumProperty

from .. import preferences
from ..hosts.engine import EngineError, ask
from ..polls import pressable
from ..sequencer.strips import StripError, read_strip
from .operators import active_strip

__all__ = ["CLASSES"]

_ASK_SECONDS = 60.0
_known: dict[tuple[str, float], list[tuple[str, str, str]]] = {}
"""Of the file asked last, what can be picked; Blender needs the texts to stay where they are."""


class PickObject(bpy.types.Operator):
    """Add an object to the mask, by its name."""

    bl_idname = "vst.pick_object"
    bl_label = "Pick Object"
    bl_description = (
        "Search the objects, materials and assets that the strip's EXR files have mattes of "
        "(Cryptomatte), and add one to the mask"
    )
    bl_options = {"REGISTER", "UNDO"}  # noqa: RUF012
    bl_property = "mask"

    @classmethod
    def poll(cls, context: Any) -> bool:
        """Whether the strip has files of its own."""
        strip, scene = active_strip(context)
        return pressable(cls, "" if _first_file(strip, scene) else "Needs a strip of EXR files")

    def invoke(self, context: Any, event: Any) -> set[str]:
        """Open the search."""
        del event
        try:
            items = _look(context)
        except EngineError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        if not items:
            self.report({"WARNING"}, "The mattes of this strip have no names")
            return {"CANCELLED"}
        context.window_manager.invoke_search_popup(self)
        return {"RUNNING_MODAL"}

    def execute(self, context: Any) -> set[str]:
        """Add the object to those that the strip's mask names already."""
        strip, _ = active_strip(context)
        named = strip.vst.object_mask.strip()
        strip.vst.object_mask = f"{named},{self.mask}" if named else self.mask
        return {"FINISHED"}


def _items(operator: Any, context: Any) -> list[tuple[str, str, str]]:
    del operator
    try:
        return _look(context)
    except EngineError:
        return []


def _look(context: Any) -> list[tuple[str, str, str]]:
    """Return what can be picked of the active strip's first file; asks the engine once a file.

    Raises:
        EngineError: The engine gives no answer, as where the file has no mattes.
    """
    path = _first_file(*active_strip(context)) if context is not None else None
    if path is None:
        return []
    key = (str(path), path.stat().st_mtime)
    if key not in _known:
        told = ask(preferences.engine(), "mattes", str(path), timeout=_ASK_SECONDS)
        _known.clear()
        _known[key] = [
            (one["mask"], one["name"], f"{layer['name']}, {100 * one['coverage']:.2f} %")
            for layer in told["layers"]
            for one in layer["mattes"]
            if one["name"]
        ]
    return _known[key]


def _first_file(strip: Any, scene: Any) -> Path | None:
    if strip is None or strip.type != "IMAGE":
        return None
    try:
        source = read_strip(strip, scene)
    except StripError:
        return None
    first = source.files[0] if source.kind == "files" else None
    return first if first is not None and first.suffix.lower() == ".exr" else None


PickObject.__annotations__ = {
    "mask": EnumProperty(name="Object", description="The object", items=_items),
}

CLASSES = (PickObject,)
