"""The plan of a run: everything that is known before its first frame."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import torch

from vst_core.catalog import Method
from vst_core.content import Bars
from vst_core.frames import FrameSequence
from vst_core.image import KeptLayers, ReadSettings, Window
from vst_core.job import StylizeJob
from vst_core.protocol import Started
from vst_core.runner.io.destination import Destination
from vst_core.runner.io.understood import Understood
from vst_core.runner.motion_choice import MotionChoice
from vst_core.runner.regions.region_plan import RegionPlan
from vst_core.runner.resume.examine import Resume
from vst_core.runner.resume.frame_key import RunKey
from vst_core.runner.resume.hand_over import HandOver
from vst_core.runner.resume.manifest import Manifest
from vst_core.runner.resume.run_paths import RunPaths
from vst_core.runner.style_video import StyleVideo
from vst_core.runner.task import FrameTask
from vst_core.runner.views.second_view import SecondView
from vst_core.styles import Style
from vst_core.version import __version__
from vst_core.video.inputs import Input

__all__ = ["Plan", "read_settings"]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Everything that is known about a run before its first frame.

    Attributes:
        job: What was asked for.
        input: Where the frames come from.
        destination: Where they go.
        tasks: The frames to make, in order: number, source, output.
        canvas: The window that every working picture covers.
        display: What of it is meant to be seen.
        work_size: (height, width) at which network and flow work.
        method: The method's traits.
        guided: Whether frames know of each other, by motion.
        recurrent: Whether a frame depends on those before it.
        lags: On which: 1 is the frame before, nearest first.
        cards: The styles, each with its share.
        regions: Which of them goes where; None where they are mixed everywhere.
        motion: Where the motion between frames comes from.
        bars: What of every frame is a black bar, and stays so.
        understood: Which layer and which colors the frames have.
        exposure: What scene-linear light is divided by before it is painted; see `Framing`.
        backdrop: The frame that stands behind what is seen of the others; see `Framing`.
        device: Where networks run.
        precision: Number type of the stylizing network's convolutions.
        run_key: What decides the frames' bytes, besides the pictures.
        chain_start: What the link of a frame that stands alone or starts a shot begins with.
        paths: Where the run keeps its manifest and its state.
        own: What the manifest of this very run says, if it is to be continued.
        second: The second view of a stereo job.
        hand_over: The state that the run begins with; None = a shot starts.
        warm_up: Frames to be painted before the first one, and not written.
        style_video: What of a style video the styles are; None without one.
        resume: What is verified and will be skipped, and what has to be computed.
    """

    job: StylizeJob
    input: Input = field(repr=False)
    destination: Destination = field(repr=False)
    tasks: tuple[FrameTask, ...]
    canvas: Window
    display: Window = field(repr=False)
    work_size: tuple[int, int]
    method: Method
    guided: bool
    recurrent: bool
    lags: tuple[int, ...]
    cards: tuple[tuple[Style, float], ...] = field(repr=False)
    regions: RegionPlan | None
    motion: MotionChoice
    bars: Bars
    understood: Understood
    backdrop: int | None
    exposure: float
    device: torch.device
    precision: torch.dtype
    run_key: RunKey = field(repr=False)
    chain_start: RunKey | str = field(repr=False)
    paths: RunPaths = field(repr=False)
    own: Manifest | None = field(repr=False)
    resume: Resume = field(repr=False)
    second: SecondView | None = None
    hand_over: HandOver | None = None
    warm_up: tuple[FrameTask, ...] = ()
    style_video: StyleVideo | None = None

    def of_second(self) -> Plan:
        """Return the plan as it is for the second view alone.

        Raises:
            ValueError: There is none.
        """
        if self.second is None:
            raise ValueError("a plan of one view")
        # The files that tell the motion are those of the first view.
        motion = self.motion.estimated if self.guided else self.motion
        second = self.second
        return replace(self, job=second.job, input=second.input, motion=motion, second=None)

    @property
    def sequence(self) -> FrameSequence:
        """The frames of the input."""
        return self.input.sequence

    @property
    def reading(self) -> ReadSettings:
        """How the frames are read."""
        return read_settings(self.job, exposure=self.exposure)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know before the run, a sentence or two each."""
        framed = (f"There are black bars, which stay black: {self.bars}.",) if self.bars else ()
        exposed = (_said(self.exposure),) if self.exposure != 1 else ()
        seen = (*self.input.notes, *self.understood.notes, *self.motion.notes)
        masks = self.regions.files.notes if self.regions else ()
        views = self.second.notes if self.second else ()
        video = self.style_video
        styles = (f"{video.note} Seen in {self.paths.style_sheet}.",) if video else ()
        return (*seen, *views, *styles, *masks, *framed, *exposed, *self.destination.notes)

    @property
    def width(self) -> int:
        """Of the working picture, in pixels."""
        return self.canvas.width

    @property
    def height(self) -> int:
        """Of the working picture, in pixels."""
        return self.canvas.height

    @property
    def frames(self) -> tuple[int, ...]:
        """The frames to make, in order, skipped ones included."""
        return tuple(task.frame for task in self.tasks)

    @property
    def sources(self) -> tuple[Path, ...]:
        """The file to read for each frame."""
        return tuple(task.source for task in self.tasks)

    @property
    def outputs(self) -> tuple[Path, ...]:
        """The files to write: one for each frame, or for each of its views."""
        return tuple(path for task in self.tasks for path in task.outputs)

    @property
    def skipped(self) -> tuple[int, ...]:
        """The frames that an earlier run has finished, verified by their hashes."""
        return tuple(self.tasks[index].frame for index in sorted(self.resume.verified))

    @property
    def style_text(self) -> str:
        """The style, as it was typed."""
        if self.style_video is not None:
            return f"{self.style_video.text} ({self.job.style_from})"
        return ", ".join(self.regions.names) if self.regions else self.job.style

    @property
    def started(self) -> Started:
        """The event with which a run of this plan begins."""
        return Started(
            frames=len(self.tasks),
            width=self.width,
            height=self.height,
            style=self.style_text,
            method=self.job.method,
            flow=self.job.flow,
            device=str(self.device),
            version=__version__,
            layer=self.understood.layer,
            colorspace=self.understood.space,
        )


def _said(exposure: float) -> str:
    way = f"divided by {exposure:g}" if exposure > 1 else f"multiplied by {1 / exposure:g}"
    return f"The scene-linear light is {way} to be painted, and comes back as it was."


def read_settings(job: StylizeJob, *, exposure: float = 1.0) -> ReadSettings:
    """Return how the frames of a job are read."""
    return ReadSettings(
        layer=job.layer,
        colorspace=job.colorspace,
        ocio=job.ocio,
        kept=KeptLayers(job.keep_layers, job.out_layer),
        exposure=exposure,
    )
