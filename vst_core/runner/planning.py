"""From a job to its plan: every file, every size, and what is done already."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from vst_core.catalog import Method, find_method
from vst_core.devices import pick_device, pick_precision
from vst_core.errors import OutputError, UsageError
from vst_core.image import check_output
from vst_core.job import StyleCurve, StylizeJob
from vst_core.masks import read_masks
from vst_core.runner.errors_at_frame import at_frame
from vst_core.runner.flow_inputs import flow_inputs
from vst_core.runner.io.conflicts import refuse_own_inputs
from vst_core.runner.io.destination import Destination
from vst_core.runner.io.framing import Framing, look_over
from vst_core.runner.io.header_scan import HeaderScan, scan_headers, work_size
from vst_core.runner.io.inputs import Input, open_input
from vst_core.runner.io.live_preview import check_preview
from vst_core.runner.io.open_destination import check_destination, open_destination
from vst_core.runner.method_settings import chosen_features
from vst_core.runner.plan import Plan, read_settings
from vst_core.runner.recurrence import is_guided, is_recurrent
from vst_core.runner.regions.region_plan import RegionPlan, plan_regions
from vst_core.runner.resume.contributor import FrameContributor, check_files
from vst_core.runner.resume.examine import Resume, chain_start_of_all, examine, last_key
from vst_core.runner.resume.frame_key import RunKey, run_key
from vst_core.runner.resume.hand_over import HandOver, check_hand_over, open_hand_over
from vst_core.runner.resume.manifest import Manifest, read_manifest
from vst_core.runner.resume.run_paths import RunPaths, name_pattern
from vst_core.runner.resume.state_files import find_states
from vst_core.runner.task import FrameTask
from vst_core.runner.values_over_time import ValuesOverTime, look_at
from vst_core.styles import Style, find_mix, find_transition

__all__ = ["plan_job"]


@dataclass(frozen=True, kw_only=True)
class _Shot:
    """The opened input and output of a job, and what works on it."""

    job: StylizeJob
    method: Method
    device: torch.device
    precision: torch.dtype
    input: Input
    scan: HeaderScan
    destination: Destination

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


@dataclass(frozen=True, kw_only=True)
class _Done:
    """What decides the frames, and which are done already."""

    run_key: RunKey
    chain_start: RunKey | str
    paths: RunPaths
    own: Manifest | None
    resume: Resume


def plan_job(job: StylizeJob) -> Plan:
    """Find every file, read every header, and check all that can be checked before work.

    Nothing is written.

    Raises:
        UsageError: Unknown style, colour space or format; a depth the format cannot hold.
        InputError: No such files, missing, damaged, or frames of several sizes.
        OutputError: The folder cannot be used, or holds files that would be replaced.
        DeviceError: The device is not there.
    """
    shot = _open_shot(job)
    regions = _regions(shot)
    cards = regions.styles if regions else _styles(job)
    hand_over = open_hand_over(_path(job.state_in)) if job.state_in else None
    _check_chunk(shot)
    warm_up = _warm_up(shot)
    tasks = _tasks(shot, goes_on=hand_over is not None or bool(warm_up))
    whole = (*warm_up, *tasks)
    contributors = _contributors(shot, whole, regions, hand_over)
    check_files(contributors, [task.frame for task in whole])
    whole = tuple(_with_inputs(task, contributors, regions) for task in whole)
    warm_up, tasks = whole[: len(warm_up)], whole[len(warm_up) :]
    _refuse_own_inputs(shot, tasks)
    _check_first(shot, tasks[0])
    framing = _framing(shot)
    key = _run_key(shot, cards, contributors, framing)
    if hand_over is not None:
        _check_state(shot, hand_over, key)
    before = hand_over.frame_key if hand_over else last_key(warm_up, key)
    done = _find_done(shot, tasks, key, before=before)
    plan = _plan(shot, tasks, cards, regions, framing=framing, done=done)
    return replace(plan, hand_over=hand_over, warm_up=warm_up)


def _open_shot(job: StylizeJob) -> _Shot:
    device = pick_device(job.device)
    precision = pick_precision(job.precision, device)
    source = open_input(job)
    check_destination(job, source)
    check_preview(job.preview)
    found = scan_headers(source, layer=job.layer)
    return _Shot(
        job=job,
        method=find_method(job.method),
        device=device,
        precision=precision,
        input=source,
        scan=found,
        destination=open_destination(job, source, found.first),
    )


def _regions(shot: _Shot) -> RegionPlan | None:
    sequence = shot.input.sequence
    frames = [(frame, sequence.source(frame)) for frame in sequence.frames]
    return plan_regions(shot.job, frames, display=shot.scan.display, canvas=shot.scan.canvas)


def _framing(shot: _Shot) -> Framing:
    # Of all files, as the canvas: so a part of a sequence has the bars of the whole. Of frames
    # that are waited for only the first: a run that goes on later has to find the same.
    sequence = shot.input.sequence
    there = [frame for frame in sequence.files if sequence.path(frame).exists()]
    seen = there[:1] if shot.job.missing == "wait" else there
    return look_over(shot.input, seen, canvas=shot.scan.canvas, settings=read_settings(shot.job))


def _styles(job: StylizeJob) -> tuple[tuple[Style, float], ...]:
    """Return the styles; those of every key, where they change over time."""
    if "style" not in job.animated:
        return find_mix(job.mix, method=job.method)
    return find_transition(StyleCurve.parse(job.style).mixes, method=job.method)


def _contributors(
    shot: _Shot,
    tasks: Sequence[FrameTask],
    regions: RegionPlan | None,
    hand_over: HandOver | None,
) -> tuple[FrameContributor, ...]:
    before = hand_over.frames if hand_over else ()
    motion = flow_inputs(shot.job, tasks, guided=shot.guided, lags=shot.lags, before=before)
    over_time = ValuesOverTime(shot.job)
    return (motion, over_time, regions) if regions else (motion, over_time)


def _with_inputs(
    task: FrameTask, contributors: Sequence[FrameContributor], regions: RegionPlan | None
) -> FrameTask:
    """Return a task with everything that it is made from."""
    masks = regions.files_of(task.frame) if regions else ()
    files = (path for one in contributors for path in one.files_of(task.frame))
    others = tuple(path for path in dict.fromkeys(files) if path not in masks)
    values: dict[str, str] = {}
    for contributor in contributors:
        values |= contributor.values_of(task.frame)
    return replace(task, masks=masks, others=others, values=values)


def _refuse_own_inputs(shot: _Shot, tasks: Sequence[FrameTask]) -> None:
    job, sequence = shot.job, shot.input.sequence
    inputs = {sequence.path(frame) for frame in sequence.files}
    inputs |= {Path(name) for name, _ in job.mix}
    inputs |= {path for task in tasks for path in (*task.masks, *task.others)}
    outputs = [task.output for task in tasks]
    named = [Path(text) for text in (job.preview, job.output, job.state_out) if text]
    refuse_own_inputs([*outputs, *named], inputs)


def _run_key(
    shot: _Shot,
    cards: Sequence[tuple[Style, float]],
    contributors: Sequence[FrameContributor],
    framing: Framing,
) -> RunKey:
    job, sequence = shot.job, shot.input.sequence
    paints = "features" in shot.method.reads
    parts: dict[str, str] = {}
    for contributor in contributors:
        parts |= contributor.key_parts
    parts |= framing.key_parts
    return run_key(
        job,
        cards=cards,
        canvas=shot.scan.canvas,
        names=name_pattern(sequence),
        output_names=name_pattern(sequence, suffix=shot.destination.suffix),
        device=shot.device.type,
        precision=str(shot.precision).removeprefix("torch."),
        features=chosen_features(job, cards, device=shot.device) if paints else (),
        threads=job.threads or torch.get_num_threads(),
        parts={**parts, **shot.destination.key_parts},
    )


def _find_done(shot: _Shot, tasks: tuple[FrameTask, ...], key: RunKey, *, before: str) -> _Done:
    """Find what earlier runs have left, and refuse to replace what is not theirs."""
    job, destination, sequence = shot.job, shot.destination, shot.input.sequence
    names = name_pattern(sequence, suffix=destination.suffix)
    paths = RunPaths.of(destination.folder, names, sequence.frames)
    manifests = [] if job.overwrite else _manifests(paths)
    whole = shot.method.temporal == "multi-pass"
    start = chain_start_of_all(tasks, manifests, key) if whole else key
    if job.overwrite:
        resume = Resume(computed=frozenset(range(len(tasks))))
        return _Done(run_key=key, chain_start=start, paths=paths, own=None, resume=resume)
    same = [manifest for manifest in manifests if manifest.run_key == key]
    own = next((manifest for manifest in same if manifest.path == paths.manifest), None)
    states = find_states(paths.all_states())
    resume = examine(
        tasks,
        same,
        states,
        start,
        there=destination.there,
        before=before,
        state_out=_path(job.state_out) if job.state_out else None,
    )
    destination.refuse_conflicts(tasks, resume.verified, own=own, manifests=manifests, run_key=key)
    return _Done(run_key=key, chain_start=start, paths=paths, own=own, resume=resume)


def _plan(
    shot: _Shot,
    tasks: tuple[FrameTask, ...],
    cards: tuple[tuple[Style, float], ...],
    regions: RegionPlan | None,
    *,
    framing: Framing,
    done: _Done,
) -> Plan:
    return Plan(
        job=shot.job,
        input=shot.input,
        destination=shot.destination,
        tasks=tasks,
        canvas=shot.scan.canvas,
        work_size=work_size(shot.scan.canvas, shot.job.scale),
        method=shot.method,
        guided=shot.guided,
        recurrent=shot.recurrent,
        lags=shot.lags,
        cards=cards,
        regions=regions,
        bars=framing.bars,
        backdrop=framing.backdrop,
        exposure=framing.exposure,
        device=shot.device,
        precision=shot.precision,
        run_key=done.run_key,
        chain_start=done.chain_start,
        paths=done.paths,
        own=done.own,
        resume=done.resume,
    )


def _warm_up(shot: _Shot) -> tuple[FrameTask, ...]:
    """Return the frames to be painted before the first one; none across a named cut."""
    asked, sequence = shot.job.warm_up, shot.input.sequence
    count = shot.method.warm_up_frames if asked == "auto" else int(asked)
    first = sequence.frames[0]
    there = sorted(frame for frame in sequence.files if frame < first)
    frames = tuple(
        frame
        for frame in (there[-count:] if count else [])
        if not _cut_between(shot.job.cut_frames, frame, first)
    )
    return _tasks_of(shot, frames, goes_on=False)


def _tasks(shot: _Shot, *, goes_on: bool) -> tuple[FrameTask, ...]:
    return _tasks_of(shot, shot.input.sequence.frames, goes_on=goes_on)


def _tasks_of(shot: _Shot, frames: Sequence[int], *, goes_on: bool) -> tuple[FrameTask, ...]:
    sequence, destination = shot.input.sequence, shot.destination
    named = shot.job.cut_frames
    depends = shot.guided or shot.recurrent
    tasks = []
    for last, frame in zip((None, *frames), frames, strict=False):
        cut = depends and last is not None and _cut_between(named, last, frame)
        task = FrameTask(
            frame=frame,
            source=sequence.source(frame),
            output=sequence.output_path(destination.folder, frame, suffix=destination.suffix),
            starts=cut or (last is None and not goes_on) or not shot.recurrent,
            cut=cut,
            strength=shot.job.values_at(frame).strength,
            look=look_at(shot.job, frame),
        )
        tasks.append(task)
    return tuple(tasks)


def _check_chunk(shot: _Shot) -> None:
    """Refuse states where there are none, before any work."""
    job = shot.job
    named = [flag for flag, text in (("--state-in", job.state_in), ("--state-out", job.state_out),
                                     ("--warm-up", job.warm_up.strip("0"))) if text]  # fmt: skip
    if named and not shot.recurrent:
        fix = "Leave it out, or use a method with memory such as vtn, and a source of motion"
        what = f"{named[0]} is for frames that depend on those before; --method {job.method}"
        raise UsageError(f"{what} with --flow {job.flow} makes each by itself", fix=fix)
    if job.masks and job.warm_up.strip("0"):
        fix = "Leave one of them out, or hand a state over with --state-in"
        raise UsageError("--warm-up and masks exclude each other", fix=fix)
    if job.state_out and not _path(job.state_out).absolute().parent.is_dir():
        fix = "Make it first, or name another place."
        raise OutputError(f"The folder of --state-out '{job.state_out}' is not there", fix=fix)


def _check_state(shot: _Shot, state: HandOver, key: RunKey) -> None:
    frames = shot.input.sequence.frames
    step = frames[1] - frames[0] if len(frames) > 1 else frames[0] - state.frame
    size = work_size(shot.scan.canvas, shot.job.scale)
    check_hand_over(state, key, first=frames[0], step=step, size=size)


def _path(text: str) -> Path:
    return Path(os.path.expanduser(text))  # noqa: PTH111  (Path's raises without a home)


def _cut_between(cuts: Sequence[int], before: int, frame: int) -> bool:
    """Whether a new shot's first frame is passed, forwards or backwards."""
    low, high = min(before, frame), max(before, frame)
    return any(low < cut <= high for cut in cuts)


def _check_first(shot: _Shot, task: FrameTask) -> None:
    """Read one frame for good: colour space, format and depth show their problems here."""
    with at_frame(task.frame):
        reading = read_settings(shot.job)
        plate = shot.input.plate(task.frame, canvas=shot.scan.canvas, settings=reading)
        read_masks(shot.job.masks, task.masks, plate)
        settings = replace(shot.destination.settings, strength=task.strength)
        check_output(task.output, plate, settings=settings)


def _manifests(paths: RunPaths) -> list[Manifest]:
    read = (read_manifest(path) for path in paths.all_manifests())
    return [manifest for manifest in read if manifest is not None]
