"""The loop over the frames of a job."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import closing

from vst_core.atomic import partial_files
from vst_core.job import StylizeJob
from vst_core.protocol import CutFound, Finished, FrameDone, Message, Warned
from vst_core.runner.ahead import Loaded, plate_reader, plates_in_memory
from vst_core.runner.behind import Result, WriteBehind, Written
from vst_core.runner.failures import at_frame, memory_guard
from vst_core.runner.fingerprint import link
from vst_core.runner.making import FrameMaker
from vst_core.runner.manifest import ManifestWriter, read_manifest
from vst_core.runner.outputs import prepare_folder
from vst_core.runner.pace import Pace
from vst_core.runner.plan import Plan, plan_job, read_settings, write_settings
from vst_core.runner.signals import StopRequest, catch_signals
from vst_core.runner.states import EVERY, State, StateSaver, load_state
from vst_core.runner.threads import thread_limit

__all__ = ["run_job", "run_plan"]


def run_job(
    job: StylizeJob, on_event: Callable[[Message], None], *, stop: StopRequest | None = None
) -> Finished:
    """Plan a job and run it; see `plan_job` and `run_plan`."""
    stop = stop or StopRequest()
    with catch_signals(stop):
        plan = plan_job(job)
        stop.check()
        return run_plan(plan, on_event, stop=stop)


def run_plan(
    plan: Plan, on_event: Callable[[Message], None], *, stop: StopRequest | None = None
) -> Finished:
    """Make the frames of a plan.

    However it ends, every finished frame is whole and noted in the manifest, and the same job
    run again goes on from there, to the very bytes of a run that was never interrupted.

    Args:
        plan: From `plan_job`, just made.
        on_event: Told of everything, in the calling thread: `Started`, `FrameDone` in the
            order of the frames, `CutFound`, `Warned`, `Finished`. Not of `Failed`: errors
            are raised, and `failed` turns them into that event.
        stop: Another way to ask for an orderly stop than SIGINT and SIGTERM, which are caught
            when this is the main thread.

    Raises:
        InputError: A frame cannot be read, or the flow does not fit it.
        OutputError: A frame cannot be written, or another run is at the same frames.
        WeightsError, UsageError, DeviceError: The networks cannot be opened.
        OutOfMemory: The frames are too large; says which setting helps.
        Interrupted: The run was asked to stop, and has finished the frame at hand.
    """
    stop = stop or StopRequest()
    with catch_signals(stop), thread_limit(plan.job.threads):
        return _Run(plan, on_event, stop).run()


class _Run:
    """One run: what it carries from frame to frame."""

    def __init__(self, plan: Plan, on_event: Callable[[Message], None], stop: StopRequest) -> None:
        self.plan, self.on_event, self.stop = plan, on_event, stop
        self.newest = max(plan.resume.states, default=-1)
        self.made = self.reported = 0
        self.start = time.monotonic()
        self.pace = Pace()

    def run(self) -> Finished:
        """Open everything, make the frames, close everything."""
        plan = self.plan
        prepare_folder(plan.places.folder)
        with closing(_open_manifest(plan)) as manifest, closing(_open_saver(plan)) as saver:
            with memory_guard(plan.job, plan.width, plan.height):
                maker = FrameMaker(plan) if plan.resume.computed else None
            self._tell_start()
            writer = WriteBehind(
                manifest,
                settings=write_settings(plan.job),
                job=plan.job,
                most=plates_in_memory(plan.canvas),
            )
            try:
                self._all_frames(maker, writer, saver)
            finally:
                self._report(writer.settle())
            saver.remove(plan.resume.states.values())
        skipped = self.reported - self.made
        seconds = time.monotonic() - self.start
        finished = Finished(made=self.made, skipped=skipped, seconds=seconds)
        self.on_event(finished)
        return finished

    def _all_frames(self, maker: FrameMaker | None, writer: WriteBehind, saver: StateSaver) -> None:
        plan = self.plan
        tasks = (plan.tasks[index] for index in sorted(plan.resume.computed))
        settings = read_settings(plan.job)
        with plate_reader(tasks, canvas=plan.canvas, settings=settings, job=plan.job) as reader:
            for index in range(len(plan.tasks)):
                if self.stop.signum is not None:
                    self._stop(maker, writer, saver)
                if maker is not None and index in plan.resume.computed:
                    self._make(index, maker, reader.take(), writer)
                    self._save_now_and_then(index, maker, saver)
                else:
                    self._skip(index, writer)
                self._report(writer.finished())
            self._report(writer.drain())

    def _make(self, index: int, maker: FrameMaker, loaded: Loaded, writer: WriteBehind) -> None:
        """Stylize a frame; hand it to the writer, unless it is made for its state only."""
        plan, task = self.plan, self.plan.tasks[index]
        start = time.monotonic()
        with at_frame(task.frame), memory_guard(plan.job, plan.width, plan.height):
            maker.state = self._state_before(index, maker)
            own_link = self._link(index, loaded, maker.state)
            made = maker.make(task.frame, loaded.plate.picture, link=own_link)
        if made.repaired:
            self._warn(
                f"Frame {task.frame}: the network gave values that are no numbers, "
                "and the source took their place. --precision fp32 may help."
            )
        if index in plan.resume.verified:
            self._skip(index, writer)
            return
        cut = task.cut or made.cut
        if cut:
            self.on_event(CutFound(task.frame))
        result = Result(
            task=task,
            output=made.output,
            plate=loaded.plate,
            input=loaded.input,
            link=own_link,
            cut=cut,
            seconds=loaded.seconds + time.monotonic() - start,
        )
        writer.submit(result)

    def _skip(self, index: int, writer: WriteBehind) -> None:
        if self.plan.resume.verified[index].cut:
            self.on_event(CutFound(self.plan.tasks[index].frame))
        writer.skip(self.plan.tasks[index])

    def _state_before(self, index: int, maker: FrameMaker) -> State | None:
        """Return the state of the frame before: carried, saved, or none at a shot's start."""
        resume = self.plan.resume
        if self.plan.tasks[index].starts:
            return None
        if index - 1 in resume.computed:
            return maker.state
        saved = resume.states.get(index - 1)
        return load_state(saved, self.plan.device) if saved else None

    def _link(self, index: int, loaded: Loaded, before: State | None) -> str:
        known = self.plan.resume.verified.get(index)
        if known is not None:
            return known.link
        origin = self.plan.fingerprint if before is None else before.link
        return link(origin, self.plan.tasks[index].frame, loaded.input.sha256)

    def _save_now_and_then(self, index: int, maker: FrameMaker, saver: StateSaver) -> None:
        last = index + 1 == len(self.plan.tasks)
        if maker.state is None or last or (index + 1) % EVERY or index <= self.newest:
            return  # a state that is still to be loaded must not be written over
        problem = saver.save(maker.state)
        if problem:
            self._warn(f"The state for a resumed run was not saved: {problem}")

    def _stop(self, maker: FrameMaker | None, writer: WriteBehind, saver: StateSaver) -> None:
        """Bring everything to disk and leave."""
        self._report(writer.drain())
        if maker is not None and maker.state is not None:
            saver.save(maker.state)
            saver.wait()
        self.stop.check()

    def _report(self, frames: Iterable[Written]) -> None:
        total = len(self.plan.tasks)
        for written in frames:
            self.reported += 1
            self.made += not written.skipped
            event = FrameDone(
                frame=written.task.frame,
                index=self.reported,
                total=total,
                seconds=written.seconds,
                fps=self.pace.now() if written.skipped else self.pace.tick(),
                path=str(written.task.output),
                skipped=written.skipped,
            )
            self.on_event(event)

    def _tell_start(self) -> None:
        self.pace = Pace()
        self.on_event(self.plan.started)

    def _warn(self, text: str) -> None:
        self.on_event(Warned(text))


def _open_manifest(plan: Plan) -> ManifestWriter:
    """Continue or begin the manifest, and clear away what a killed run left half written."""
    earlier = read_manifest(plan.places.manifest)
    manifest = ManifestWriter(
        plan.places.manifest,
        plan.own,
        frames=plan.places.frames,
        fingerprint=plan.fingerprint,
        overwrite=plan.job.overwrite,
    )
    unfinished = earlier.writing if earlier else frozenset()
    for task in plan.tasks:
        if task.frame in unfinished:
            for leftover in partial_files(task.output):
                leftover.unlink(missing_ok=True)
    known = plan.own.records if plan.own else {}
    for record in plan.resume.verified.values():
        if known.get(record.frame) != record:  # a run over other frames made it
            manifest.done(record)
    return manifest


def _open_saver(plan: Plan) -> StateSaver:
    states = plan.resume.states
    return StateSaver(plan.places.states, kept=states[max(states)] if states else None)
