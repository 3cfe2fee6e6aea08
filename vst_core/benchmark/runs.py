"""What `vst bench` times: whole runs, the paper's network, single stages, and memory."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from statistics import median

import torch
from torch import Tensor

from vst_core.devices import pick_device, pick_precision
from vst_core.errors import OutOfMemory, VstError
from vst_core.evaluation import moving_frames, peak_memory
from vst_core.flow import FlowSettings, open_flow_source
from vst_core.frames import FrameRange, find_sequence
from vst_core.guidance import Guidance
from vst_core.image import read_picture, read_plate, write_picture, write_plate
from vst_core.job import StylizeJob
from vst_core.memory import kept_memory
from vst_core.motion import trust_mask, warp
from vst_core.nets import TransformNet, vtn_input
from vst_core.protocol import Finished, Message, Started
from vst_core.runner import run_job
from vst_core.styles import find_mix
from vst_core.stylizers import StylizerSettings, open_stylizer

__all__ = ["PaperNetwork", "job_memory", "make_clip", "run_seconds", "stage_seconds"]

STAGES = ("read", "flow both ways", "trust and warp", "network", "write")

_PAPER_WIDTH = 32
_PAPER_CHANNELS = 7


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


class PaperNetwork:
    """The VTN in the paper's width, as most would run it: eager, float32, NCHW.

    Its numbers are random, which changes no time. Its norms are this project's; torch's own
    took 4 % longer on the CPU where this was measured, so nothing is won by them here. Its
    memory comes and goes as the C library has it, which costs it a third of its time there:
    our runs ask for memory that stays (`vst_core.memory.kept_memory`).
    """

    def __init__(self, pictures: Sequence[Tensor], device: torch.device) -> None:
        self._device, self._threads = device, torch.get_num_threads()
        self._net = TransformNet(width=_PAPER_WIDTH, channels=_PAPER_CHANNELS).eval().to(device)
        self._mix = torch.ones(1, 1, device=device)
        self._inputs = [
            vtn_input(picture, picture, torch.ones_like(picture[:, :1])) for picture in pictures
        ]

    @torch.inference_mode()
    def seconds(self) -> float:
        """Run it over the frames, already in memory, and return its seconds a frame."""
        torch.set_num_threads(self._threads)
        start = time.perf_counter()
        for joined in self._inputs:
            self._net(joined.to(self._device), self._mix).cpu()
        return (time.perf_counter() - start) / len(self._inputs)


def read_pictures(job: StylizeJob) -> list[Tensor]:
    """Return the frames of a job as working pictures."""
    found = find_sequence(job.input, frames=job.frame_range)
    return [read_picture(found.source(frame)) for frame in found.frames]


@kept_memory()
@torch.inference_mode()
def stage_seconds(job: StylizeJob) -> dict[str, float]:
    """Do the work of a run stage by stage, nothing overlapping; return the median of each.

    The first two frames warm up and do not count, unless there are only three or fewer.
    """
    device = pick_device(job.device)
    precision = pick_precision(job.precision, device)
    settings = StylizerSettings(styles=find_mix(job.mix), device=device, precision=precision)
    stylizer = open_stylizer("vtn", settings)
    folder = Path(job.weights_dir) if job.weights_dir else None
    source = open_flow_source(job.flow, FlowSettings(device=device, weights_dir=folder))
    sequence = find_sequence(job.input, frames=job.frame_range)
    Path(job.output).mkdir(parents=True, exist_ok=True)
    watch = _Watch(device)
    before: tuple[int, Tensor, Tensor] | None = None
    for frame in sequence.frames:
        with watch("read"):
            plate = read_plate(sequence.source(frame))
            picture = plate.picture.to(device)
        guidance = None
        if before is not None:
            with watch("flow both ways"):
                flow = source.between(before[1], picture, frames=(before[0], frame))
            if flow is not None:
                with watch("trust and warp"):
                    trust = trust_mask(flow.forward, flow.backward, variant=job.trust)
                    guidance = Guidance(warped=warp(before[2], flow.backward), trust=trust)
        with watch("network"):
            stylized = stylizer.stylize(picture, guidance).picture
        with watch("write"):
            write_plate(sequence.output_path(Path(job.output), frame), stylized.cpu(), plate)
        before = (frame, picture, stylized)
    return watch.medians()


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


class _Watch:
    """Collects the seconds of each stage, waiting for the device at both ends."""

    def __init__(self, device: torch.device) -> None:
        self._wait = _waiter(device)
        self._seconds: dict[str, list[float]] = {stage: [] for stage in STAGES}

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        self._wait()
        start = time.perf_counter()
        yield
        self._wait()
        self._seconds[stage].append(time.perf_counter() - start)

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
