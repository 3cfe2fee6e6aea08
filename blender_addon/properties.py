# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings of a strip, kept in the .blend: the engine's parameters, and a few of our own."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import bpy
from bpy.props import (
    BoolProperty,
    EnumProperty,
    FloatProperty,
    IntProperty,
    PointerProperty,
    StringProperty,
)

from . import second_style, style_icons, versions
from .hosts import engine_facts, parameter_table
from .hosts.curve_text import curve_text
from .hosts.file_names import title_case
from .sequencer.keyframes import own_curves

if TYPE_CHECKING:
    from .hosts.job_file import Value

__all__ = [
    "apply_settings", "given_settings", "holder", "kept_settings", "keyed_settings", "register",
    "unregister",
]  # fmt: skip

_NO_LIMIT = 2**31 - 1
_ANIMATED = {
    name: row
    for name, row in parameter_table.parameters().items()
    if row["animates"] and row["type"] == "double"
}
"""Numbers that may change along a strip."""

_SUBTYPES = {"file": "FILE_PATH", "folder": "DIR_PATH", "": "NONE"}


def holder(owner: Any, name: str) -> tuple[Any, str]:
    """Return what holds a parameter of a strip or of a scene, and by what name.

    One that changes over time is a property of the strip itself: Blender keeps no keyframes for
    those within a group.
    """
    animated = name in _ANIMATED
    return (owner, f"vst_{name}") if animated else (owner.vst, name)


def given_settings(owner: Any) -> dict[str, Value]:
    """Return the parameters of a strip or scene that differ from the engine's defaults, by name.

    Only those are told to the engine, so an older or newer one is asked for nothing that it
    does not know unless the user wants it.
    """
    found: dict[str, Value] = {}
    for name, row in parameter_table.parameters().items():
        if name in parameter_table.HOST - {"style"}:
            continue
        value = _value(getattr(*holder(owner, name)), row)
        if value != row["default"]:
            found[name] = value
    return found


def keyed_settings(owner: Any, scene: Any, frames: Mapping[int, int]) -> dict[str, Value]:
    """Return the parameters that have keyframes, as curves for the engine.

    Args:
        owner: A strip or a scene.
        scene: Whose animation it is.
        frames: Of the engine's frames: number -> frame of the timeline.
    """
    found: dict[str, Value] = {}
    if owner == scene:
        curves = [one for one in versions.fcurves(scene) if one.data_path.startswith("vst_")]
    else:
        curves = own_curves(scene, owner.name, ("vst_",))
    for curve in curves:
        name = curve.data_path.rpartition("vst_")[2]
        if name in _ANIMATED and not curve.mute:
            values = {number: float(curve.evaluate(frame)) for number, frame in frames.items()}
            found[name] = curve_text(values)
    return found


def apply_settings(owner: Any, values: Mapping[str, Any]) -> None:
    """Set every parameter: to what `values` says, else to its default.

    Values that are not understood (of another version) are passed over.
    """
    for name, row in parameter_table.parameters().items():
        if name in parameter_table.HOST - {"style"}:
            continue
        for value in (row["default"], values.get(name, row["default"])):
            try:
                setattr(*holder(owner, name), value)
            except (TypeError, ValueError):
                continue
    setattr(owner.vst, second_style.SECOND, str(values.get(second_style.SECOND, "")))


def kept_settings(owner: Any) -> dict[str, Value]:
    """Return what presets and copies keep: the style, the second one, and what differs."""
    kept = {"style": owner.vst.style, **given_settings(owner)}
    second = getattr(owner.vst, second_style.SECOND)
    return {**kept, second_style.SECOND: second} if second else kept


def register() -> None:
    """Give every strip its settings, and every scene those of its render."""
    bpy.utils.register_class(StripSettings)
    for kind in (versions.strip_class(), bpy.types.Scene):
        kind.vst = PointerProperty(type=StripSettings)
        for name, row in _ANIMATED.items():
            setattr(kind, f"vst_{name}", _property(name, row))
        setattr(kind, second_style.CROSSING, _CROSSING)


def unregister() -> None:
    """Take them away again."""
    for kind in (versions.strip_class(), bpy.types.Scene):
        for name in _ANIMATED:
            delattr(kind, f"vst_{name}")
        delattr(kind, second_style.CROSSING)
        del kind.vst
    bpy.utils.unregister_class(StripSettings)


