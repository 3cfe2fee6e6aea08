"""What flow sources see of a run's frames."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor

from vst_core.flow import FrameView
from vst_core.guidance import Viewer
from vst_core.runner.plan import Plan

__all__ = ["frame_viewer"]


def frame_viewer(plan: Plan) -> Viewer:
    """Return what makes views of a run's frames: their files are read when they are asked for."""

    def read(number: int, names: Sequence[str], size: tuple[int, int]) -> Tensor:
        return plan.input.channels(number, names, canvas=plan.canvas, size=size)

    def view(number: int, picture: Tensor) -> FrameView:
        canvas = (plan.height, plan.width)
        return FrameView(number, picture, canvas=canvas, read=read)

    return view
