# SPDX-License-Identifier: GPL-3.0-or-later
"""What the pictures of a rendered strip depend on, as a key: equal keys, equal pictures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import bpy

from .. import versions
from ..hosts.job_file import digest, file_state
from .keyframes import own_curves
from .strips import owner_of, walk

__all__ = ["render_key"]

_NOT_SEEN = frozenset({
    "rna_type", "name", "select", "select_left_handle", "select_right_handle", "lock",
    "show_retiming_keys", "color_tag", "channel", "proxy", "use_proxy", "is_active",
    "show_expanded", "mute",
})  # fmt: skip
_BY_NAME = frozenset({"VectorFont", "Sound"})


class _UnknownError(Exception):
    """It depends on something whose changes nobody tells, such as a 3D scene."""


def render_key(strip: Any, scene: Any, *, frames: Sequence[int], bake: bool) -> str:
    """Return a key that changes whenever the rendered pictures of a strip may change.

    Args:
        strip: The strip.
        scene: Whose strip it is.
        frames: The frames of the timeline that are rendered.
        bake: They are rendered with the strip's modifiers.

    Returns:
        Empty where nobody can tell: a scene, a mask or a movie clip is among what it shows.
    """
    parts = [*walk(strip), *_around(strip, scene)]
    render = scene.render
    try:
        content = [
            bpy.app.version_string,
            [render.fps, render.fps_base, render.resolution_x, render.resolution_y],
            scene.sequencer_colorspace_settings.name,
            [*frames],
            bake,
            [_told(one) for one in parts],
            [one.mute for one in walk(strip) if one != strip],
            [
                _curve(one)
                for part in parts
                for one in own_curves(scene, part.name, ("",))
                if "].vst_" not in one.data_path
            ],
            [file_state(path) for part in parts for path in _files(part)],
        ]
    except _UnknownError:
        return ""
    return digest(content)


def _around(strip: Any, scene: Any) -> Iterator[Any]:
    """The metas that a strip lies in."""
    editor = scene.sequence_editor
    owner = owner_of(strip, editor)
    while owner != editor:
        yield owner
        owner = owner_of(owner, editor)


def _told(struct: Any) -> dict[str, Any]:
    """All settings of a struct, structs within too, as plain values."""
    found: dict[str, Any] = {}
    for row in struct.bl_rna.properties:
        name = row.identifier
        if name in _NOT_SEEN or name.startswith("vst"):
            continue
        value = getattr(struct, name)
        if row.type == "COLLECTION":
            # A meta's strips are parts of their own.
            found[name] = [] if name in ("strips", "sequences") else [_told(one) for one in value]
        elif row.type == "POINTER":
            found[name] = _pointer(value)
        else:
            found[name] = _plain(value)
    return found


def _pointer(value: Any) -> Any:
    if value is None:
        return None
    if isinstance(value, bpy.types.ID):
        if value.bl_rna.identifier not in _BY_NAME:
            raise _UnknownError
        return [value.name, value.filepath]
    if isinstance(value, versions.strip_class()):
        return value.name  # an effect's input: a part of its own
    return _told(value)


def _plain(value: Any) -> Any:
    if isinstance(value, (str, bool, int, float)):
        return value
    if isinstance(value, set):
        return sorted(value)
    return [_plain(one) for one in value]


def _curve(curve: Any) -> list[Any]:
    points = [
        [_plain(getattr(point, name)) for name in ("co", "handle_left", "handle_right")]
        + [point.interpolation, point.easing]
        for point in curve.keyframe_points
    ]
    return [curve.data_path, curve.array_index, curve.extrapolation, curve.mute, points]


def _files(strip: Any) -> list[Path]:
    library = strip.id_data.library
    if strip.type == "MOVIE":
        return [Path(bpy.path.abspath(strip.filepath, library=library))]
    if strip.type == "IMAGE":
        folder = Path(bpy.path.abspath(strip.directory, library=library))
        return [folder / element.filename for element in strip.elements]
    return []
