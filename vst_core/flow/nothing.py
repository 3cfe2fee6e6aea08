"""No flow: every frame is stylized without the one before."""

from __future__ import annotations

from torch import Tensor

from vst_core.flow.source import FlowSettings

__all__ = ["NoFlow", "open_nothing"]


class NoFlow:
    """The source that knows of no motion."""

    name = "none"

    def between(self, previous: Tensor, current: Tensor, *, frames: tuple[int, int]) -> None:
        """Return `None`, whatever the pictures."""
        del previous, current, frames


def open_nothing(argument: str, settings: FlowSettings) -> NoFlow:
    """Open the source `none`; neither argument has a meaning for it."""
    del argument, settings
    return NoFlow()
