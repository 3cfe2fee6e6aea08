"""Stylizes both views of a frame, the second from the first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from vst_core.flow import FlowPair
from vst_core.guidance import GuidanceBuilder
from vst_core.optimizer import Iteration
from vst_core.runner.loop.frame_stylizer import FrameResult, FrameStylizer
from vst_core.runner.loop.prefetch import LoadedFrame
from vst_core.runner.plan import Plan
from vst_core.runner.resume.state_files import FrameState
from vst_core.runner.task import FrameTask
from vst_core.runner.views import FirstView, SecondView

__all__ = ["StereoStylizer", "open_frame_stylizer"]


class StereoStylizer:
    """Makes pairs of views one after the other; see `FrameStylizer`.

    Args:
        plan: Of the run.
        second: Its second view.
        watch: Told of every iteration of an optimizing method.

    Raises:
        WeightsError, UsageError: See `FrameStylizer`.
    """

    def __init__(
        self, plan: Plan, second: SecondView, watch: Callable[[Iteration], None] | None = None
    ) -> None:
        self._first = FrameStylizer(plan, watch)
        self._second = FrameStylizer(plan.of_second(), watch)
        self._link = _link(plan, second)

    @property
    def state(self) -> FrameState | None:
        """That of the first view, with the second one's in it."""
        state = self._first.state
        return None if state is None else replace(state, second=self._second.state)

    @state.setter
    def state(self, state: FrameState | None) -> None:
        self._first.state = None if state is None else replace(state, second=None)
        self._second.state = None if state is None else state.second

    def make_loaded(self, task: FrameTask, loaded: LoadedFrame, *, frame_key: str) -> FrameResult:
        """Stylize a frame that was read; see `FrameStylizer.make`."""
        first = self._first.make_loaded(task, loaded, frame_key=frame_key)
        assert loaded.second is not None  # it was read with its second view
        lead = None
        if first.shown is not None:
            lead = partial(self._link.lead, first=first.shown, frame=task.frame)
        beside = replace(loaded, plate=loaded.second, second=None)
        second = self._second.make_loaded(task, beside, frame_key=frame_key, lead=lead)
        return replace(
            first,
            second=second.output,
            cut=first.cut and second.cut,
            repaired=first.repaired or second.repaired,
        )


def open_frame_stylizer(
    plan: Plan, watch: Callable[[Iteration], None] | None = None
) -> FrameStylizer | StereoStylizer:
    """Return what makes the frames of a plan, in one view or two.

    Raises:
        WeightsError, UsageError: See `FrameStylizer`.
    """
    if plan.second is None:
        return FrameStylizer(plan, watch)
    return StereoStylizer(plan, plan.second, watch)


def _link(plan: Plan, second: SecondView) -> FirstView:
    told, disparity = None, second.disparity
    if disparity is not None:
        told = partial(_told, plan, second)
    # What tells the motion from frame to frame by files knows nothing of what is between views.
    flow = plan.motion.estimated.open(plan.job, plan.device)
    builder = GuidanceBuilder(flow, trust=plan.job.trust, finds_cuts=False)
    return FirstView(builder, told=told, trust=plan.job.trust)


def _told(plan: Plan, second: SecondView, frame: int, size: tuple[int, int]) -> FlowPair:
    assert second.disparity is not None  # it is asked for only where it is
    inputs = (plan.input, second.input)
    return second.disparity.between(frame, inputs, canvas=plan.canvas, size=size)
