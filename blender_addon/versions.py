# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that has another name in another Blender: 4.2 to 5.x. No other module asks.

Names are looked for, versions hardly ever compared; and never ``a or b``, because an empty
collection is false.
"""

from __future__ import annotations

from typing import Any

import bpy

from .sequencer.timing import Timing

__all__ = [
    "STRIP_TAB",
    "TURNS_MOVIES",
    "add_on_operators",
    "busy_with",
    "channel_free",
    "fcurves",
    "handles",
    "image_settings",
    "is_retimed",
    "metas_open",
    "refresh",
    "retiming",
    "scene_of",
    "set_handles",
    "set_start",
    "start_of",
    "strip_class",
    "strips_all_of",
    "strips_of",
    "timing_of",
    "trims",
]

STRIP_TAB = bpy.app.version >= (5, 0, 0)
"""Strips' properties show in the Properties editor, not in the sidebar."""

TURNS_MOVIES = bpy.app.version >= (4, 4, 0)
"""Movies are turned as their headers say; older ones show them as they are stored."""


def strip_class() -> Any:
    """Return the class of all strips, which carries the settings."""
    return bpy.types.Strip if hasattr(bpy.types, "Strip") else bpy.types.Sequence


def strips_of(owner: Any) -> Any:
    """Return the strips directly in a sequence editor or in a meta strip."""
    return owner.strips if hasattr(owner, "strips") else owner.sequences


def strips_all_of(editor: Any) -> Any:
    """Return all strips of a sequence editor, those within metas too."""
    return editor.strips_all if hasattr(editor, "strips_all") else editor.sequences_all


def scene_of(context: Any) -> Any:
    """Return the scene whose strips the sequencer shows; None where there is none."""
    return context.sequencer_scene if hasattr(context, "sequencer_scene") else context.scene


def metas_open(editor: Any) -> bool:
    """Return whether the user has stepped into a meta strip."""
    return len(editor.meta_stack) > 0


def handles(strip: Any) -> tuple[int, int]:
    """Return the first visible frame of the timeline, and the first one that is not any more."""
    if hasattr(strip, "left_handle"):
        return int(strip.left_handle), int(strip.right_handle)
    return int(strip.frame_final_start), int(strip.frame_final_end)


def set_handles(strip: Any, left: int, right: int) -> None:
    """Make a strip visible from `left` up to and without `right`; its content stays in place."""
    if hasattr(strip, "left_handle"):
        strip.left_handle, strip.right_handle = left, right
    else:
        strip.frame_final_start, strip.frame_final_end = left, right


def start_of(strip: Any) -> float:
    """Return the frame of the timeline at which a strip's content begins."""
    return float(strip.content_start if hasattr(strip, "content_start") else strip.frame_start)


def set_start(strip: Any, frame: int) -> None:
    """Move a strip's content to begin at a frame of the timeline; its handles move along."""
    if hasattr(strip, "content_start"):
        strip.content_start = frame
    else:
        strip.frame_start = frame


def trims(strip: Any) -> int:
    """Return how many pictures of its media a strip has taken away at both ends."""
    names = ("animation_offset_start", "animation_offset_end")
    if hasattr(strip, "content_trim_start"):
        names = ("content_trim_start", "content_trim_end")
    return int(sum(getattr(strip, name, 0) for name in names))


def retiming(strip: Any) -> Any:
    """Return the retiming keys of a strip; empty where this Blender tells of none."""
    return strip.retiming_keys if hasattr(strip, "retiming_keys") else ()


def refresh(strip: Any) -> None:
    """Let Blender read a strip's files anew."""
    if hasattr(strip, "invalidate_cache"):
        strip.invalidate_cache("RAW")


def busy_with(*, apart_from: frozenset[str] = frozenset()) -> str:
    """Return what Blender is at, while strips must be neither added nor changed; empty if idle.

    A strip that is being dragged is held by its operator: Blender crashes where it goes.

    Args:
        apart_from: Operators that need not be waited for, by their names.
    """
    if bpy.app.is_job_running("RENDER"):
        return "Render"
    found = (one for one in _running() if one.bl_idname not in apart_from)
    return next((str(one.name) for one in found), "")


def add_on_operators() -> frozenset[str]:
    """Return the operators written in Python that run in any window, by their names."""
    known = bpy.types.Operator.bl_rna_get_subclass_py
    return frozenset(one.bl_idname for one in _running() if known(one.bl_idname) is not None)


def _running() -> list[Any]:
    windows = bpy.context.window_manager.windows if bpy.context.window_manager else ()
    return [one for window in windows for one in getattr(window, "modal_operators", ())]


def timing_of(strip: Any) -> Timing:
    """Return the timing of a strip that is not retimed."""
    left, right = handles(strip)
    if hasattr(strip, "content_start"):
        start, count = strip.content_start, strip.content_duration
    else:
        start, count = strip.frame_start, strip.frame_duration
    if hasattr(strip, "content_trim_start"):
        trim = strip.content_trim_start
    else:
        trim = getattr(strip, "animation_offset_start", 0)
    return Timing(round(start), max(int(count), 1), int(trim), left, right)


def is_retimed(strip: Any) -> bool:
    """Return whether a strip plays its media at a speed of its own."""
    if hasattr(strip, "retiming_keys"):
        return len(strip.retiming_keys) > 0
    # 4.2 has no such list for images, but then the right handle is not where the media end.
    timing = timing_of(strip)
    return bool(timing.right != timing.start + timing.count - round(strip.frame_offset_end))


def channel_free(editor: Any, channel: int) -> bool:
    """Return whether a channel is neither locked nor muted."""
    channels = editor.channels
    if not 0 <= channel < len(channels):
        return False
    return not (channels[channel].lock or channels[channel].mute)


def image_settings(render: Any, file_format: str, media: str = "IMAGE") -> Any:
    """Set the format of rendered pictures, and return the settings for what comes with it.

    Args:
        render: The scene's render settings.
        file_format: As Blender calls it.
        media: The media that it belongs to, where Blender asks for that first.
    """
    settings = render.image_settings
    if hasattr(settings, "media_type"):
        settings.media_type = media
    settings.file_format = file_format
    return settings


def fcurves(scene: Any) -> Any:
    """Return the animation curves of a scene's properties; empty where there are none."""
    data = scene.animation_data
    action = data.action if data else None
    if action is None:
        return ()
    if hasattr(action, "fcurves"):
        return action.fcurves
    for layer in action.layers:
        for strip in layer.strips:
            bag = strip.channelbag(data.action_slot)
            if bag is not None:
                return bag.fcurves
    return ()
