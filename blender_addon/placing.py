# SPDX-License-Identifier: GPL-3.0-or-later
"""Putting the result where the strip was."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import bpy

from . import pairs, versions
from .keyframes import copy_keyframes
from .modifiers import copy_modifiers, copy_struct
from .strips import Source, StripError, owner_of, walk

__all__ = ["place_result"]

_LAST_CHANNEL = 128
_LOOK = ("blend_type", "blend_alpha", "color_multiply", "color_saturation", "multiply_alpha",
         "use_flip_x", "use_flip_y", "use_linear_modifiers", "color_tag")  # fmt: skip
_MEDIA = ("use_float", "alpha_mode")


def place_result(
    strip: Any, scene: Any, *, source: Source, first: int, files: Sequence[Path]
) -> list[str]:
    """Put finished frames where a strip was, in place of an earlier result, and mute the strip.

    Args:
        strip: The original.
        scene: Whose strip it is.
        source: What it was when it was read.
        first: The index of the media's picture that the first file was made from.
        files: The frames, one an index.

    Returns:
        What a person should know, a line each.

    Raises:
        StripError: There is no free channel.
    """
    editor = scene.sequence_editor
    owner = owner_of(strip, editor)
    left, right = source.timing.left, source.timing.right
    pairs.remove_result(strip, scene)
    channel = _free_channel(strip, owner, left, right)
    result = _new_strip(strip, owner, channel, files, start=source.timing.frame(first))
    versions.set_handles(result, left, right)
    _copy_look(strip, result, same_media=_same_media(source, files[0]), baked=source.baked)
    copy_keyframes(scene, strip.name, result.name)
    result.vst.role, result.vst.partner = pairs.RESULT, pairs.identify(strip, scene)
    strip.mute, result.mute = True, False
    return _remarks(strip, owner, channel, left, right)


def _new_strip(strip: Any, owner: Any, channel: int, files: Sequence[Path], *, start: int) -> Any:
    result = versions.strips_of(owner).new_image(
        name=f"{strip.name} Stylized",
        filepath=_path(files[0]),
        channel=channel,
        frame_start=start,
    )
    for path in files[1:]:
        result.elements.append(path.name)
    return result


def _path(path: Path) -> str:
    """Relative to the .blend where both lie on one disk, as artists move projects."""
    if not bpy.data.filepath:
        return str(path)
    try:
        return str(bpy.path.relpath(str(path)))
    except ValueError:
        return str(path)


def _free_channel(strip: Any, owner: Any, left: int, right: int) -> int:
    """The first channel above the strip that is free, unlocked and shown; else one below it."""
    taken = set()
    for other in versions.strips_of(owner):
        begin, end = versions.handles(other)
        if begin < right and left < end:
            taken.add(other.channel)
    above = range(strip.channel + 1, _LAST_CHANNEL + 1)
    channel: int
    for channel in [*above, *range(strip.channel - 1, 0, -1)]:
        if channel not in taken and versions.channel_free(owner, channel):
            return channel
    raise StripError("There is no free, unlocked channel for the result")


def _copy_look(strip: Any, result: Any, *, same_media: bool, baked: bool) -> None:
    for name in (*_LOOK, *(_MEDIA if same_media else ())):
        if hasattr(strip, name) and hasattr(result, name):
            setattr(result, name, getattr(strip, name))
    for name in ("transform", "crop"):
        if hasattr(strip, name):
            copy_struct(getattr(strip, name), getattr(result, name))
    if same_media and hasattr(strip, "colorspace_settings"):
        result.colorspace_settings.name = strip.colorspace_settings.name
    if not baked:
        copy_modifiers(strip, result)


def _same_media(source: Source, made: Path) -> bool:
    """Whether the result's numbers mean what the original's meant."""
    if source.kind == "files":
        return made.suffix.lower() == source.files[0].suffix.lower()
    return source.kind == "movie" and made.suffix.lower() in (".png", ".jpg", ".tif")


def _remarks(strip: Any, owner: Any, channel: int, left: int, right: int) -> list[str]:
    covered, used = [], []
    for other in versions.strips_of(owner):
        begin, end = versions.handles(other)
        between = min(strip.channel, channel) < other.channel < max(strip.channel, channel)
        if between and begin < right and left < end and not other.mute and other.type != "SOUND":
            covered.append(other.name)
        if other.type != "META" and any(one == strip for one in list(walk(other))[1:]):
            used.append(other.name)
    where = "above" if channel > strip.channel else "below"
    lines = [f"The result now lies {where} {', '.join(covered)}"] if covered else []
    return lines + [f"'{name}' still uses the original" for name in used]
