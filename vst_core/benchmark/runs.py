"""Whole runs: their seconds, those of each stage, and their memory."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from statistics import median

import torch
from torch import Tensor

from vst_core.devices import pick_device, pick_network_precision
from vst_core.errors import OutOfMemory, VstError
from vst_core.evaluation import moving_frames, peak_memory
from vst_core.flow import (
    NO_FLOW,
    FlowPair,
    FlowSettings,
    FlowSource,
    FrameView,
    open_flow_source,
)
from vst_core.frames import FrameRange, find_sequence
from vst_core.guidance import GuidanceBuilder, PreviousFrame
from vst_core.image import read_picture, read_plate, write_picture, write_plate
from vst_core.job import StylizeJob
from vst_core.memory import kept_memory
from vst_core.protocol import Finished, Message, Started
from vst_core.runner import run_job
from vst_core.styles import find_mix
from vst_core.stylizers import StylizerSettings, open_stylizer

__all__ = ["STAGES", "job_memory", "make_clip", "read_pictures", "run_seconds", "stage_seconds"]

STAGES = ("read", "flow both ways", "trust and warp", "network", "write")


def make_clip(folder: Path, *, width: int, height: int, count: int) -> str:
    """Write moving, textured frames into a folder and return their pattern."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, picture in enumerate(moving_frames(width=width, height=height, count=count), 1):
        write_picture(folder / f"frame_{number:04d}.png", picture)
    return str(folder / "frame_%04d.png")


def run_seconds(job: StylizeJob) -> tuple[float, float]:
    """Run a job and return its seconds a frame, and those of its first frame.

    The first frame of a shot needs no flow, and a run reports its last frames together. So
    the job is run twice, whole and for its first frame alone: the difference is the time of
    the other frames, from reading to writing, with everything that overlaps.
    """
    frames = find_sequence(job.input, frames=job.frame_range).frames
    first = _seconds_of(job.with_changes({"frames": str(FrameRange(frames[:1]))}))
    return (_seconds_of(job) - first) / (len(frames) - 1), first


def read_pictures(job: StylizeJob) -> list[Tensor]:
    """Return the frames of a job as working pictures."""
    found = find_sequence(job.input, frames=job.frame_range)
    return [read_picture(found.source(frame)) for frame in found.frames]


@kept_memory()
@torch.inference_mode()
def stage_seconds(job: StylizeJob) -> dict[str, float]:
    """Do the work of a run stage by stage, nothing overlapping; return the median of each.

    The first two frames warm up and do not count, unless there are only three or fewer.

    Returns:
        Name of a stage (`STAGES`) -> seconds a frame.
    """
    device = pick_device(job.device)
    precision = pick_network_precision(job.precision, device)
    settings = StylizerSettings(styles=find_mix(job.mix), device=device, precision=precision)
    stylizer = open_stylizer("vtn", settings)
    sequence = find_sequence(job.input, frames=job.frame_range)
    Path(job.output).mkdir(parents=True, exist_ok=True)
    watch = _Watch(device)
    guide = _guide(job, device, watch)
    before: PreviousFrame | None = None
    for frame in sequence.frames:
        with watch("read"):
            plate = read_plate(sequence.source(frame))
            picture = plate.picture.to(device)
        guidance = None
        if before is not None and guide is not None:
            with watch("trust and warp"):
                guidance = guide.guidance((before,), picture, frame)
        with watch("network"):
            stylized = stylizer.stylize(picture, guidance).picture
        with watch("write"):
            write_plate(sequence.output_path(Path(job.output), frame), stylized.cpu(), plate)
        before = PreviousFrame(frame=frame, picture=picture, stylized=stylized)
    return watch.medians()


def _guide(job: StylizeJob, device: torch.device, watch: _Watch) -> GuidanceBuilder | None:
    if job.flow == NO_FLOW:
        return None
    folder = Path(job.weights_dir).expanduser() if job.weights_dir else None
    opened = open_flow_source(job.flow, FlowSettings(device=device, weights_dir=folder))
    source = _WatchedFlow(opened, watch)
    return GuidanceBuilder(source, trust=job.trust, finds_cuts=False)


def job_memory(job: StylizeJob) -> int | None:
    """Run a job in a fresh process and return the most bytes it held; None if unknown.

    Raises:
        OutOfMemory: The process was killed.
    """
    try:
        with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as pool:
            return pool.submit(_run_and_weigh, job).result()
    except BrokenProcessPool as error:
        raise OutOfMemory(
            "The run was killed, most likely for its memory", fix="Try a smaller --size."
        ) from error


def _run_and_weigh(job: StylizeJob) -> int | None:
    _seconds_of(job)
    return peak_memory()


def _seconds_of(job: StylizeJob) -> float:
    """Return the seconds from the first frame's beginning to the last one's end."""
    moments: dict[type[Message], float] = {}
    run_job(job, lambda message: moments.update({type(message): time.perf_counter()}))
    if Started not in moments or Finished not in moments:
        raise VstError("A run ended without saying so")
    return moments[Finished] - moments[Started]


class _WatchedFlow:
    """A flow source whose time is its own, and not that of the stage that asks it."""

    def __init__(self, source: FlowSource, watch: _Watch) -> None:
        self._source, self._watch = source, watch

    @property
    def name(self) -> str:
        return self._source.name

    def between(self, previous: FrameView, current: FrameView) -> FlowPair:
        with self._watch("flow both ways"):
            return self._source.between(previous, current)


class _Watch:
    """Collects the seconds of each stage, waiting for the device at both ends.

    A stage within another does not count for the outer one.
    """

    def __init__(self, device: torch.device) -> None:
        self._wait = _waiter(device)
        self._seconds: dict[str, list[float]] = {stage: [] for stage in STAGES}
        self._inner = 0.0

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        self._wait()
        start, outer = time.perf_counter(), self._inner
        self._inner = 0.0
        yield
        self._wait()
        whole = time.perf_counter() - start
        self._seconds[stage].append(whole - self._inner)
        self._inner = outer + whole

    def medians(self) -> dict[str, float]:
        """Return the median of every stage that happened."""
        return {
            stage: median(values[2:] if len(values) > 3 else values)
            for stage, values in self._seconds.items()
            if values
        }


def _waiter(device: torch.device) -> Callable[[], None]:
    if device.type == "cuda":
        return lambda: torch.cuda.synchronize(device)
    return torch.mps.synchronize if device.type == "mps" else lambda: None
