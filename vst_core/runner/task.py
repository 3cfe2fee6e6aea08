"""One frame to make: its number, its files, where it is in its shot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from vst_core.stylizers import Look

__all__ = ["FrameTask"]


@dataclass(frozen=True, kw_only=True)
class FrameTask:
    """One frame to make.

    Attributes:
        frame: Its number.
        source: The file to read.
        output: The file to write.
        starts: It depends on no frame before it, whatever the pictures show.
        cut: It starts a shot, as the job says.
        masks: The files of its masks, in their order; see `MaskFiles.of`.
        others: Further files that it is made from, such as those of its motion.
        strength: How much of the stylized picture shows, 0 to 1.
        look: How it is to look, where that changes over time.
        second_output: The file of the second view, where that has one of its own.
        values: What besides files decides this frame alone, by name; see `FrameContributor`.
    """

    frame: int
    source: Path
    output: Path
    starts: bool
    cut: bool = False
    masks: tuple[Path, ...] = ()
    others: tuple[Path, ...] = ()
    strength: float = 1.0
    look: Look = field(default_factory=Look)
    second_output: Path | None = None
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def files(self) -> tuple[Path, ...]:
        """All that it is made from."""
        return (self.source, *self.masks, *self.others)

    @property
    def outputs(self) -> tuple[Path, ...]:
        """All that it becomes."""
        return (self.output,) if self.second_output is None else (self.output, self.second_output)
