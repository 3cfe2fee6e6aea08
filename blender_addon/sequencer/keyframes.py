# SPDX-License-Identifier: GPL-3.0-or-later
"""The keyframes of a strip, which Blender keeps with the scene, by the strip's name."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from .. import versions

__all__ = ["PLACE", "copy_keyframes", "own_curves", "remove_keyframes"]

PLACE = (
    "blend_alpha", "color_multiply", "color_saturation", "use_flip_x", "use_flip_y", "mute",
    "transform.", "crop.", "modifiers[",
)  # fmt: skip
"""Properties, or beginnings of them, that say where and how a strip's picture is shown."""


def own_curves(scene: Any, name: str, properties: Collection[str]) -> list[Any]:
    """Return the curves that animate such properties of the strip called `name`."""
    starts = tuple(f"{path}.{one}" for path in _paths(name) for one in properties)
    return [curve for curve in versions.fcurves(scene) if curve.data_path.startswith(starts)]


def copy_keyframes(scene: Any, name: str, other: str) -> int:
    """Give the strip called `other` the animation that `name` has in its place and look.

    Returns:
        How many curves were copied. Muting is not among them.
    """
    shown = [one for one in PLACE if one != "mute"]
    copied = 0
    for curve in own_curves(scene, name, shown):
        path = next(path for path in _paths(name) if curve.data_path.startswith(path))
        begin = path[: path.index("[")]
        target = f'{begin}["{_escaped(other)}"]{curve.data_path[len(path) :]}'
        if any(one.data_path == target and one.array_index == curve.array_index
               for one in versions.fcurves(scene)):  # fmt: skip
            continue
        _copy_points(curve, versions.fcurves(scene).new(target, index=curve.array_index))
        copied += 1
    return copied


def remove_keyframes(scene: Any, name: str) -> None:
    """Take away all animation of the strip called `name`, which is about to go."""
    for curve in own_curves(scene, name, ("",)):
        versions.fcurves(scene).remove(curve)


def _copy_points(curve: Any, target: Any) -> None:
    target.extrapolation = curve.extrapolation
    target.keyframe_points.add(len(curve.keyframe_points))
    for point, other in zip(curve.keyframe_points, target.keyframe_points, strict=True):
        other.co, other.interpolation, other.easing = point.co, point.interpolation, point.easing
        other.handle_left_type, other.handle_right_type = (
            point.handle_left_type, point.handle_right_type)  # fmt: skip
        other.handle_left, other.handle_right = point.handle_left, point.handle_right
        other.back, other.amplitude, other.period = point.back, point.amplitude, point.period
    target.update()


def _paths(name: str) -> list[str]:
    return [f'sequence_editor.{kind}["{_escaped(name)}"]'
            for kind in ("strips_all", "sequences_all")]  # fmt: skip


def _escaped(name: str) -> str:
    return name.replace("\\", "\\\\").replace('"', '\\"')
