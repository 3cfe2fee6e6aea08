# SPDX-License-Identifier: Apache-2.0
"""The knobs of the node as Nuke's objects."""

from __future__ import annotations

from typing import Any

import nuke

from .knob_table import PREFIX, Row, groups
from .style_previews import picture

__all__ = ["add_knobs", "value_of"]


def add_knobs(group: Any) -> None:
    """Give a new Group the node's knobs, each with its tooltip and its default."""
    group.addKnob(nuke.Tab_Knob(f"{PREFIX}tab", "VST Stylize"))
    for title, rows in groups():
        name = f"{PREFIX}{title.lower().replace(' ', '_')}"
        if title:
            group.addKnob(nuke.Tab_Knob(f"{name}_group", title, nuke.TABBEGINCLOSEDGROUP))
        for row in rows:
            group.addKnob(_knob(row))
        if title:
            group.addKnob(nuke.Tab_Knob(f"{name}_end", title, nuke.TABENDGROUP))
    group[f"{PREFIX}style_preview"].setValue(picture(group[f"{PREFIX}style"].value()))


def value_of(node: Any, name: str) -> Any:
    """Return what one of the node's own knobs holds; paths with their expressions worked out."""
    knob = node[f"{PREFIX}{name}"]
    if isinstance(knob, nuke.File_Knob):
        return (knob.evaluate() or "").strip()
    return knob.value()


def _knob(row: Row) -> Any:
    if row.kind == "Enumeration_Knob":
        knob: Any = nuke.Enumeration_Knob(row.name, row.label, list(row.values))
    elif row.kind == "PyScript_Knob":
        knob = nuke.PyScript_Knob(row.name, row.label, row.script)
    else:
        knob = getattr(nuke, row.kind)(row.name, row.label)
    if row.limits:
        knob.setRange(*row.limits)
    if row.default is not None:
        knob.setValue(row.default)
    knob.setTooltip(row.tooltip)
    if row.hidden:
        knob.setFlag(nuke.INVISIBLE)
    if row.inline:
        knob.clearFlag(nuke.STARTLINE)
    elif row.kind in ("PyScript_Knob", "Boolean_Knob"):
        knob.setFlag(nuke.STARTLINE)
    return knob
