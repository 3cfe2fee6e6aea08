"""The values of a job that change over time, as part of what decides each frame."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from vst_core.job import KEEP, StyleCurve, StylizeJob
from vst_core.stylizers import Look

__all__ = ["ValuesOverTime", "look_at"]


@dataclass(frozen=True)
class ValuesOverTime:
    """What curves add: each frame's own values, to its own key.

    So a changed curve remakes just the frames whose values change, and those that depend on them.

    Attributes:
        job: The settings.
    """

    job: StylizeJob

    @property
    def key_parts(self) -> Mapping[str, str]:
        """What changes, in place of its values; of the style, the names without their folders."""
        parts = dict.fromkeys(self.job.animated, "over time")
        if "style" in parts:
            styles = (StyleCurve.parse(style).names for style in self.job.styles if style != KEEP)
            texts = (", ".join(Path(name).name for name in names) for names in styles)
            parts["style"] = "; ".join(texts) + " over time"
        return parts

    def files_of(self, frame: int) -> tuple[Path, ...]:
        """Return nothing."""
        del frame
        return ()

    def values_of(self, frame: int) -> Mapping[str, str]:
        """Return the values of a frame, as text."""
        values = self.job.values_at(frame)
        texts = {
            "style": " ".join(f"{share:.9g}" for share in values.shares),
            "strength": f"{values.strength:.9g}",
            "style_weight": f"{values.style_weight:.9g}",
        }
        return {name: texts[name] for name in self.job.animated}


def look_at(job: StylizeJob, frame: int) -> Look:
    """Return what changes over time of how a frame is painted."""
    values, animated = job.values_at(frame), job.animated
    return Look(
        shares=values.shares if "style" in animated else None,
        style_weight=values.style_weight if "style_weight" in animated else None,
    )
