# SPDX-License-Identifier: GPL-3.0-or-later
"""Strips that are connected to their sound: Blender tells of it by its operators only."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import bpy

from .. import versions

__all__ = ["connect_sound"]


def connect_sound(strip: Any, result: Any, scene: Any) -> None:
    """Connect a result to the sound that its original is connected to, if it is to any.

    Blender tells whether a strip is connected, but not to what: the sounds meant are those of its
    own file, or else those that begin and end with it.
    """
    sounds = _sounds_of(strip, scene)
    if not sounds or "disconnect" not in dir(bpy.ops.sequencer):
        return
    with _sequencer(scene) as found, _selection_kept(scene):
        if found and _disconnect(strip, scene):
            _select(scene, [strip, result, *sounds])
            bpy.ops.sequencer.connect(toggle=False)


def _disconnect(strip: Any, scene: Any) -> bool:
    """Disconnect a strip, and return whether it was connected to anything."""
    _select(scene, [strip])
    return "FINISHED" in bpy.ops.sequencer.disconnect()


def _sounds_of(strip: Any, scene: Any) -> list[Any]:
    sounds = [one for one in versions.strips_of(scene.sequence_editor) if one.type == "SOUND"]
    path = _whole(getattr(strip, "filepath", ""))
    left, right = versions.handles(strip)
    same_file = [
        one
        for one in sounds
        if path and one.sound is not None and _whole(one.sound.filepath) == path
        if versions.handles(one)[0] < right and left < versions.handles(one)[1]
    ]
    return same_file or [one for one in sounds if versions.handles(one) == (left, right)]


def _whole(path: str) -> str:
    return str(bpy.path.abspath(path)) if path else ""


def _select(scene: Any, strips: list[Any]) -> None:
    for one in versions.strips_of(scene.sequence_editor):
        one.select = one in strips


@contextlib.contextmanager
def _selection_kept(scene: Any) -> Iterator[None]:
    strips = list(versions.strips_of(scene.sequence_editor))
    before = [(one, one.select) for one in strips]
    try:
        yield
    finally:
        for one, selected in before:
            one.select = selected


@contextlib.contextmanager
def _sequencer(scene: Any) -> Iterator[bool]:
    """A sequencer for Blender's operators; without a window one is borrowed for the moment."""
    for window in bpy.context.window_manager.windows:
        areas = list(window.screen.areas)
        area = next((one for one in areas if one.type == "SEQUENCE_EDITOR"), None)
        borrowed = area is None and bpy.app.background
        if area is None and not borrowed:
            continue
        area = area or areas[0]
        kind = area.type
        area.type = "SEQUENCE_EDITOR"
        region = next(one for one in area.regions if one.type == "WINDOW")
        given = {"window": window, "area": area, "region": region, "scene": scene}
        if hasattr(bpy.context, "sequencer_scene"):
            given["sequencer_scene"] = scene
        try:
            with bpy.context.temp_override(**given):
                yield True
        finally:
            area.type = kind
        return
    yield False
