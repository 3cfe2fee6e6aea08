# SPDX-License-Identifier: Apache-2.0
"""What the node's knobs say, as the engine's settings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .hosts.curve_text import curve_text
from .hosts.job_file import Value
from .knob_table import OTHER, PREFIX, Row, parameter_of, rows
from .knobs import value_of

__all__ = ["given_settings"]


def given_settings(node: Any, frames: Sequence[int]) -> dict[str, Value]:
    """Return the settings that differ from the engine's defaults, by name.

    Args:
        node: The node.
        frames: Those that are painted; a number that is animated is told for each of them.
    """
    found: dict[str, Value] = {}
    for row in rows():
        if not row.parameter or row.name != f"{PREFIX}{row.parameter}":
            continue
        value = _value(node, row, frames)
        if value != parameter_of(row.parameter)["default"]:
            found[row.parameter] = value
    return found


def _value(node: Any, row: Row, frames: Sequence[int]) -> Value:
    knob = node[row.name]
    if row.animates and row.kind == "Double_Knob" and (knob.isAnimated() or knob.hasExpression()):
        return curve_text({frame: float(knob.getValueAt(frame)) for frame in frames})
    value = value_of(node, row.parameter)
    if row.kind == "Enumeration_Knob" and value == OTHER:
        return str(value_of(node, f"{row.parameter}_{OTHER}")).strip()
    if row.kind == "Double_Knob":
        return float(f"{value:.7g}")
    if row.kind == "Int_Knob":
        return int(value)
    return bool(value) if row.kind == "Boolean_Knob" else str(value).strip()
