"""Paints one shot: pass after pass, frame after frame."""

from __future__ import annotations

import time

import torch
from torch import Tensor

from vst_core.guidance import Guidance, GuidanceBuilder, PreviousFrame, Stylized
from vst_core.runner.errors_at_frame import at_frame, memory_guard
from vst_core.runner.loop.frame_stylizer import REPAIRED, OpenMethod
from vst_core.runner.loop.prefetch import LoadedFrame, plate_reader
from vst_core.runner.loop.reporter import RunReporter
from vst_core.runner.loop.write_behind import PendingWrite
from vst_core.runner.passes.pass_pictures import PassPictures
from vst_core.runner.passes.schedule import Schedule
from vst_core.runner.passes.work_picture import read_small
from vst_core.runner.plan import Plan, read_settings
from vst_core.runner.resume.frame_key import frame_key
from vst_core.stylizers import StylizerState

__all__ = ["ShotPainter"]


class ShotPainter:
    """Makes one shot; three pictures of it are in memory at a time.

    Args:
        plan: Of the run.
        reporter: Gets finished frames.
        method: Paints them.
        guide: Says how the picture moved; None in runs without motion.
        pictures: Holds the frames between passes.
        shot: Indices of its frames among all of the run.
    """

    def __init__(
        self,
        plan: Plan,
        reporter: RunReporter,
        *,
        method: OpenMethod,
        guide: GuidanceBuilder | None,
        pictures: PassPictures,
        shot: range,
    ) -> None:
        self._plan, self._reporter = plan, reporter
        self._method, self._guide, self._pictures = method, guide, pictures
        self._schedule = Schedule(shot, plan.job.passes)
        self._reached = pictures.reached(self._schedule)
        self._before: PreviousFrame | None = None

    def make(self) -> None:
        """Go over the shot until its frames are handed to the writer."""
        for number in range(1, self._schedule.passes + 1):
            self._before = None
            self._make_pass(number)

    def _make_pass(self, number: int) -> None:
        plan, order = self._plan, self._schedule.order(number)
        wanted = [index for index in order if self._wanted(number, index)]
        tasks = (plan.tasks[index] for index in wanted)
        settings = read_settings(plan.job)
        with plate_reader(
            tasks, source=plan.input, canvas=plan.canvas, settings=settings, job=plan.job
        ) as reader:
            for index in order:
                if self._reporter.must_stop:
                    self._reporter.drain()
                    self._reporter.leave()
                if index in wanted:
                    self._make(number, index, reader.take())
                elif number == self._schedule.passes:
                    self._reporter.skip(index)
                self._reporter.report()

    def _wanted(self, number: int, index: int) -> bool:
        """Whether there is anything to do: to paint a frame, or to write it after all."""
        unwritten = index not in self._plan.resume.verified
        last = number == self._schedule.passes
        return self._reached[index] < number or (last and unwritten)

    @torch.no_grad()
    def _make(self, number: int, index: int, loaded: LoadedFrame) -> None:
        plan, frame = self._plan, self._plan.tasks[index].frame
        start = time.monotonic()
        with (
            at_frame(frame, f"pass {number}"),
            memory_guard(plan.job, plan.width, plan.height),
        ):
            picture = self._method.at_work_size(loaded.plate.picture)
            if self._reached[index] < number:
                stylized = self._paint(number, index, picture, loaded.masks)
            else:
                stylized = self._pictures.load(number, index)
            self._before = _seen(frame, picture, stylized)
            if number == self._schedule.passes:
                self._finish(index, loaded, stylized, loaded.seconds + time.monotonic() - start)

    def _paint(self, number: int, index: int, picture: Tensor, masks: Tensor | None) -> Stylized:
        """Return a frame of a pass, as it lies on disk now."""
        frame = self._plan.tasks[index].frame
        self._tell(number, index)
        guidance = self._guidance(number, index, picture)
        stylized, repaired = self._method.paint(
            picture, guidance, masks, StylizerState(look=self._plan.tasks[index].look)
        )
        if repaired:
            self._reporter.warn(f"Frame {frame}, pass {number}: {REPAIRED}")
        self._reached[index] = number
        return self._pictures.save(number, index, stylized)

    def _guidance(self, number: int, index: int, picture: Tensor) -> Guidance | None:
        """Return the frame of the pass before and the neighbor of this one, warped."""
        known = self._pictures.load(number - 1, index) if number > 1 else None
        beside = self._schedule.neighbor(number, index)
        if beside is not None and self._guide is not None:
            other = self._other(number, beside)
            motion = self._guide.motion(other, picture, self._plan.tasks[index].frame)
            moved = motion.bring(other)
            return Guidance(
                warped=moved.warped,
                trust=moved.trust,
                layers=moved.layers,
                previous_pass=known.picture if known else None,
                previous_layers=known.layers if known else {},
                pass_number=number,
            )
        if known is None:
            return None
        nothing = torch.zeros_like(known.picture[:, :1])
        return Guidance(
            warped=known.picture,
            trust=nothing,
            layers=known.layers,
            previous_pass=known.picture,
            previous_layers=known.layers,
            pass_number=number,
        )

    def _other(self, number: int, index: int) -> PreviousFrame:
        """Return the neighbor: carried, or from disk where a run goes on in the middle."""
        frame = self._plan.tasks[index].frame
        if self._before is not None and self._before.frame == frame:
            return self._before
        picture = read_small(self._plan, self._method, index)
        return _seen(frame, picture, self._pictures.load(number, index))

    def _finish(self, index: int, loaded: LoadedFrame, stylized: Stylized, seconds: float) -> None:
        """Hand a frame to the writer, unless it lies finished already."""
        plan, task = self._plan, self._plan.tasks[index]
        if index in plan.resume.verified:
            self._reporter.skip(index)
            return
        begins = index == self._schedule.shot[0] and index > 0
        result = PendingWrite(
            task=task,
            output=self._method.finish(stylized, loaded.plate.picture, loaded.masks),
            plate=loaded.plate,
            input=loaded.input,
            frame_key=frame_key(plan.chain_start, task.frame, loaded.input.sha256, task.values),
            cut=begins and self._guide is not None,
            seconds=seconds,
        )
        self._reporter.submit(result)

    def _tell(self, number: int, index: int) -> None:
        shot, passes = self._schedule.shot, self._schedule.passes
        frames, frame = len(self._plan.tasks), self._plan.tasks[index].frame
        place = self._schedule.order(number).index(index)
        painted = shot[0] * passes + (number - 1) * len(shot) + place
        self._reporter.begin(frame, number=number, passes=passes)
        self._reporter.progress(
            f"pass {number} of {passes}, frame {frame}", painted / (frames * passes)
        )


def _seen(frame: int, picture: Tensor, stylized: Stylized) -> PreviousFrame:
    return PreviousFrame(
        frame=frame, picture=picture, stylized=stylized.picture, layers=stylized.layers
    )
