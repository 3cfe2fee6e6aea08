# SPDX-License-Identifier: GPL-3.0-or-later
"""Any strip at all, as pictures: a second Blender renders it alone, as its media are.

Its place in the picture (transform, crop, blend, opacity, colors, modifiers) is taken away
before, because the result gets it again. What was rendered is what the view transform Standard
leaves as it is stored.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bpy

from .. import versions
from ..hosts.own_folders import Staging
from .keyframes import PLACE, own_curves
from .strips import owner_of, shows_scene, walk

__all__ = ["Render", "media_size", "write_render"]

_FLOAT_FILES = (".exr", ".hdr", ".dpx", ".cin", ".tif", ".tiff")
_NEUTRAL = {
    "mute": False,
    "blend_type": "REPLACE",
    "blend_alpha": 1.0,
    "color_multiply": 1.0,
    "color_saturation": 1.0,
    "multiply_alpha": False,
    "use_flip_x": False,
    "use_flip_y": False,
}


@dataclass(frozen=True)
class Render:
    """Work for a second Blender.

    Attributes:
        command: How it is started.
        pattern: File name of the pictures, with ``%06d`` for the number.
    """

    command: list[str]
    pattern: str


def write_render(
    strip: Any,
    scene: Any,
    *,
    staging: Staging,
    numbers: Sequence[tuple[int, int]],
    size: tuple[int, int] | None = None,
    bake: bool = False,
) -> Render:
    """Write down all that a second Blender needs to render a strip by itself.

    Args:
        strip: The strip.
        scene: Whose strip it is. It is left as it was.
        staging: Gets the .blend, and later the pictures.
        numbers: Frames of the timeline, each with the number of its picture.
        size: (width, height) of the pictures; None means that of the media, or of the scene.
        bake: Render with its modifiers.
    """
    suffix = "exr" if _has_float(strip) else "png"
    pattern = f"frame_%06d.{suffix}"
    blend, order = staging.folder / "render.blend", staging.folder / "render.json"
    staging.expect(blend.name, order.name, *(pattern % number for _, number in numbers))
    in_scene = shows_scene(strip)
    alone, action = _copy(scene)
    try:
        if not in_scene:
            _take_scene_away(alone)
        _set_up(alone, size or media_size(strip, scene), suffix)
        _isolate(alone, strip.name, bake=bake)
        bpy.data.libraries.write(str(blend), {alone}, path_remap="ABSOLUTE")
        frames = [[frame, str(staging.folder / (pattern % number))] for frame, number in numbers]
        content = {
            "blend": str(blend),
            "scene": alone.name,
            "scripts": not bpy.app.autoexec_fail,
            "frames": frames,
        }
    finally:
        bpy.data.scenes.remove(alone)
        if action is not None:
            bpy.data.actions.remove(action)
    order.write_text(json.dumps(content), encoding="utf-8")
    return Render(_command(order, users=in_scene), pattern)


def media_size(strip: Any, scene: Any) -> tuple[int, int]:
    """Return the size of a strip's pictures: (width, height)."""
    element = strip.elements[0] if strip.type in ("MOVIE", "IMAGE") else None
    if element is not None:
        if element.orig_width and element.orig_height:
            return int(element.orig_width), int(element.orig_height)
        name = strip.filepath if strip.type == "MOVIE" else strip.directory + element.filename
        image = bpy.data.images.load(name)
        try:
            if all(image.size):
                return int(image.size[0]), int(image.size[1])
        finally:
            bpy.data.images.remove(image)
    scale = scene.render.resolution_percentage / 100
    return round(scene.render.resolution_x * scale), round(scene.render.resolution_y * scale)


def _copy(scene: Any) -> tuple[Any, Any]:
    """A copy of a scene with its own action: removing strips removes their keyframes too."""
    alone = scene.copy()
    data = alone.animation_data
    if data is None or data.action is None:
        return alone, None
    slot = getattr(data, "action_slot_handle", None)
    data.action = data.action.copy()
    if slot is not None:
        data.action_slot_handle = slot
    return alone, data.action


