"""From a job to a plan: every file, every size, and what is done already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import torch

from vst_core import __version__
from vst_core.catalog import Method, find_method
from vst_core.content import Bars
from vst_core.devices import pick_device, pick_precision
from vst_core.frames import FrameSequence
from vst_core.image import ReadSettings, Window, check_output
from vst_core.job import StylizeJob
from vst_core.masks import read_masks
from vst_core.protocol import Started
from vst_core.runner.errors_at_frame import at_frame
from vst_core.runner.io.destination import Destination
from vst_core.runner.io.framing import steady_bars
from vst_core.runner.io.header_scan import scan_headers, work_size
from vst_core.runner.io.inputs import Input, open_input
from vst_core.runner.io.live_preview import check_preview
from vst_core.runner.io.open_destination import check_destination, open_destination
from vst_core.runner.method_settings import chosen_features
from vst_core.runner.regions.region_plan import RegionPlan, plan_regions
from vst_core.runner.resume.examine import Resume, chain_start_of_all, examine
from vst_core.runner.resume.frame_key import RunKey, run_key
from vst_core.runner.resume.manifest import Manifest, read_manifest
from vst_core.runner.resume.run_paths import RunPaths, name_pattern
from vst_core.runner.resume.state_files import find_states
from vst_core.runner.task import FrameTask
from vst_core.styles import Style, find_mix

__all__ = ["Plan", "plan_job", "read_settings"]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Everything that is known about a run before its first frame.

    Attributes:
        job: What was asked for.
        input: Where the frames come from.
        destination: Where they go.
        tasks: The frames to make, in order: number, source, output.
        canvas: The window that every working picture covers.
        work_size: (height, width) at which network and flow work.
        method: The method's traits.
        guided: Whether frames know of each other, by motion.
        recurrent: Whether a frame depends on those before it.
        indices: On which: 1 is the frame before, nearest first.
        cards: The styles, each with its share.
        regions: Which of them goes where; None where they are mixed everywhere.
        bars: What of every frame is a black bar, and stays so.
        device: Where networks run.
        precision: Number type of the stylizing network's convolutions.
        run_key: What decides the frames' bytes, besides the pictures.
        chain_start: What the link of a frame that stands alone or starts a shot begins with.
        paths: Where the run keeps its manifest and its state.
        own: What the manifest of this very run says, if it is to be continued.
        resume: What is verified and will be skipped, and what has to be computed.
    """

    job: StylizeJob
    input: Input = field(repr=False)
    destination: Destination = field(repr=False)
    tasks: tuple[FrameTask, ...]
    canvas: Window
    work_size: tuple[int, int]
    method: Method
    guided: bool
    recurrent: bool
    indices: tuple[int, ...]
    cards: tuple[tuple[Style, float], ...] = field(repr=False)
    regions: RegionPlan | None
    bars: Bars
    device: torch.device
    precision: torch.dtype
    run_key: RunKey = field(repr=False)
    chain_start: RunKey | str = field(repr=False)
    paths: RunPaths = field(repr=False)
    own: Manifest | None = field(repr=False)
    resume: Resume = field(repr=False)

    @property
    def sequence(self) -> FrameSequence:
        """The frames of the input."""
        return self.input.sequence

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know before the run, a sentence or two each."""
        framed = (f"There are black bars, which stay black: {self.bars}.",) if self.bars else ()
        return (*self.input.notes, *framed, *self.destination.notes)

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
        """The file to write for each frame."""
        return tuple(task.output for task in self.tasks)

    @property
    def skipped(self) -> tuple[int, ...]:
        """The frames that an earlier run has finished, verified by their hashes."""
        return tuple(self.tasks[index].frame for index in sorted(self.resume.verified))

    @property
    def started(self) -> Started:
        """The event with which a run of this plan begins."""
        return Started(
            frames=len(self.tasks),
            width=self.width,
            height=self.height,
            style=", ".join(self.regions.names) if self.regions else self.job.style,
            method=self.job.method,
            flow=self.job.flow,
            device=str(self.device),
            version=__version__,
        )


def plan_job(job: StylizeJob) -> Plan:
    """Find every file, read every header, and check all that can be checked before work.

    Nothing is written.

    Raises:
        UsageError: Unknown style, colour space or format; a depth the format cannot hold.
        InputError: No such files, missing, damaged, or frames of several sizes.
        OutputError: The folder cannot be used, or holds files that would be replaced.
        DeviceError: The device is not there.
    """
    device = pick_device(job.device)
    precision = pick_precision(job.precision, device)
    source = open_input(job)
    sequence = source.sequence
    check_destination(job, source)
    check_preview(job.preview)
    found = scan_headers(source, layer=job.layer)
    destination = open_destination(job, source, found.first)
    regions = plan_regions(
        job,
        [(frame, sequence.source(frame)) for frame in sequence.frames],
        display=found.display,
        canvas=found.canvas,
    )
    cards = regions.styles if regions else find_mix(job.mix, method=job.method)
    method = find_method(job.method)
    guided = _follows_motion(job, method) and job.flow != "none"
    recurrent = guided and method.temporal != "multi-pass"
    tasks = _tasks(job, sequence, destination, guided=guided, recurrent=recurrent)
    if regions:
        tasks = tuple(replace(task, masks=regions.files.of(task.frame)) for task in tasks)
    _check_first(job, tasks[0], source=source, destination=destination, canvas=found.canvas)
    bars = steady_bars(source, canvas=found.canvas, settings=read_settings(job))
    names = name_pattern(sequence, suffix=destination.suffix)
    key_parts = run_key(
        job,
        cards=cards,
        canvas=found.canvas,
        names=name_pattern(sequence),
        output_names=names,
        device=device.type,
        precision=str(precision).removeprefix("torch."),
        features=chosen_features(job, cards, device=device) if method.optimises else (),
        threads=job.threads or torch.get_num_threads(),
        regions=regions.key_parts if regions else (),
        bars=bars,
        result=destination.key_parts,
    )
    paths = RunPaths.of(destination.folder, names, sequence.frames)
    manifests = [] if job.overwrite else _manifests(paths)
    whole = method.temporal == "multi-pass"
    chain_start = chain_start_of_all(tasks, manifests, key_parts) if whole else key_parts
    own, resume = _examine(
        job,
        tasks,
        destination,
        paths=paths,
        manifests=manifests,
        key_parts=key_parts,
        chain_start=chain_start,
    )
    return Plan(
        job=job,
        input=source,
        destination=destination,
        tasks=tasks,
        canvas=found.canvas,
        work_size=work_size(found.canvas, job.scale),
        method=method,
        guided=guided,
        recurrent=recurrent,
        indices=job.look_back if method.looks_back else (1,),
        cards=cards,
        regions=regions,
        bars=bars,
        device=device,
        precision=precision,
        run_key=key_parts,
        chain_start=chain_start,
        paths=paths,
        own=own,
        resume=resume,
    )


def read_settings(job: StylizeJob) -> ReadSettings:
    """Return how the frames of a job are read."""
    return ReadSettings(
        layer=job.layer,
        colorspace=job.colorspace,
        ocio=job.ocio,
        keep_layers=job.keep_layers,
    )


def _follows_motion(job: StylizeJob, method: Method) -> bool:
    """Whether frames know of each other: by the method's nature, or because a job asks for it."""
    return method.needs_flow or (method.optimises and job.start == "previous")


