"""Finds where shots begin, before their first pass."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from vst_core.guidance import GuidanceBuilder, PreviousFrame
from vst_core.runner.errors_at_frame import at_frame, memory_guard
from vst_core.runner.loop.frame_stylizer import OpenMethod
from vst_core.runner.passes.work_picture import read_small
from vst_core.runner.plan import Plan

__all__ = ["ShotFinder"]


class ShotFinder:
    """Goes over the frames ahead of the passes; two pictures are in memory at a time.

    Args:
        plan: Of the run.
        method: For pictures at the size of the work.
        guide: None in runs without motion, where every frame stands alone.
    """

    def __init__(self, plan: Plan, method: OpenMethod, guide: GuidanceBuilder | None) -> None:
        self._plan, self._method, self._guide = plan, method, guide
        self._seen: tuple[int, Tensor] | None = None

    def shots(self) -> Iterator[range]:
        """Yield the shots as indices of frames; the next one is looked at when it is wanted."""
        start, end = 0, len(self._plan.tasks)
        for index in range(1, end):
            if self._begins(index):
                yield range(start, index)
                start = index
        yield range(start, end)

    def _begins(self, index: int) -> bool:
        if self._guide is None or self._plan.tasks[index].cut:
            return True
        known = self._plan.resume.verified.get(index)
        if known is not None:
            return known.cut
        return self._plan.job.cuts == "auto" and self._looks_cut(index, self._guide)

    @torch.no_grad()
    def _looks_cut(self, index: int, guide: GuidanceBuilder) -> bool:
        before, now = self._see(index - 1), self._see(index)
        self._seen = (index, now)
        plan, frame = self._plan, self._plan.tasks[index].frame
        with at_frame(frame), memory_guard(plan.job, plan.width, plan.height):
            other = PreviousFrame(
                frame=plan.tasks[index - 1].frame, picture=before, stylized=before
            )
            return guide.is_cut(before, now, guide.motion(other, now, frame))

    def _see(self, index: int) -> Tensor:
        if self._seen is not None and self._seen[0] == index:
            return self._seen[1]
        return read_small(self._plan, self._method, index)
