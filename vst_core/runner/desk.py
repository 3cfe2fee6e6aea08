"""Between whoever makes frames and whoever writes and watches them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from vst_core.protocol import CutFound, Finished, FrameDone, Message, Progress, Warned
from vst_core.runner.behind import Result, WriteBehind, Written
from vst_core.runner.pace import Pace
from vst_core.runner.plan import Plan
from vst_core.runner.signals import StopRequest

__all__ = ["Desk"]


class Desk:
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
        self._pace = Pace()

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
        self._pace = Pace()
        self._on_event(self._plan.started)

    def submit(self, result: Result) -> None:
        """Hand over a frame."""
        if result.cut:
            self.found_cut(result.task.frame)
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
                fps=self._pace.now() if written.skipped else self._pace.tick(),
                path=str(written.task.output),
                skipped=written.skipped,
            )
            self._on_event(event)
