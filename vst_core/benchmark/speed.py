"""How fast whole runs are beside the paper's network alone, and how much memory they take."""

from __future__ import annotations

import platform
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from vst_core.benchmark.paper_network import PaperNetwork
from vst_core.benchmark.runs import job_memory, read_pictures, run_seconds, stage_seconds
from vst_core.devices import instruction_set, pick_device, pick_network_precision
from vst_core.evaluation import Comparison, compare, peak_memory
from vst_core.frames import FrameRange, find_sequence
from vst_core.job import StylizeJob

__all__ = ["BenchSetting", "MemoryFigures", "SpeedFigures", "measure_memory", "measure_speed"]


@dataclass(frozen=True, kw_only=True)
class BenchSetting:
    """What was measured, and on what.

    Attributes:
        width, height: Of a frame, in pixels.
        frames: How many.
        style, flow: As in the job.
        device: Of torch.
        machine: The name of the processor, or of the graphics card.
        instructions: Of the processor, as `instruction_set` names them.
        threads: Of torch.
        precision: Number type of the network.
        torch: Its version.
    """

    width: int
    height: int
    frames: int
    style: str
    flow: str
    device: str
    machine: str
    instructions: str
    threads: int
    precision: str
    torch: str


@dataclass(frozen=True, kw_only=True)
class SpeedFigures:
    """How fast a job is.

    Attributes:
        setting: What was measured, and on what.
        comparison: Seconds a frame, end to end and of the paper's network alone, round by round.
        first_frame: Seconds of the first frame, which needs no flow; the shortest.
        stages: Stage -> seconds a frame, nothing overlapping.
        peak_memory: Bytes of this process, the paper's network included; None if unknown.
    """

    setting: BenchSetting
    comparison: Comparison
    first_frame: float
    stages: dict[str, float]
    peak_memory: int | None

    def as_dict(self) -> dict[str, Any]:
        """Return everything by its name, for JSON."""
        found = self.comparison
        return {
            **asdict(self.setting),
            "seconds_end_to_end": found.ours,
            "seconds_paper_network": found.baseline,
            "fps_end_to_end": 1 / found.median_ours,
            "fps_paper_network": 1 / found.median_baseline,
            "ratio": found.ratio,
            "seconds_first_frame": self.first_frame,
            "seconds_by_stage": self.stages,
            "peak_memory": self.peak_memory,
        }


@dataclass(frozen=True, kw_only=True)
class MemoryFigures:
    """How much memory a job takes: bytes at the most, in a process of its own; None if unknown."""

    setting: BenchSetting
    peak_memory: int | None

    def as_dict(self) -> dict[str, Any]:
        """Return everything by its name, for JSON."""
        return {**asdict(self.setting), "peak_memory": self.peak_memory}


def measure_speed(job: StylizeJob, *, rounds: int, say: Callable[[str], None]) -> SpeedFigures:
    """Time a job against the paper's network, in turns, and then stage by stage.

    Args:
        job: Of three frames or more; its output is written over.
        rounds: How often each of the two.
        say: Told what is being done, a line at a time.
    """
    pictures = read_pictures(job)
    paper = PaperNetwork(pictures, pick_device(job.device))
    frames = find_sequence(job.input, frames=job.frame_range).frames
    say("warming up")
    run_seconds(job.with_changes({"frames": str(FrameRange(frames[:2]))}))
    paper.seconds()
    first: list[float] = []

    def told(what: str, seconds: float) -> float:
        say(f"{what}: {seconds:.3f} s a frame")
        return seconds

    def ours() -> float:
        seconds, once = run_seconds(job)
        first.append(once)
        return told("end to end", seconds)

    found = compare(ours, lambda: told("paper's network", paper.seconds()), rounds=rounds)
    say("stage by stage")
    return SpeedFigures(
        setting=_setting(job, pictures[0].shape[-1], pictures[0].shape[-2], len(pictures)),
        comparison=found,
        first_frame=min(first),
        stages=stage_seconds(job),
        peak_memory=peak_memory(),
    )


def measure_memory(job: StylizeJob, *, say: Callable[[str], None]) -> MemoryFigures:
    """Run a job in a process of its own and weigh it.

    Raises:
        OutOfMemory: The process was killed.
    """
    shapes = [picture.shape for picture in read_pictures(job)]
    say("running in a process of its own")
    peak = job_memory(job)
    setting = _setting(job, shapes[0][-1], shapes[0][-2], len(shapes))
    return MemoryFigures(setting=setting, peak_memory=peak)


def _setting(job: StylizeJob, width: int, height: int, frames: int) -> BenchSetting:
    device = pick_device(job.device)
    precision = pick_network_precision(job.precision, device)
    return BenchSetting(
        width=width,
        height=height,
        frames=frames,
        style=job.style,
        flow=job.flow,
        device=str(device),
        machine=_machine(device.type == "cuda"),
        instructions=instruction_set(device),
        threads=torch.get_num_threads(),
        precision=str(precision).removeprefix("torch."),
        torch=torch.__version__,
    )


def _machine(cuda: bool) -> str:
    if cuda:
        return str(torch.cuda.get_device_name())
    listed = Path("/proc/cpuinfo")
    text = listed.read_text(encoding="utf-8", errors="replace") if listed.is_file() else ""
    named = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    return named[1] if named else platform.processor() or platform.machine()
