# SPDX-License-Identifier: Apache-2.0
"""Which knobs the node has: its own, and those that the parameter table asks for.

This knows nothing of Nuke, so that the table in the manual is made from it too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .hosts import parameter_table
from .hosts.file_names import title_case
from .style_previews import styles

__all__ = ["OTHER", "PREFIX", "Row", "groups", "parameter_of", "rows"]

PREFIX = "vst_"
OTHER = "other"
"""The entry of a pulldown whose value is written in the text knob behind it."""

_NUKES = parameter_table.HOST | {
    "missing", "state_in", "state_out", "warm_up", "layer", "keep_layers", "format", "depth",
    "overwrite",
}  # fmt: skip
"""Parameters that the node decides by itself: Nuke hands the frames over and takes them back."""

_KINDS = {"boolean": "Boolean_Knob", "integer": "Int_Knob", "double": "Double_Knob"}
_PATHS = {"file": "File_Knob", "folder": "File_Knob", "": "String_Knob"}


@dataclass(frozen=True)
class Row:
    """One knob.

    Attributes:
        name: In the script.
        kind: Nuke's class of the knob.
        label: For people.
        tooltip: What it does, in whole sentences.
        default: Its value at first.
        values: The entries of a pulldown.
        limits: The lowest and highest value of its slider; empty for none.
        script: Python of a button.
        hidden: It is no widget.
        inline: It stands behind the knob before it.
        parameter: The engine's parameter behind it; empty for the node's own.
    """

    name: str
    kind: str
    label: str
    tooltip: str
    default: Any = None
    values: tuple[str, ...] = ()
    limits: tuple[float, ...] = ()
    script: str = ""
    hidden: bool = False
    inline: bool = False
    parameter: str = ""
    animates: bool = field(default=False)


def _button(name: str, label: str, action: str, tooltip: str, *, inline: bool = True) -> Row:
    script = f"from vst_nuke import stylize\nstylize.{action}(nuke.thisNode())"
    return Row(f"{PREFIX}{name}", "PyScript_Knob", label, tooltip, script=script, inline=inline)


_FRONT = (
    Row(f"{PREFIX}first", "Int_Knob", "Frame range",
        "The first frame to paint.", 1),
    Row(f"{PREFIX}last", "Int_Knob", "to",
        "The last frame to paint.", 1, inline=True),
    _button("reset_range", "Reset", "reset_range",
            "Take the frame range of the input."),
    _button("run", "Stylize", "stylize_here",
            "Render the input's frames that are new, paint them, and show the result in this "
            "node. What is there already is kept. Cancel stops after the frame at hand.",
            inline=False),
    _button("clear", "Remove results", "clear",
            "Remove the files that nodes of this kind have made for this script, and nothing else. "
            "The node shows its input then."),
    Row(f"{PREFIX}status", "String_Knob", "Status",
        "What the last run came to. It is shown below the node's name too.", ""),
)  # fmt: skip

_FILES = (
    Row(f"{PREFIX}results", "File_Knob", "Results folder",
        "Where rendered input and results go. Farm machines have to see it. Empty means a folder "
        "'vst' beside the script.", ""),
    Row(f"{PREFIX}engine", "File_Knob", "Engine",
        "The program vst-seq, or the folder that it is in. Empty means $VST_SEQ, or else the one "
        "on PATH.", ""),
    Row(f"{PREFIX}check", "Boolean_Knob", "Refuse old paint",
        "A Write below this node stops with a message where the input or the settings have "
        "changed since the node was painted.", True),
)  # fmt: skip

_HIDDEN = (
    Row(f"{PREFIX}node", "String_Knob", "Version of the node", "Marks the node as ours.", "1",
        hidden=True),
    Row(f"{PREFIX}painted", "String_Knob", "Painted", "What the result was made of.", "",
        hidden=True),
)  # fmt: skip


def rows() -> tuple[Row, ...]:
    """Return every knob, in the panel's order."""
    return tuple(row for _, members in groups() for row in members)


def groups() -> list[tuple[str, list[Row]]]:
    """Return the knobs by the panel's groups; the first group, in front, has no name."""
    front = ("strength", *parameter_table.FRONT)
    found = [("", [*_FRONT, *_style(), *(row for name in front for row in _rows_of(name))])]
    for group, names in parameter_table.groups():
        members = [row for name in names if name not in _NUKES for row in _rows_of(name)]
        if members:
            found.append((title_case(group["label"]), members))
    found.append(("Files and engine", list(_FILES)))
    found[0][1].extend(_HIDDEN)
    return found


def parameter_of(name: str) -> dict[str, Any]:
    """Return the parameter table's row of a parameter."""
    return parameter_table.parameters()[name]


def _style() -> Iterator[Row]:
    row = parameter_of("style")
    words = {"parameter": "style", "tooltip": row["hint"]}
    values = (*styles(), OTHER) if styles() else (str(row["default"]), OTHER)
    label = title_case(row["label"])
    yield Row(f"{PREFIX}style", "Enumeration_Knob", label, default=row["default"],
              values=values, **words)  # fmt: skip
    yield Row(f"{PREFIX}style_preview", "Text_Knob", "", "The style that is chosen.", "")
    words["tooltip"] = _behind(words["tooltip"])
    yield Row(f"{PREFIX}style_{OTHER}", "File_Knob", "Other style", default="", **words)


def _behind(hint: str) -> str:
    return f"Written here, it counts in place of the pulldown's entry. {hint}"


def _rows_of(name: str) -> Iterator[Row]:
    """A parameter's knob, and a text behind it where it may be what its pulldown does not have."""
    row = parameter_of(name)
    label = title_case(row["label"])
    words = {"parameter": name, "tooltip": row["hint"], "animates": row["animates"]}
    plain = [str(one["value"]) for one in row["choices"] if "<" not in str(one["value"])]
    knob, default = f"{PREFIX}{name}", row["default"]
    if row["type"] == "choice":
        yield Row(knob, "Enumeration_Knob", label, default=default, values=tuple(plain), **words)
    elif row["type"] == "string" and plain and default in plain:
        yield Row(knob, "Enumeration_Knob", label, default=default, values=(*plain, OTHER), **words)
        words["tooltip"] = _behind(row["hint"])
        yield Row(f"{knob}_{OTHER}", "String_Knob", f"Other: {label}", default="", **words)
    elif row["type"] == "string":
        yield Row(knob, _PATHS[row["path"]], label, default=default, **words)
    else:
        limits = (row["display_minimum"], row["display_maximum"])
        known = limits if None not in limits and row["type"] != "boolean" else ()
        yield Row(knob, _KINDS[row["type"]], label, default=default, limits=known, **words)
