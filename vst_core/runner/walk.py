"""Frame after frame: the way of every method that goes over a shot once."""

from __future__ import annotations

import time

from vst_core.runner.ahead import Loaded, plate_reader
from vst_core.runner.behind import Result
from vst_core.runner.desk import Desk
from vst_core.runner.failures import at_frame, memory_guard
from vst_core.runner.fingerprint import link
from vst_core.runner.making import REPAIRED, FrameMaker
from vst_core.runner.plan import Plan, read_settings
from vst_core.runner.states import EVERY, State, StateSaver, load_state

__all__ = ["FrameWalk"]


class FrameWalk:
    """One walk over the frames: what it carries from one to the next.

    Raises:
        WeightsError, UsageError, DeviceError: The networks cannot be opened.
        OutOfMemory: There is no room for them.
    """

    def __init__(self, plan: Plan, desk: Desk) -> None:
        self._plan, self._desk = plan, desk
        self._newest = max(plan.resume.states, default=-1)
        with memory_guard(plan.job, plan.width, plan.height):
            self._maker = FrameMaker(plan, desk.watch) if plan.resume.computed else None
        states = plan.resume.states
        self._saver = StateSaver(plan.places.states, kept=states[max(states)] if states else None)

    def go(self) -> None:
        """Make the frames."""
        plan, maker = self._plan, self._maker
        tasks = (plan.tasks[index] for index in sorted(plan.resume.computed))
        settings = read_settings(plan.job)
        with plate_reader(
            tasks, source=plan.input, canvas=plan.canvas, settings=settings, job=plan.job
        ) as reader:
            for index in range(len(plan.tasks)):
                if self._desk.must_stop:
                    self._stop()
                if maker is not None and index in plan.resume.computed:
                    self._make(index, maker, reader.take())
                    self._save_now_and_then(index, maker.state)
                else:
                    self._desk.skip(index)
                self._desk.report()
            self._desk.drain()

    def clean(self) -> None:
        """Remove what was kept for a resumed run: this one is complete."""
        self._saver.remove(self._plan.resume.states.values())

    def close(self) -> None:
        """End the background work."""
        self._saver.close()

    def _make(self, index: int, maker: FrameMaker, loaded: Loaded) -> None:
        """Stylize a frame; hand it to the writer, unless it is made for its state only."""
        plan, task = self._plan, self._plan.tasks[index]
        start = time.monotonic()
        self._desk.begin(task.frame)
        with at_frame(task.frame), memory_guard(plan.job, plan.width, plan.height):
            maker.state = self._state_before(index, maker)
            own_link = self._link(index, loaded, maker.state)
            made = maker.make(task.frame, loaded.plate.picture, link=own_link, masks=loaded.masks)
        if made.repaired:
            self._desk.warn(f"Frame {task.frame}: {REPAIRED}")
        if index in plan.resume.verified:
            self._desk.skip(index)
            return
        result = Result(
            task=task,
            output=made.output,
            plate=loaded.plate,
            input=loaded.input,
            link=own_link,
            cut=task.cut or made.cut,
            seconds=loaded.seconds + time.monotonic() - start,
        )
        self._desk.submit(result)

    def _state_before(self, index: int, maker: FrameMaker) -> State | None:
        """Return the state of the frame before: carried, saved, or none at a shot's start."""
        resume = self._plan.resume
        if self._plan.tasks[index].starts:
            return None
        if index - 1 in resume.computed:
            return maker.state
        saved = resume.states.get(index - 1)
        return load_state(saved, self._plan.device) if saved else None

    def _link(self, index: int, loaded: Loaded, before: State | None) -> str:
        known = self._plan.resume.verified.get(index)
        if known is not None:
            return known.link
        origin = self._plan.origin if before is None else before.link
        return link(origin, self._plan.tasks[index].frame, loaded.input.sha256)

    def _save_now_and_then(self, index: int, state: State | None) -> None:
        last = index + 1 == len(self._plan.tasks)
        every = 1 if self._plan.method.is_slow else EVERY
        if state is None or last or (index + 1) % every or index <= self._newest:
            return  # a state that is still to be loaded must not be written over
        if every == 1:
            self._desk.drain()  # a state serves only where every frame before it is written
        problem = self._saver.save(state)
        if problem:
            self._desk.warn(f"The state for a resumed run was not saved: {problem}")

    def _stop(self) -> None:
        """Bring everything to disk and leave."""
        self._desk.drain()
        if self._maker is not None and self._maker.state is not None:
            self._saver.save(self._maker.state)
            self._saver.wait()
        self._desk.leave()
