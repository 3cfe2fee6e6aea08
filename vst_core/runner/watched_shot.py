"""A shot whose motion is looked at, and which is not painted: the frames and motion of a job."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import torch

from vst_core.errors import InputError
from vst_core.flow import FlowSource, FrameView
from vst_core.frames import FrameRange
from vst_core.guidance import Viewer
from vst_core.image import Window, check_config
from vst_core.job import StylizeJob
from vst_core.runner.errors_at_frame import at_frame
from vst_core.runner.io.frame_views import frame_viewer
from vst_core.runner.io.framing import look_at_shot
from vst_core.runner.io.header_scan import HeaderScan, scan_headers
from vst_core.runner.io.job_input import open_job_input
from vst_core.runner.motion_choice import MotionChoice, choose_motion
from vst_core.runner.plan import read_settings
from vst_core.video.inputs import Input

__all__ = ["WatchedShot", "watch_shot"]


@dataclass(frozen=True, kw_only=True)
class WatchedShot:
    """The frames of a shot, read one at a time, and where their motion comes from.

    Attributes:
        job: Says which frames, how they are read, and whose motion is asked for.
        frames: The numbers of those that are looked at, in order.
        canvas: What every picture covers.
        display: What of it is meant to be seen.
        exposure: What scene-linear light is divided by, as for a run.
    """

    job: StylizeJob
    frames: tuple[int, ...]
    canvas: Window
    display: Window
    exposure: float
    _input: Input = field(repr=False)
    _scan: HeaderScan = field(repr=False)
    _view: Viewer = field(repr=False)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know, a sentence or two each."""
        return self._input.notes

    def view(self, frame: int, device: torch.device) -> FrameView:
        """Return a frame as sources of motion see it.

        Raises:
            InputError: It cannot be used.
        """
        reading = read_settings(self.job, exposure=self.exposure)
        with at_frame(frame):
            plate = self._input.plate(frame, canvas=self.canvas, settings=reading)
        return self._view(frame, plate.picture.to(device))

    def motion(self, flow: str) -> MotionChoice:
        """Return where the motion comes from, as a run with `--flow` would take it.

        Raises:
            InputError: The shot has no such vectors, or they do not fit.
        """
        job = self.job.with_changes({"flow": flow})
        reading = read_settings(job)
        return choose_motion(job, self._input, self._scan, reading=reading, guided=True)

    def open(self, motion: MotionChoice, device: torch.device) -> FlowSource:
        """Open a source; see `MotionChoice.open`."""
        return motion.open(self.job, device)


@contextmanager
def watch_shot(
    job: StylizeJob, *, first: int | None = None, lead: int = 0, overscan: bool = False
) -> Iterator[WatchedShot]:
    """Open the frames of a job; they are closed afterwards.

    Args:
        job: Its input, frames, layer, color and vectors count.
        first: Look at only this many, from the first.
        lead: So many frames before the first one belong to it, as far as they are there: then
            parts of a shot have the motion of the whole among them.
        overscan: Pictures cover all that a run works on, and not just what is meant to be seen.

    Raises:
        InputError: Nothing matches, frames are missing, too small or of several sizes, or there
            are fewer than two and no `lead` was asked for.
        UsageError: The frames make no sense.
    """
    check_config(job.ocio)
    source = open_job_input(job)
    if lead:
        wanted = _led(source, lead)
        source.close()
        source = open_job_input(job.with_changes({"frames": str(wanted)}))
    try:
        numbers = tuple(source.sequence.frames)[:first]
        if len(numbers) < 2 and not lead:
            raise InputError(
                f"{source.sequence} gives {len(numbers)} frame, and motion is between two",
                fix="Give a folder, a movie or a pattern such as in/shot.%04d.exr, and 2 frames "
                "or more.",
            )
        scan = scan_headers(source, layer=job.layer)
        canvas = scan.canvas if overscan else scan.display
        framing = look_at_shot(source, canvas=scan.canvas, settings=read_settings(job), waits=False)
        view = frame_viewer(source, canvas=canvas, display=scan.display)
        yield WatchedShot(
            job=job,
            frames=numbers,
            canvas=canvas,
            display=scan.display,
            exposure=framing.exposure,
            _input=source,
            _scan=scan,
            _view=view,
        )
    finally:
        source.close()


def _led(source: Input, lead: int) -> FrameRange:
    """Return the frames of a sequence, and those before them."""
    frames = source.sequence.frames
    before = sorted(frame for frame in source.sequence.files if frame < frames[0])
    return FrameRange((*before[-lead:], *frames))
