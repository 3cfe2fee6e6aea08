"""The loop over frames, for every method that goes over a shot once."""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import AbstractContextManager
from pathlib import Path

from torch import Tensor

from vst_core.atomic import make_folder
from vst_core.image import Plate
from vst_core.runner.errors_at_frame import at_frame, memory_guard
from vst_core.runner.io.arrival import is_there, wait_for_files
from vst_core.runner.io.header_scan import same_size
from vst_core.runner.loop.frame_stylizer import FrameResult, FrameStylizer
from vst_core.runner.loop.open_method import REPAIRED
from vst_core.runner.loop.prefetch import LoadedFrame, PlateReader, plate_reader
from vst_core.runner.loop.reporter import RunReporter
from vst_core.runner.loop.stereo_stylizer import StereoStylizer, open_frame_stylizer
from vst_core.runner.loop.write_behind import PendingWrite
from vst_core.runner.plan import Plan
from vst_core.runner.resume.frame_key import frame_key
from vst_core.runner.resume.state_files import EVERY, FrameState, StateSaver, load_state, save_state
from vst_core.runner.task import FrameTask

__all__ = ["SinglePass"]

_Stylizer = FrameStylizer | StereoStylizer


class SinglePass:
    """One walk over the frames: what it carries from one to the next.

    Raises:
        WeightsError, UsageError, DeviceError: The networks cannot be opened.
        OutOfMemory: There is no room for them.
    """

    def __init__(self, plan: Plan, reporter: RunReporter) -> None:
        self._plan, self._reporter = plan, reporter
        self._newest = max(plan.resume.states, default=-1)
        with memory_guard(plan.job, plan.width, plan.height):
            self._stylizer_of_frames = (
                open_frame_stylizer(plan, reporter.watch) if plan.resume.computed else None
            )
        states = plan.resume.states
        self._saver = StateSaver(
            plan.paths.states, kept=states[max(states)] if states else None, run_key=plan.run_key
        )

    def go(self) -> None:
        """Make the frames."""
        plan, stylizer = self._plan, self._stylizer_of_frames
        if stylizer is not None and 0 in plan.resume.computed:
            self._warm_up(stylizer)
        tasks = (plan.tasks[index] for index in sorted(plan.resume.computed))
        with self._reader(tasks) as reader:
            for index in range(len(plan.tasks)):
                if self._reporter.must_stop:
                    self._stop()
                if plan.job.missing == "wait":
                    self._await(index)
                if stylizer is not None and index in plan.resume.computed:
                    self._make(index, stylizer, reader.take())
                    self._save_now_and_then(index, stylizer.state)
                else:
                    self._reporter.skip(index)
                self._reporter.report()
            self._reporter.drain()
            self._hand_over()

    def _reader(self, tasks: Iterable[FrameTask]) -> AbstractContextManager[PlateReader]:
        plan = self._plan
        return plate_reader(
            tasks,
            source=plan.input,
            canvas=plan.canvas,
            settings=plan.reading,
            job=plan.job,
            second=None if plan.second is None else (plan.second.input, plan.of_second().reading),
        )

    def _warm_up(self, stylizer: _Stylizer) -> None:
        """Paint the frames before the first one, for their state alone."""
        plan, key = self._plan, self._plan.chain_start
        with self._reader(plan.warm_up) as reader:
            for task in plan.warm_up:
                loaded = reader.take()
                self._reporter.leave()
                self._reporter.begin(task.frame)
                key = frame_key(key, task.frame, loaded.input.sha256, task.values)
                with at_frame(task.frame, "warming up"):
                    stylizer.make_loaded(task, loaded, frame_key=key)

    def clean(self) -> None:
        """Remove what was kept for a resumed run: this one is complete."""
        self._saver.remove(self._plan.resume.states.values())

    def close(self) -> None:
        """End the background work."""
        self._saver.close()

    def _await(self, index: int) -> None:
        """Wait for a frame that is still being made; what is finished is told meanwhile."""
        task = self._plan.tasks[index]
        if not is_there(task.source):
            self._reporter.drain()
            self._reporter.report()

        def check() -> None:
            if self._reporter.must_stop:
                self._stop()

        wait_for_files([task.source], self._reporter.progress, check=check)
        first, layer = self._plan.tasks[0], self._plan.job.layer
        display = self._plan.input.header(first.source, layer=layer).display_window
        header = self._plan.input.header(task.source, layer=layer)
        same_size(header, task.frame, display, first.frame)

    def _make(self, index: int, stylizer: _Stylizer, loaded: LoadedFrame) -> None:
        """Stylize a frame; hand it to the writer, unless it is made for its state only."""
        plan, task = self._plan, self._plan.tasks[index]
        start = time.monotonic()
        self._reporter.begin(task.frame)
        with at_frame(task.frame), memory_guard(plan.job, plan.width, plan.height):
            stylizer.state = self._state_before(index, stylizer)
            own_key = self._key_of(index, loaded, stylizer.state)
            made = stylizer.make_loaded(task, loaded, frame_key=own_key)
        if made.repaired:
            self._reporter.warn(f"Frame {task.frame}: {REPAIRED}")
        if index in plan.resume.verified:
            self._reporter.skip(index)
            return
        result = PendingWrite(
            task=task,
            output=made.output,
            plate=loaded.plate,
            input=loaded.input,
            frame_key=own_key,
            cut=task.cut or made.cut,
            seconds=loaded.seconds + time.monotonic() - start,
            second=_second_of(made, loaded),
        )
        self._reporter.submit(result)

    def _state_before(self, index: int, stylizer: _Stylizer) -> FrameState | None:
        """Return the state of the frame before: carried, saved, or none at a shot's start."""
        resume = self._plan.resume
        if self._plan.tasks[index].starts:
            return None
        if index == 0:
            given = self._plan.hand_over
            return load_state(given.path, self._plan.device) if given else stylizer.state
        if index - 1 in resume.computed:
            return stylizer.state
        saved = resume.states.get(index - 1)
        return load_state(saved, self._plan.device) if saved else None

    def _key_of(self, index: int, loaded: LoadedFrame, before: FrameState | None) -> str:
        known = self._plan.resume.verified.get(index)
        if known is not None:
            return known.frame_key
        chain_start = self._plan.chain_start if before is None else before.frame_key
        task = self._plan.tasks[index]
        return frame_key(chain_start, task.frame, loaded.input.sha256, task.values)

    def _save_now_and_then(self, index: int, state: FrameState | None) -> None:
        last = index + 1 == len(self._plan.tasks)
        every = 1 if self._plan.method.is_slow else EVERY
        if state is None or last or (index + 1) % every or index <= self._newest:
            return  # a state that is still to be loaded must not be written over
        if every == 1:
            self._reporter.drain()  # a state serves only where every frame before it is written
        problem = self._saver.save(state)
        if problem:
            self._reporter.warn(f"The state for a resumed run was not saved: {problem}")

    def _hand_over(self) -> None:
        """Write the state after the last frame, where it is asked for and not there."""
        asked, stylizer = self._plan.job.state_out, self._stylizer_of_frames
        last = len(self._plan.tasks) - 1
        if asked and last in self._plan.resume.computed and stylizer and stylizer.state:
            place = Path(asked).expanduser()
            make_folder(place.parent)  # one in the output folder need not be there before
            save_state(stylizer.state, place, self._plan.run_key)

    def _stop(self) -> None:
        """Bring everything to disk and leave."""
        self._reporter.drain()
        if self._stylizer_of_frames is not None and self._stylizer_of_frames.state is not None:
            self._saver.save(self._stylizer_of_frames.state)
            self._saver.wait()
        self._reporter.leave()


def _second_of(made: FrameResult, loaded: LoadedFrame) -> tuple[Tensor, Plate] | None:
    if made.second is None or loaded.second is None:
        return None
    return made.second, loaded.second