def _tasks(
    job: StylizeJob,
    sequence: FrameSequence,
    destination: Destination,
    *,
    guided: bool,
    recurrent: bool,
) -> tuple[FrameTask, ...]:
    frames, named = sequence.frames, job.cut_frames
    tasks = []
    for last, frame in zip((None, *frames[:-1]), frames, strict=True):
        cut = guided and last is not None and _cut_between(named, last, frame)
        task = FrameTask(
            frame=frame,
            source=sequence.source(frame),
            output=sequence.output_path(destination.folder, frame, suffix=destination.suffix),
            starts=cut or last is None or not recurrent,
            cut=cut,
        )
        tasks.append(task)
    return tuple(tasks)


def _cut_between(cuts: Sequence[int], before: int, frame: int) -> bool:
    """Whether a new shot's first frame is passed, forwards or backwards."""
    low, high = min(before, frame), max(before, frame)
    return any(low < cut <= high for cut in cuts)


def _check_first(
    job: StylizeJob, task: FrameTask, *, source: Input, destination: Destination, canvas: Window
) -> None:
    """Read one frame for good: colour space, format and depth show their problems here."""
    with at_frame(task.frame):
        plate = source.plate(task.frame, canvas=canvas, settings=read_settings(job))
        read_masks(job.masks, task.masks, plate)
        check_output(task.output, plate, settings=destination.settings)


def _manifests(paths: RunPaths) -> list[Manifest]:
    read = (read_manifest(path) for path in paths.all_manifests())
    return [manifest for manifest in read if manifest is not None]


def _examine(
    job: StylizeJob,
    tasks: tuple[FrameTask, ...],
    destination: Destination,
    *,
    paths: RunPaths,
    manifests: Sequence[Manifest],
    key_parts: RunKey,
    chain_start: RunKey | str,
) -> tuple[Manifest | None, Resume]:
    """Return what this run noted earlier, if it goes on from there, and what is done."""
    if job.overwrite:
        return None, Resume(computed=frozenset(range(len(tasks))))
    same = [manifest for manifest in manifests if manifest.run_key == key_parts]
    own = next((manifest for manifest in same if manifest.path == paths.manifest), None)
    resume = examine(
        tasks, same, find_states(paths.all_states()), chain_start, there=destination.there
    )
    destination.refuse_conflicts(
        tasks, resume.verified, own=own, manifests=manifests, run_key=key_parts
    )
    return own, resume
