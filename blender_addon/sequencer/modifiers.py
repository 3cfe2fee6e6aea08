# SPDX-License-Identifier: GPL-3.0-or-later
"""Copying what a strip looks like to another strip: settings, and modifiers made anew."""

from __future__ import annotations

from typing import Any

__all__ = ["can_be_copied", "copy_modifiers", "copy_struct"]

_IDENTITY = frozenset({"rna_type", "name", "type", "is_active"})
_CAN_BE_MADE = frozenset({
    "BRIGHT_CONTRAST", "COLOR_BALANCE", "CURVES", "HUE_CORRECT", "TONEMAP", "WHITE_BALANCE",
})  # fmt: skip


def can_be_copied(strip: Any) -> bool:
    """Return whether every modifier of a strip can be made anew on another, masks included."""
    return all(modifier.type in _CAN_BE_MADE for modifier in strip.modifiers)


def copy_modifiers(source: Any, target: Any) -> None:
    """Make the modifiers of one strip anew on another, in their order."""
    for modifier in source.modifiers:
        copy_struct(modifier, target.modifiers.new(modifier.name, modifier.type))


def copy_struct(source: Any, target: Any) -> None:
    """Set everything in `target` that can be set to what `source` has, structs within too."""
    for row in source.bl_rna.properties:
        name = row.identifier
        if name in _IDENTITY or row.type == "COLLECTION":
            continue
        value = getattr(source, name)
        if not row.is_readonly:
            setattr(target, name, value)
        elif row.type == "POINTER" and value is not None:
            _copy_inside(value, getattr(target, name))


def _copy_inside(source: Any, target: Any) -> None:
    if source.bl_rna.identifier != "CurveMapping":
        copy_struct(source, target)
        return
    copy_struct(source, target)
    for curve, other in zip(source.curves, target.curves, strict=True):
        _copy_points(curve.points, other.points)
    target.update()


def _copy_points(source: Any, target: Any) -> None:
    while len(target) > len(source):
        target.remove(target[len(target) - 2])
    while len(target) < len(source):
        target.new(0.5, 0.5)
    for point, other in zip(source, target, strict=True):
        other.location, other.handle_type = point.location, point.handle_type
