"""Builds guidance: flow from other frames, trust in it, and cuts in between."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from vst_core.flow import FlowSettings, FlowSource, FrameView, open_flow_source
from vst_core.guidance.cuts import compare
from vst_core.guidance.warped_frames import Earlier, Guidance, PreviousFrame
from vst_core.job import StylizeJob
from vst_core.motion import trust_mask, warp

__all__ = ["GuidanceBuilder", "Motion", "Viewer", "open_flow"]

Viewer = Callable[[int, Tensor], FrameView]
"""Makes what a flow source sees of a frame, from its number and its picture."""


@dataclass(frozen=True, kw_only=True)
class Motion:
    """How another frame's points came to be where they are now.

    Attributes:
        backward: 1 x 2 x h x w in pixels, on the current frame, pointing to the other.
        trust: 1 x 1 x h x w in [0, 1], 1 where that can be trusted.
    """

    backward: Tensor
    trust: Tensor

    @property
    def trusted(self) -> float:
        """Share of the pixels that are trusted, 0 to 1."""
        # Counted, not averaged: a sum of fractions depends on the number of threads.
        return int(torch.count_nonzero(self.trust > 0.5)) / self.trust.numel()

    def bring(self, other: PreviousFrame) -> Earlier:
        """Return the other frame's stylized picture and its layers, warped to now."""
        planes = [other.stylized, *other.layers.values()]
        moved = warp(torch.cat(planes, dim=1), self.backward)
        first, *others = torch.split(moved, [plane.shape[1] for plane in planes], dim=1)
        layers = dict(zip(other.layers, others, strict=True))
        return Earlier(warped=first, trust=self.trust, layers=layers)


class GuidanceBuilder:
    """Says what is known of other frames.

    Args:
        flow: Says how the picture moved.
        trust: The variant of the trust mask.
        finds_cuts: Cuts are looked for in the pictures.
        lags: How far back to look, nearest first: 1 is the frame before, and always there.
        view: Makes what the flow source sees of a frame.
    """

    def __init__(
        self,
        flow: FlowSource,
        *,
        trust: str,
        finds_cuts: bool,
        lags: Sequence[int] = (1,),
        view: Viewer = FrameView,
    ) -> None:
        self._flow, self._trust, self._finds_cuts = flow, trust, finds_cuts
        self._lags, self._view = tuple(lags), view

    @property
    def reach(self) -> int:
        """How many earlier frames have to be remembered."""
        return max(self._lags)

    def motion(self, other: PreviousFrame, picture: Tensor, frame: int) -> Motion:
        """Return how the picture moved from another frame to this one.

        Args:
            other: An earlier frame, or a later one in a pass that goes backwards.
            picture: 1 x 3 x h x w, the current working picture.
            frame: Its number.
        """
        before, now = self._view(other.frame, other.picture), self._view(frame, picture)
        flow = self._flow.between(before, now)
        trust = trust_mask(flow.forward, flow.backward, variant=self._trust)
        return Motion(backward=flow.backward, trust=trust)

    def is_cut(self, before: Tensor, picture: Tensor, motion: Motion) -> bool:
        """Whether the pictures show that a new shot begins, if that is looked for."""
        return self._finds_cuts and compare(before, picture).is_cut(motion.trusted)

    def guidance(
        self, history: Sequence[PreviousFrame], picture: Tensor, frame: int
    ) -> Guidance | None:
        """Return what is known of the frames before; None across a cut.

        Flow to older frames is estimated directly, not composed of steps (Ruder 2016,
        section 4.3), so it can bridge what was hidden in between.

        Args:
            history: The last frame first; at least that one.
            picture: 1 x 3 x h x w, the current working picture.
            frame: Its number.
        """
        motion = self.motion(history[0], picture, frame)
        if self.is_cut(history[0].picture, picture, motion):
            return None
        return self.recall(motion, history, picture, frame)

    def recall(
        self, motion: Motion, history: Sequence[PreviousFrame], picture: Tensor, frame: int
    ) -> Guidance:
        """Return what is known of the frames before, with the motion from the last one given."""
        known = motion.bring(history[0])
        further = (history[index - 1] for index in self._lags if 1 < index <= len(history))
        older = (self.motion(earlier, picture, frame).bring(earlier) for earlier in further)
        return Guidance(
            warped=known.warped, trust=known.trust, layers=known.layers, older=tuple(older)
        )


def open_flow(job: StylizeJob, device: torch.device) -> FlowSource:
    """Return the flow source that a job names.

    Raises:
        WeightsError: Its weights are absent or damaged.
        UsageError: It needs something that is not installed.
    """
    folder = Path(job.weights_dir).expanduser() if job.weights_dir else None
    return open_flow_source(job.flow, FlowSettings(device=device, weights_dir=folder))
