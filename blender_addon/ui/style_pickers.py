# SPDX-License-Identifier: GPL-3.0-or-later
"""Choosing any picture as the style: a file, or what a strip of the sequencer shows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy
from bpy.props import BoolProperty, EnumProperty, StringProperty

from .. import versions
from ..hosts.style_text import quoted_style
from ..polls import pressable
from ..second_style import SECOND
from ..sequencer import pairs
from ..sequencer.strips import StripError, read_strip
from .operators import active_strip

__all__ = ["CLASSES"]

_MOVIES = (".mov", ".mp4", ".m4v", ".mkv", ".avi", ".webm", ".mxf", ".mpg", ".mpeg", ".ts")
_PICTURES = (
    *(".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp", ".exr", ".bmp", ".gif", ".tga", ".psd"),
    *(".hdr", ".dpx", ".jp2"),
)
_known: list[tuple[str, str, str]] = []
"""The strips that can be picked; Blender needs the texts to stay where they are."""


class PickStyle(bpy.types.Operator):
    """Choose a file as the style."""

    bl_idname = "vst.pick_style"
    bl_label = "Choose Style File"
    bl_description = (
        "Choose any picture whose strokes the strip takes on, or a style card (.toml). Of a movie "
        "it is the first picture"
    )
    bl_options = {"REGISTER", "UNDO"}  # noqa: RUF012

    def invoke(self, context: Any, event: Any) -> Any:
        """Open the file browser."""
        del event
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, context: Any) -> set[str]:
        """Take the file; a path beside a saved .blend file counts from there."""
        strip, scene = active_strip(context)
        owner = scene if self.for_render else strip
        if owner is None or not self.filepath:
            return {"CANCELLED"}
        movie = Path(self.filepath).suffix.lower() in _MOVIES
        _choose(owner, f"{_relative(self.filepath)}{'#1' if movie else ''}", second=self.second)
        return {"FINISHED"}


PickStyle.__annotations__ = {
    "filepath": StringProperty(subtype="FILE_PATH"),
    "filter_glob": StringProperty(
        default=";".join(f"*{suffix}" for suffix in (".toml", *_PICTURES, *_MOVIES)),
        options={"HIDDEN"},
    ),
    "for_render": BoolProperty(options={"HIDDEN"}),
    "second": BoolProperty(options={"HIDDEN"}),
}


class PickStyleStrip(bpy.types.Operator):
    """Choose what another strip shows as the style."""

    bl_idname = "vst.pick_style_strip"
    bl_label = "Choose Style Strip"
    bl_description = (
        "Take as the style what another movie or image strip shows at the current frame, or "
        "nearest to it"
    )
    bl_options = {"REGISTER", "UNDO"}  # noqa: RUF012
    bl_property = "strip"

    @classmethod
    def poll(cls, context: Any) -> bool:
        """Whether there is another strip."""
        reason = "" if _items(None, context) else "Needs another movie or image strip"
        return pressable(cls, reason)

    def invoke(self, context: Any, event: Any) -> Any:
        """Open the search."""
        del event
        context.window_manager.invoke_search_popup(self)
        return {"RUNNING_MODAL"}

    def execute(self, context: Any) -> set[str]:
        """Take the picture."""
        active, scene = active_strip(context)
        owner = scene if self.for_render else active
        other = versions.strips_all_of(scene.sequence_editor).get(self.strip)
        if owner is None or other is None:
            return {"CANCELLED"}
        try:
            name = _shown(other, scene)
        except StripError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        _choose(owner, name, second=self.second)
        self.report({"INFO"}, f"The style is {Path(name).name}")
        return {"FINISHED"}


def _items(operator: Any, context: Any) -> list[tuple[str, str, str]]:
    del operator
    global _known
    active, scene = active_strip(context) if context is not None else (None, None)
    editor = scene.sequence_editor if scene else None
    _known = [
        (one.name, one.name, "Its picture at the current frame")
        for one in (versions.strips_all_of(editor) if editor else ())
        if one.type in ("MOVIE", "IMAGE") and pairs.original_of(one, scene) not in (None, active)
    ]
    return _known


PickStyleStrip.__annotations__ = {
    "strip": EnumProperty(name="Strip", description="The strip", items=_items),
    "for_render": BoolProperty(options={"HIDDEN"}),
    "second": BoolProperty(options={"HIDDEN"}),
}


def _shown(strip: Any, scene: Any) -> str:
    """Return the picture that a strip shows at the current frame, or nearest to it.

    Raises:
        StripError: Its files are not there, or none of them is what it shows.
    """
    source = read_strip(strip, scene)
    if source.kind == "render":
        raise StripError(f"'{strip.name}' shows no picture of a file, because {source.why}")
    left, right = versions.handles(strip)
    index = source.timing.index(min(max(scene.frame_current, left), right - 1))
    if source.kind == "movie":
        return f"{_relative(str(source.files[0]))}#{index + 1}"  # the engine counts from 1
    return _relative(str(source.files[index]))


def _choose(owner: Any, name: str, *, second: bool) -> None:
    setattr(owner.vst, SECOND if second else "style", quoted_style(name))


def _relative(path: str) -> str:
    if not bpy.data.filepath:
        return path
    try:
        return str(bpy.path.relpath(path))
    except ValueError:  # another drive
        return path


CLASSES = (PickStyle, PickStyleStrip)