def _take_scene_away(scene: Any) -> None:
    """Take everything of 3D out of a copied scene, which may be large and is not shown."""
    for collection in list(scene.collection.children):
        scene.collection.children.unlink(collection)
    for one in list(scene.collection.objects):
        scene.collection.objects.unlink(one)
    for row in scene.bl_rna.properties:
        if row.type == "POINTER" and not row.is_readonly and row.identifier != "asset_data":
            setattr(scene, row.identifier, None)
    for name in list(scene.keys()):
        del scene[name]


def _command(order: Path, *, users: bool) -> list[str]:
    """How the second Blender is started.

    Args:
        order: What it has to do.
        users: With the user's add-ons and devices, which a 3D scene may need.
    """
    script = str(Path(__file__).with_name("prerender_script.py"))
    if not bpy.app.binary_path:  # Blender as a Python module
        return [sys.executable, "-P", script, str(order)]
    scripts = "--disable-autoexec" if bpy.app.autoexec_fail else "--enable-autoexec"
    before = ["--background", *(() if users else ("--factory-startup",)), scripts]
    after = ["--python-exit-code", "1", "--python", script, "--", str(order)]
    return [bpy.app.binary_path, *before, *after]


def _set_up(scene: Any, size: tuple[int, int], suffix: str) -> None:
    render = scene.render
    render.resolution_x, render.resolution_y = size
    render.resolution_percentage = 100
    render.use_sequencer, render.use_compositing = True, False
    render.use_border = render.use_multiview = False
    render.dither_intensity = 0.0
    for row in render.bl_rna.properties:  # or the same pictures would be other files each time
        if row.identifier.startswith("use_stamp"):
            setattr(render, row.identifier, False)
    settings = versions.image_settings(render, "OPEN_EXR" if suffix == "exr" else "PNG")
    settings.color_mode = "RGBA"
    settings.color_depth = "16" if suffix == "exr" else "8"
    settings.color_management = "FOLLOW_SCENE"
    scene.display_settings.display_device = "sRGB"
    view = scene.view_settings
    view.view_transform, view.look = "Standard", "None"
    view.exposure, view.gamma, view.use_curve_mapping = 0.0, 1.0, False


def _isolate(scene: Any, name: str, *, bake: bool) -> None:
    """Leave one strip, neutral, with what it is made of and the metas that it lies in."""
    editor = scene.sequence_editor
    strip = versions.strips_all_of(editor)[name]
    needed = {one.name for one in walk(strip)}
    around = []
    owner = owner_of(strip, editor)
    while owner != editor:
        around.append(owner)
        owner = owner_of(owner, editor)
    kept = needed | {meta.name for meta in around}
    for other in list(versions.strips_of(editor)):
        if other.name not in kept:
            versions.strips_of(editor).remove(other)
    for other in versions.strips_all_of(editor):
        if other.name not in kept:
            other.mute = True
    for one in (strip, *around):
        _neutralise(one, keep_modifiers=bake and one == strip)
        _hold_still(scene, one.name)
    for channel in editor.channels:
        channel.mute = False


def _neutralise(strip: Any, *, keep_modifiers: bool) -> None:
    for name, value in _NEUTRAL.items():
        if hasattr(strip, name):
            setattr(strip, name, value)
    if hasattr(strip, "transform"):
        place = strip.transform
        place.scale_x = place.scale_y = 1.0
        place.offset_x = place.offset_y = place.rotation = 0.0
        place.origin = (0.5, 0.5)
    if hasattr(strip, "crop"):
        crop = strip.crop
        crop.min_x = crop.max_x = crop.min_y = crop.max_y = 0
    for modifier in () if keep_modifiers else list(strip.modifiers):
        strip.modifiers.remove(modifier)  # clear() crashes 5.0 where there are none


def _hold_still(scene: Any, name: str) -> None:
    """Take away the keyframes of what was made neutral."""
    for curve in own_curves(scene, name, PLACE):
        versions.fcurves(scene).remove(curve)


def _has_float(strip: Any) -> bool:
    return any(_is_float(one) for one in walk(strip))


def _is_float(strip: Any) -> bool:
    if strip.type == "SCENE" or getattr(strip, "use_float", False):
        return True
    names = [element.filename for element in strip.elements] if strip.type == "IMAGE" else []
    return any(name.lower().endswith(_FLOAT_FILES) for name in names)
