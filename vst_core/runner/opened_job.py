"""A job with its input and output opened, and what works on it picked."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch

from vst_core.catalog import Method, find_method
from vst_core.devices import pick_device, pick_network_precision, pick_precision
from vst_core.image import check_config
from vst_core.job import StylizeJob
from vst_core.job.recurrence import is_guided, is_recurrent
from vst_core.runner.io.destination import Destination
from vst_core.runner.io.header_scan import HeaderScan, scan_headers
from vst_core.runner.io.job_input import open_job_input
from vst_core.runner.io.live_preview import check_preview
from vst_core.runner.io.open_destination import check_destination, open_destination
from vst_core.runner.motion_choice import MotionChoice, choose_motion
from vst_core.runner.plan import read_settings
from vst_core.runner.style_video import StyleVideo, open_style_video
from vst_core.runner.views import SecondView, first_of, open_second
from vst_core.video.inputs import Input

__all__ = ["OpenedJob", "open_job"]

_RUN_IN_HALVES = ("itn", "vtn")
"""Methods whose networks were measured in fp16 on a card."""


@dataclass(frozen=True, kw_only=True)
class OpenedJob:
    """The opened input and output of a job, and what works on it.

    Attributes:
        job: The settings.
        method: The traits of its method.
        device: Where networks run.
        precision: Number type of the stylizing network.
        input: Where the frames come from.
        scan: What their headers say.
        motion: Where the motion between them comes from.
        destination: Where they go.
        second: The second view of a stereo job.
        style_video: What of a style video the styles in `job` are; None without one.
    """

    job: StylizeJob
    method: Method
    device: torch.device
    precision: torch.dtype
    input: Input
    scan: HeaderScan
    motion: MotionChoice
    destination: Destination
    second: SecondView | None = None
    style_video: StyleVideo | None = None

    @property
    def guided(self) -> bool:
        """Whether frames know of each other."""
        return is_guided(self.job)

    @property
    def recurrent(self) -> bool:
        """Whether a frame depends on those before it."""
        return is_recurrent(self.job)

    @property
    def lags(self) -> tuple[int, ...]:
        """How far back a frame looks, nearest first."""
        return self.job.look_back if self.method.looks_back else (1,)


def open_job(job: StylizeJob) -> OpenedJob:
    """Open a job's input and output, and its style video; nothing is written.

    Raises:
        UsageError, InputError, OutputError, DeviceError: See `plan_job`.
    """
    check_config(job.ocio)
    device = pick_device(job.device)
    pick = pick_network_precision if job.method in _RUN_IN_HALVES else pick_precision
    precision = pick(job.precision, device)
    asked, job = job, first_of(job)
    source = open_job_input(job)
    video = open_style_video(job, source.sequence)
    if video is not None:
        asked, job = (one.with_changes({"style": video.style}) for one in (asked, job))
    check_destination(job, source)
    check_preview(job.preview)
    found = scan_headers(source, layer=job.layer)
    second = open_second(asked, source, found)
    if second is not None:
        found = replace(found, canvas=found.canvas.union(second.canvas))
    return OpenedJob(
        job=job,
        method=find_method(job.method),
        device=device,
        precision=precision,
        input=source,
        scan=found,
        motion=choose_motion(job, source, found, reading=read_settings(job), guided=is_guided(job)),
        destination=open_destination(job, source, found.first),
        second=second,
        style_video=video,
    )
