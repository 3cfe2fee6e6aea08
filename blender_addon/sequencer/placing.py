# SPDX-License-Identifier: GPL-3.0-or-later
"""Putting the result where the strip was, or into the result that is there already."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import bpy

from .. import versions
from . import pairs
from .connections import connect_sound
from .keyframes import copy_keyframes
from .modifiers import copy_modifiers, copy_struct
from .strips import Source, StripError, owner_of, walk

__all__ = ["losses", "place_result"]

_LAST_CHANNEL = 128
_LOOK = ("blend_type", "blend_alpha", "color_multiply", "color_saturation", "multiply_alpha",
         "use_flip_x", "use_flip_y", "use_linear_modifiers", "color_tag")  # fmt: skip
_MEDIA = ("use_float", "alpha_mode")


def place_result(
    strip: Any, scene: Any, *, source: Source, first: int, files: Sequence[Path]
) -> list[str]:
    """Put finished frames where a strip is, and mute the strip.

    Where it has a result already, only the pictures in that one change: what the user has done
    to it (cuts, effects, scale, keyframes) stays, and it follows the strip if that has moved.

    Args:
        strip: The original.
        scene: Whose strip it is.
        source: What it is now.
        first: The index of the media's picture that the first file was made from.
        files: The frames, one an index.

    Returns:
        What a person should know, a line each.

    Raises:
        StripError: There is no free channel.
    """
    timing = source.timing
    lines = _not_made(source, first, len(files))
    if pieces := [one for one in pairs.results_of(strip, scene) if one.type == "IMAGE"]:
        for piece in pieces:
            lines += _renew(piece, scene, source=source, first=first, files=files)
    else:
        pieces = [_place_new(strip, scene, source=source, first=first, files=files)]
        lines += _remarks(strip, scene, pieces[0])
        connect_sound(strip, pieces[0], scene)
    for piece in pieces:
        start = timing.frame(0)
        piece.vst.placed = json.dumps([start, timing.left, timing.right, timing.frame(first)])
        piece.mute = False
    strip.mute = True
    failed = pairs.hand_effects(scene, [strip], pieces)
    lines += [f"'{name}' still uses the original" for name in failed]
    for piece in pieces:
        lines += _lift_effects(piece, scene)
    return lines


def losses(strip: Any, scene: Any) -> list[str]:
    """Return what a new result cannot keep of the one that is there, a line each."""
    return [
        f"'{piece.name}' was retimed: its speed may not fit the new frames"
        for piece in pairs.results_of(strip, scene)
        if piece.type == "IMAGE" and versions.is_retimed(piece)
    ]


def _place_new(strip: Any, scene: Any, *, source: Source, first: int, files: Sequence[Path]) -> Any:
    owner = owner_of(strip, scene.sequence_editor)
    left, right = source.timing.left, source.timing.right
    result = versions.strips_of(owner).new_image(
        name=f"{strip.name} Stylized",
        filepath=_path(files[0]),
        channel=_free_channel(strip, owner, left, right),
        frame_start=source.timing.frame(first),
    )
    _fill(result, files)
    versions.set_handles(result, left, right)
    _copy_look(strip, result, same_media=_same_media(source, files[0]), baked=source.baked)
    copy_keyframes(scene, strip.name, result.name)
    result.vst.role, result.vst.partner = pairs.RESULT, pairs.identify(strip)
    return result


def _renew(
    piece: Any, scene: Any, *, source: Source, first: int, files: Sequence[Path]
) -> list[str]:
    """Put other pictures into a strip of a result that is there."""
    left, right, content = _follow(piece, source, first)
    retimed, same = versions.is_retimed(piece), len(piece.elements) == len(files)
    _fill(piece, files)
    versions.refresh(piece)
    if retimed:
        return [] if same else [f"'{piece.name}' was retimed: look whether its speed still fits"]
    versions.set_start(piece, content)
    versions.set_handles(piece, left, max(right, left + 1))
    owner = owner_of(piece, scene.sequence_editor)
    if piece.channel in _taken(owner, left, right, apart_from=piece):
        piece.channel = _free_channel(piece, owner, left, right)
    return []


def _follow(piece: Any, source: Source, first: int) -> tuple[int, int, int]:
    """Return the handles that a strip of a result gets, and where its pictures begin.

    It follows its original: from where that was when the result was placed to where it is now.
    One that the user has moved along, or elsewhere, stays where it is; cuts stay relative to it.
    """
    timing = source.timing
    begin, end = versions.handles(piece)
    try:
        start, left, right, content = json.loads(piece.vst.placed)
    except ValueError:
        return begin, end, timing.frame(first)
    moved = round(versions.start_of(piece)) - content
    follow = timing.frame(0) - start
    if moved not in (0, follow):  # elsewhere: only the first picture may be another one
        return begin, end, timing.frame(first) + moved - follow
    shift = follow - moved
    new_left = timing.left if begin - moved == left else begin + shift
    new_right = timing.right if end - moved == right else end + shift
    return new_left, new_right, timing.frame(first)


def _lift_effects(strip: Any, scene: Any) -> list[str]:
    """Put the effects on a strip above it: one that lies below does not take its place."""
    lines = []
    for effect, _ in pairs.effects_on(strip, scene):
        if effect.channel > strip.channel:
            continue
        owner = owner_of(effect, scene.sequence_editor)
        taken = _taken(owner, *versions.handles(effect))
        above = range(strip.channel + 1, _LAST_CHANNEL + 1)
        free = (one for one in above if one not in taken and versions.channel_free(owner, one))
        channel = next(free, None)
        if channel is None:
            lines.append(f"There is no free channel above the result for '{effect.name}'")
            continue
        effect.channel = channel
        lines += [f"'{effect.name}' now lies in channel {channel}", *_lift_effects(effect, scene)]
    return lines


def _fill(strip: Any, files: Sequence[Path]) -> None:
    """Let an image strip show other files, in as many pictures."""
    folder, names = Path(_path(files[0])).parent, [path.name for path in files]
    strip.directory = f"{folder}/"
    while len(strip.elements) > len(names):
        strip.elements.pop(index=-1)
    for element, name in zip(strip.elements, names, strict=False):
        element.filename = name
    for name in names[len(strip.elements) :]:
        strip.elements.append(name)


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
    taken = _taken(owner, left, right)
    above = range(strip.channel + 1, _LAST_CHANNEL + 1)
    channel: int
    for channel in [*above, *range(strip.channel - 1, 0, -1)]:
        if channel not in taken and versions.channel_free(owner, channel):
            return channel
    raise StripError("There is no free, unlocked channel for the result")


def _taken(owner: Any, left: int, right: int, *, apart_from: Any = None) -> set[int]:
    """The channels in which something lies between two frames."""
    return {
        int(other.channel)
        for other in versions.strips_of(owner)
        if other != apart_from
        and versions.handles(other)[0] < right
        and left < versions.handles(other)[1]
    }


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


def _not_made(source: Source, first: int, count: int) -> list[str]:
    """Say so where the strip shows more by now than was made."""
    needed = source.timing.needed()
    made = range(first, first + count)
    lacking = len([index for index in needed if index not in made])
    if not lacking:
        return []
    return [f"It shows {lacking} frames by now that were not made: press Stylize again"]


def _remarks(strip: Any, scene: Any, result: Any) -> list[str]:
    owner = owner_of(strip, scene.sequence_editor)
    left, right = versions.handles(result)
    low, high = sorted((strip.channel, result.channel))
    inside = {one.name for one in list(walk(strip))[1:]}
    effects = {one.name for one, _ in pairs.effects_on(strip, scene)}
    covered = [
        other.name
        for other in versions.strips_of(owner)
        if low < other.channel < high
        and versions.handles(other)[0] < right
        and left < versions.handles(other)[1]
        and not other.mute
        and other.type != "SOUND"
        and other.name not in inside | effects
    ]
    where = "above" if result.channel > strip.channel else "below"
    return [f"The result now lies {where} {', '.join(covered)}"] if covered else []