def _value(value: Any, row: Mapping[str, Any]) -> Value:
    if row["type"] == "double":
        return float(f"{value:.7g}")  # Blender keeps 32 bits: 0.6 would be 0.60000002384
    return value  # type: ignore[no-any-return]


def _property(name: str, row: Mapping[str, Any]) -> Any:
    words = {"name": title_case(row["label"]), "description": row["hint"].rstrip(".")}
    if row["type"] == "boolean":
        return BoolProperty(**words, default=row["default"])
    if row["type"] == "choice":
        return EnumProperty(**words, items=_items(row), default=row["default"])
    if row["type"] == "string":
        search = {}
        if row["choices"]:
            search = {"search": _searcher(name), "search_options": {"SUGGESTION"}}
        return StringProperty(
            **words, default=row["default"], subtype=_SUBTYPES[row["path"]], **search
        )
    limits = {
        key: row[field]
        for key, field in (
            ("min", "minimum"), ("max", "maximum"),
            ("soft_min", "display_minimum"), ("soft_max", "display_maximum"),
        )
        if row[field] is not None
    }  # fmt: skip
    if row["type"] == "integer":
        whole = {key: max(min(int(value), _NO_LIMIT), -_NO_LIMIT) for key, value in limits.items()}
        return IntProperty(**words, default=row["default"], **whole)
    return FloatProperty(**words, default=row["default"], **limits)


def _items(row: Mapping[str, Any]) -> list[tuple[str, str, str, int]]:
    """Choices with numbers of their own: a .blend keeps the number, and choices may be added."""
    return [
        (
            choice["value"],
            title_case(choice["label"]),
            choice["hint"].rstrip("."),
            zlib.crc32(choice["value"].encode()) >> 1,
        )
        for choice in row["choices"]
    ]


def _searcher(name: str) -> Any:
    def search(settings: Any, context: Any, text: str) -> list[tuple[str, str]]:
        del settings, context, text
        return parameter_table.suggestions(name, engine_facts.current().description)

    return search


def _style_picked(settings: Any) -> int:
    return style_icons.number_of(settings.style)


def _pick_style(settings: Any, number: int) -> None:
    if name := style_icons.style_numbered(number):
        settings.style = name


_CROSSING = FloatProperty(
    name="Cross Over",
    description="How much of the second style there is: 0 is none. With two keyframes one style "
    "crosses over into the other",
    default=0.0,
    min=0.0,
    max=1.0,
    subtype="FACTOR",
)
_OWN = {
    second_style.SECOND: StringProperty(
        name="Second Style",
        description="Another style that this one crosses over into: a name, or any picture. Empty "
        "means none",
    ),
    "style_picture": EnumProperty(
        name="Style",
        description="The painting whose strokes the strip takes on",
        items=lambda settings, context: style_icons.items(settings.style),
        get=_style_picked,
        set=_pick_style,
    ),
    "mask_strip": StringProperty(
        name="Mask Strip",
        description="A strip that is white where the style goes. Empty means everywhere",
    ),
    "object_mask": StringProperty(
        name="Objects",
        description="Where the style goes, by names from the mattes (Cryptomatte) of the strip's "
        "EXR files: crypto:Hero,Sword*. Empty means everywhere",
    ),
    "handle_frames": IntProperty(
        name="Handles",
        description="How many frames more to make at either end, for trimming later",
        default=0,
        min=0,
        soft_max=50,
    ),
    "in_batch": BoolProperty(
        name="In Stylize All",
        description="Stylize All and the farm take the strips that are marked so; where none "
        "is, they take every movie and image strip that is shown",
    ),
    "role": StringProperty(options={"HIDDEN"}),
    "uid": StringProperty(options={"HIDDEN"}),
    "uid_given_to": StringProperty(options={"HIDDEN"}),
    "partner": StringProperty(options={"HIDDEN"}),
    "placed": StringProperty(options={"HIDDEN"}),
}


class StripSettings(bpy.types.PropertyGroup):
    """How a strip is stylized."""


StripSettings.__annotations__ = {
    name: _property(name, row)
    for name, row in parameter_table.parameters().items()
    if name not in parameter_table.HOST - {"style"} and name not in _ANIMATED
} | _OWN
