"""What is looked at when a frame is measured: pictures, and how they follow from others."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from vst_core.guidance import Motion

__all__ = ["FrameTransition", "Seen"]


@dataclass(frozen=True, kw_only=True)
class FrameTransition:
    """How a frame follows from an earlier one.

    Attributes:
        motion: Of the source, with the trust of `hard_trust`.
        before: 1 x 3 x H x W, the earlier stylized frame.
        source_before: Its source.
    """

    motion: Motion
    before: Tensor
    source_before: Tensor


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One frame's pictures.

    Attributes:
        frame: Its number.
        out: 1 x 3 x H x W in [0, 1], stylized.
        source: The same size, what was stylized.
        transition: From the frame before; `None` for the first frame.
        far: From the frame `EvaluationSettings.gap` before; `None` where there is none.
    """

    frame: int
    out: Tensor
    source: Tensor
    transition: FrameTransition | None = None
    far: FrameTransition | None = None
