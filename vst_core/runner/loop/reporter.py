"""Takes finished frames to the writer, and events to whoever watches."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from vst_core.optimizer import Iteration
from vst_core.protocol import (
    CutFound,
    Finished,
    FrameDone,
    Iterated,
    Message,
    Progress,
    Warned,
)
from vst_core.runner.io.live_preview import Preview
from vst_core.runner.loop.frame_rate import FrameRateMeter
from vst_core.runner.loop.write_behind import PendingWrite, WriteBehind, Written
from vst_core.runner.plan import Plan
from vst_core.stopping import StopRequest

__all__ = ["RunReporter"]

_STEP_SECONDS = 0.25
"""Between two events of iterations."""


class RunReporter:
    """Takes finished frames to the writer, and events to whoever watches.

    Args:
        plan: Of the run.
        writer: Where frames go.
        on_event: Told of everything, in the calling thread.
        stop: The wish to stop.
    """

    def __init__(
        self,
        plan: Plan,
        writer: WriteBehind,
        *,
        on_event: Callable[[Message], None],
        stop: StopRequest,
    ) -> None:
        self._plan, self._writer = plan, writer
        self._on_event, self._stop = on_event, stop
        self._made = self._reported = 0
        self._began = time.monotonic()
        self._frame_rate = FrameRateMeter()
        self._preview = Preview(plan.job.preview, self.warn)
        self._frame, self._number, self._passes = 0, 1, 1
        self._next_step = 0.0

    @property
    def must_stop(self) -> bool:
        """Whether somebody asked for a stop; after saving what is at hand, call `leave`."""
        return self._stop.signum is not None

    def leave(self) -> None:
        """Stop here.

        Raises:
            Interrupted: If somebody asked for it.
        """
        self._stop.check()

    def open(self) -> None:
        """Say that the first frame begins."""
        self._frame_rate = FrameRateMeter()
        self._on_event(self._plan.started)
        for note in self._plan.notes:
            self.warn(note)

    def begin(self, frame: int, *, number: int = 1, passes: int = 1) -> None:
        """Say which frame is at hand, for the iterations that `watch` is told of.

        Args:
            frame: Its number.
            number: Of the pass.
            passes: How many there are.
        """
        self._frame, self._number, self._passes = frame, number, passes
        self._next_step = 0.0

    def watch(self, step: Iteration) -> None:
        """Take an iteration of an optimizing method: tell of it, and show it.

        Raises:
            Interrupted: Somebody asked for a stop; a frame may take too long to wait for.
        """
        self._stop.check()
        now = time.monotonic()
        if now < self._next_step and step.iteration < step.iterations:
            return
        self._next_step = now + _STEP_SECONDS
        height, width = step.scale
        event = Iterated(
            frame=self._frame,
            iteration=step.iteration,
            iterations=step.iterations,
            width=width,
            height=height,
            loss=step.total,
            losses=dict(step.losses),
            number=self._number,
            passes=self._passes,
        )
        self._on_event(event)
        self._preview.show(step.picture)

    def submit(self, result: PendingWrite) -> None:
        """Hand over a frame."""
        if result.cut:
            self.found_cut(result.task.frame)
        self._preview.show(result.output)
        self._writer.submit(result)

    def skip(self, index: int) -> None:
        """Let a frame that lies there already take its turn."""
        if self._plan.resume.verified[index].cut:
            self.found_cut(self._plan.tasks[index].frame)
        self._writer.skip(self._plan.tasks[index])

    def found_cut(self, frame: int) -> None:
        """Say that a shot begins."""
        self._on_event(CutFound(frame))

    def report(self) -> None:
        """Tell of the frames that were finished meanwhile."""
        self._tell(self._writer.finished())

    def drain(self) -> None:
        """Wait until every frame lies on disk, and tell of them."""
        self._tell(self._writer.drain())

    def close(self) -> None:
        """Let the writer end, and tell of the frames that were written after all."""
        self._tell(self._writer.settle())

    def progress(self, text: str, fraction: float) -> None:
        """Say what goes on besides finished frames."""
        self._on_event(Progress(text, fraction))

    def warn(self, text: str) -> None:
        """Say what a person should know."""
        self._on_event(Warned(text))

    def finished(self) -> Finished:
        """Say that the run is complete, and return that event."""
        skipped = self._reported - self._made
        seconds = time.monotonic() - self._began
        event = Finished(made=self._made, skipped=skipped, seconds=seconds)
        self._on_event(event)
        return event

    def _tell(self, frames: Iterable[Written]) -> None:
        for written in frames:
            self._reported += 1
            self._made += not written.skipped
            event = FrameDone(
                frame=written.task.frame,
                index=self._reported,
                total=len(self._plan.tasks),
                seconds=written.seconds,
                fps=self._frame_rate.now() if written.skipped else self._frame_rate.tick(),
                path=str(written.task.output),
                skipped=written.skipped,
            )
            self._on_event(event)
