"""What a frame is to those before it: painted anew, held, or nothing to paint."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor

from vst_core.content import NOTHING, contrast, is_held
from vst_core.guidance import (
    Boil,
    Found,
    GuidanceBuilder,
    PreviousFrame,
    Sight,
    compare,
    follow,
    is_flash,
    start,
)
from vst_core.job import StylizeJob
from vst_core.job.recurrence import is_recurrent
from vst_core.runner.loop.backdrop import Backdrop
from vst_core.runner.values_over_time import look_at

__all__ = ["FrameRole", "Succession", "digest"]


@dataclass(frozen=True, kw_only=True)
class FrameRole:
    """What a frame is; where it is neither painted nor held, it stays as it is.

    Attributes:
        found: What it is painted from; None where it is not painted.
        held: The frame before, whose paint it shows again.
        cut: The pictures show that a new shot begins.
    """

    found: Found | None = None
    held: PreviousFrame | None = None
    cut: bool = False


class Succession:
    """Tells for frames, one after the other, what each of them is.

    Args:
        job: The settings.
        guide: Says how the picture moved; None where that is not known.
        masks_decide: Whether the same picture in other masks is painted otherwise.
        backdrop: What stands behind the frames, if anything does.
    """

    def __init__(
        self,
        job: StylizeJob,
        guide: GuidanceBuilder | None,
        *,
        masks_decide: bool,
        backdrop: Backdrop | None,
    ) -> None:
        self._job, self._guide, self._masks_decide = job, guide, masks_decide
        self._backdrop = backdrop
        self._finds_cuts = job.cuts == "auto"
        # Passes over a whole shot smooth what would live in it.
        self._boil = Boil(amount=job.boil if is_recurrent(job) else 0.0, seed=job.seed)

    def role(
        self,
        history: Sequence[PreviousFrame],
        sight: Sight,
        frame: int,
        *,
        masks_before: str = "",
        masks: str = "",
    ) -> FrameRole:
        """Return what a frame is.

        Args:
            history: The frames of the shot that were painted, the last one first.
            sight: The frame.
            frame: Its number.
            masks_before: The `digest` of the masks in which the last one was painted.
            masks: That of the frame.
        """
        if contrast(sight.cells) < NOTHING:
            return FrameRole()
        if not history:
            return FrameRole(found=self._start(sight))
        last = history[0]
        if is_flash(last, sight, frame):
            return FrameRole()
        same_masks = masks == masks_before or not self._masks_decide
        if same_masks and self._is_held(last, sight, frame):
            return FrameRole(held=last)
        return self._painted(history, sight, frame)

    def _painted(self, history: Sequence[PreviousFrame], sight: Sight, frame: int) -> FrameRole:
        if self._guide is None:
            found = self._start(sight)
            return FrameRole(found=found, cut=self._is_changed(history[0], found))
        found = follow(self._guide, history, sight, frame, boil=self._boil)
        if found.guidance is None:
            return FrameRole(found=self._start(sight), cut=True)
        return FrameRole(found=found)

    def _start(self, sight: Sight) -> Found:
        return start(sight) if self._backdrop is None else self._backdrop.start(sight)

    def _is_held(self, last: PreviousFrame, sight: Sight, frame: int) -> bool:
        """Whether a frame is the same picture as the last one, and the paint is to hold."""
        if self._boil.amount or look_at(self._job, last.frame) != look_at(self._job, frame):
            return False
        return is_held(last.picture, sight.at(last.level), gain=last.level.gain)

    def _is_changed(self, last: PreviousFrame, found: Found) -> bool:
        """Whether a frame begins a shot where motion is not known: only a plain change counts."""
        return self._finds_cuts and compare(last.picture, found.normal).is_cut(trusted=1.0)


def digest(masks: Tensor | None) -> str:
    """Return a text that is the same for the same masks; empty for none."""
    if masks is None:
        return ""
    return hashlib.sha256(masks.cpu().contiguous().numpy().tobytes()).hexdigest()
