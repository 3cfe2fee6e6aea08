"""What every flow source takes and gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import torch
from torch import Tensor

from vst_core.flow.frame_view import FrameView

__all__ = ["FlowPair", "FlowSettings", "FlowSource"]


@dataclass(frozen=True)
class FlowPair:
    """The motion between two frames, both ways.

    Attributes:
        forward: `B x 2 x H x W` in pixels, x right, y down. Lives on the previous frame and
            points to where each point is in the current one.
        backward: The same, on the current frame, pointing to where each point was in the
            previous one: `warp(previous, backward)` looks like the current frame.
    """

    forward: Tensor
    backward: Tensor


@dataclass(frozen=True, kw_only=True)
class FlowSettings:
    """What a source may need to be opened.

    Attributes:
        device: Where networks run.
        weights_dir: Looked into first for weights.
        base: What relative file patterns are relative to; `None` = the working directory.
    """

    device: torch.device = field(default_factory=lambda: torch.device("cpu"))
    weights_dir: Path | None = None
    base: Path | None = None


class FlowSource(Protocol):
    """Something that knows how the picture moved."""

    @property
    def name(self) -> str:
        """The text that opens this source again, for manifests and messages."""

    def between(self, previous: FrameView, current: FrameView) -> FlowPair:
        """Return the motion between two frames.

        The same frames give the same bytes, whatever was asked before and however many
        threads there are. Not to be called from two threads at once.

        Args:
            previous: Its picture is `B x 3 x H x W`, H and W >= 16.
            current: The same size.

        Returns:
            The pair, float32, on the device of the current picture.

        Raises:
            InputError: What the source reads is absent or damaged.
        """
