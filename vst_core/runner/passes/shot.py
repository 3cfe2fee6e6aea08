"""Paints one shot: pass after pass, frame after frame."""

from __future__ import annotations

import time

import torch
from torch import Tensor

from vst_core.guidance import Guidance, GuidanceBuilder, PreviousFrame, Stylized
from vst_core.runner.errors_at_frame import at_frame, memory_guard
from vst_core.runner.io.framing import framed
from vst_core.runner.loop.backdrop import Backdrop
from vst_core.runner.loop.open_method import REPAIRED, OpenMethod
from vst_core.runner.loop.prefetch import LoadedFrame, plate_reader
from vst_core.runner.loop.reporter import RunReporter
from vst_core.runner.loop.write_behind import PendingWrite
from vst_core.runner.passes.pass_pictures import PassPictures
from vst_core.runner.passes.schedule import Schedule
from vst_core.runner.passes.shot_finder import Shot
from vst_core.runner.passes.work_picture import SeenFrame, read_seen, see
from vst_core.runner.plan import Plan
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
        backdrop: What stands behind the frames, if anything does.
        pictures: Holds the frames between passes.
        shot: What is known of its frames.
    """

    def __init__(
        self,
        plan: Plan,
        reporter: RunReporter,
        *,
        method: OpenMethod,
        guide: GuidanceBuilder | None,
        backdrop: Backdrop | None,
        pictures: PassPictures,
        shot: Shot,
    ) -> None:
        self._plan, self._reporter = plan, reporter
        self._method, self._guide, self._pictures = method, guide, pictures
        self._shot, self._backdrop = shot, backdrop
        self._schedule = Schedule(shot.painted, plan.job.passes)
        self._reached = pictures.reached(self._schedule)
        self._before: PreviousFrame | None = None

    def make(self) -> None:
        """Go over the shot until its frames are handed to the writer."""
        for number in range(1, self._schedule.passes + 1):
            self._before = None
            self._make_pass(number)

    def _make_pass(self, number: int) -> None:
        plan = self._plan
        last = number == self._schedule.passes
        order = self._shot.frames if last else self._schedule.order(number)
        wanted = [index for index in order if self._wanted(number, index)]
        tasks = (plan.tasks[index] for index in wanted)
        settings = plan.reading
        with plate_reader(
            tasks, source=plan.input, canvas=plan.canvas, settings=settings, job=plan.job
        ) as reader:
            for index in order:
                if self._reporter.must_stop:
                    self._reporter.drain()
                    self._reporter.leave()
                if index in wanted:
                    self._make(number, index, reader.take())
                elif last:
                    self._reporter.skip(index)
                self._reporter.report()

    def _wanted(self, number: int, index: int) -> bool:
        """Whether there is anything to do: to paint a frame, or to write it after all."""
        unwritten = index not in self._plan.resume.verified
        last = number == self._schedule.passes
        return self._reached.get(index, number) < number or (last and unwritten)

    @torch.no_grad()
    def _make(self, number: int, index: int, loaded: LoadedFrame) -> None:
        plan, frame = self._plan, self._plan.tasks[index].frame
        start = time.monotonic()
        with (
            at_frame(frame, f"pass {number}"),
            memory_guard(plan.job, plan.width, plan.height),
        ):
            seen = see(plan, self._method, loaded.plate, backdrop=self._backdrop)
            if index in self._shot.levels:
                self._before = self._painted(number, index, seen, loaded.masks)
            if number == self._schedule.passes:
                self._finish(index, loaded, seen, loaded.seconds + time.monotonic() - start)

    def _painted(
        self, number: int, index: int, seen: SeenFrame, masks: Tensor | None
    ) -> PreviousFrame:
        """Return a frame of a pass: painted now, or before the run was broken off."""
        normal = seen.sight.at(self._shot.levels[index])
        if self._reached[index] < number:
            stylized = self._paint(number, index, normal, masks, seen.sight.painted_weight)
        else:
            stylized = self._pictures.load(number, index)
        return self._kept(index, normal, stylized)

    def _paint(
        self,
        number: int,
        index: int,
        picture: Tensor,
        masks: Tensor | None,
        weight: Tensor | None,
    ) -> Stylized:
        """Return a frame of a pass, as it lies on disk now."""
        frame = self._plan.tasks[index].frame
        self._tell(number, index)
        guidance = self._guidance(number, index, picture)
        state = StylizerState(look=self._plan.tasks[index].look, weight=weight)
        stylized, repaired = self._method.paint(picture, guidance, masks, state)
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
        """Return a frame of a pass: carried, or from disk where a run goes on in the middle."""
        frame = self._plan.tasks[index].frame
        if self._before is not None and self._before.frame == frame:
            return self._before
        seen = read_seen(self._plan, self._method, index, backdrop=self._backdrop)
        normal = seen.sight.at(self._shot.levels[index])
        return self._kept(index, normal, self._pictures.load(number, index))

    def _kept(self, index: int, normal: Tensor, stylized: Stylized) -> PreviousFrame:
        return PreviousFrame(
            frame=self._plan.tasks[index].frame,
            picture=normal,
            stylized=stylized.picture,
            layers=stylized.layers,
            level=self._shot.levels[index],
        )

    def _finish(self, index: int, loaded: LoadedFrame, seen: SeenFrame, seconds: float) -> None:
        """Hand a frame to the writer, unless it lies finished already."""
        plan, task = self._plan, self._plan.tasks[index]
        if index in plan.resume.verified:
            self._reporter.skip(index)
            return
        begins = index == self._shot.frames[0] and index > 0
        result = PendingWrite(
            task=task,
            output=self._output(index, loaded, seen),
            plate=loaded.plate,
            input=loaded.input,
            frame_key=frame_key(plan.chain_start, task.frame, loaded.input.sha256, task.values),
            cut=begins and self._guide is not None,
            seconds=seconds,
        )
        self._reporter.submit(result)

    def _output(self, index: int, loaded: LoadedFrame, seen: SeenFrame) -> Tensor:
        """Return a finished frame: in its own paint or that of one it holds, or as it is."""
        picture = loaded.plate.picture
        if index not in self._shot.shown:
            return picture
        painted = self._other(self._schedule.passes, self._shot.shown[index])
        output = self._method.show(painted, seen.full, loaded.masks)
        return framed(output, picture, bars=self._plan.bars)

    def _tell(self, number: int, index: int) -> None:
        shot, passes = self._shot.frames, self._schedule.passes
        frames, frame = len(self._plan.tasks), self._plan.tasks[index].frame
        order = self._schedule.order(number)
        share = (number - 1 + order.index(index) / len(order)) * len(shot)
        painted = shot[0] * passes + share
        self._reporter.begin(frame, number=number, passes=passes)
        self._reporter.progress(
            f"pass {number} of {passes}, frame {frame}", painted / (frames * passes)
        )
