# SPDX-License-Identifier: GPL-3.0-or-later
"""A second style that a strip crosses over into, by a value that has keyframes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import versions
from .hosts.job_file import Value
from .hosts.style_text import crossed_styles
from .sequencer.keyframes import own_curves

__all__ = ["CROSSING", "SECOND", "crossed"]

SECOND, CROSSING = "style_second", "vst_style_crossing"
"""The settings: which style, and how much of it."""


def crossed(
    owner: Any, scene: Any, frames: Mapping[int, int], *, first: str, second: str
) -> dict[str, Value]:
    """Return the style that goes from the first to the second as the value does.

    Args:
        owner: A strip or a scene.
        scene: Whose animation it is.
        frames: Of the engine's frames: number -> frame of the timeline.
        first: The style, as the engine reads it.
        second: Likewise; empty where there is none, and then nothing is returned.
    """
    if not second.strip():
        return {}
    curve = _curve(owner, scene)
    fixed = float(getattr(owner, CROSSING))
    shares = {
        number: fixed if curve is None else float(curve.evaluate(frame))
        for number, frame in frames.items()
    }
    return {"style": crossed_styles(first, second, shares)}


def _curve(owner: Any, scene: Any) -> Any:
    if owner == scene:
        found = [one for one in versions.fcurves(scene) if one.data_path == CROSSING]
    else:
        found = own_curves(scene, owner.name, (CROSSING,))
    return next((one for one in found if not one.mute), None)
