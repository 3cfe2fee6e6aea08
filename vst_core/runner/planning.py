"""From a job to its plan: every file, every size, and what is done already."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from vst_core.catalog import Method, find_method
from vst_core.content import Bars
from vst_core.devices import pick_device, pick_precision
from vst_core.errors import OutputError, UsageError
from vst_core.frames import holds_something
from vst_core.image import Plate, check_config, check_output
from vst_core.job import KEEP, StyleCurve, StylizeJob
from vst_core.masks import read_masks
from vst_core.runner.errors_at_frame import at_frame
from vst_core.runner.flow_inputs import flow_inputs
from vst_core.runner.io.conflicts import refuse_own_inputs
from vst_core.runner.io.destination import Destination
from vst_core.runner.io.framing import steady_bars
from vst_core.runner.io.header_scan import HeaderScan, scan_headers, work_size
from vst_core.runner.io.inputs import Input, open_input
from vst_core.runner.io.live_preview import check_preview
from vst_core.runner.io.open_destination import check_destination, open_destination
from vst_core.runner.io.understood import Understood, understood
from vst_core.runner.method_settings import chosen_features
from vst_core.runner.motion_choice import MotionChoice, choose_motion
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
from vst_core.styles import Style, find_transition

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
    motion: MotionChoice
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
    _check_chunk(shot)
    warm_up = _warm_up(shot)
    regions = _regions(shot, warm_up)
    cards = regions.styles if regions else _styles(job)
    hand_over = open_hand_over(_path(job.state_in)) if job.state_in else None
    tasks = _tasks(shot, goes_on=hand_over is not None or bool(warm_up))
    contributors = _contributors(shot, (*warm_up, *tasks), regions, hand_over)
    warm_up = _all_with_inputs(warm_up, contributors, regions)
    tasks = _all_with_inputs(tasks, contributors, regions)
    _refuse_own_inputs(shot, tasks)
    seen = _check_first(shot, tasks[0])
    bars = _bars(shot)
    key = _run_key(shot, cards, contributors, bars)
    before = _key_before(shot, hand_over, warm_up, key)
    done = _find_done(shot, tasks, key, before=before)
    plan = _plan(shot, tasks, cards, regions, bars=bars, seen=seen, done=done)
    return replace(plan, hand_over=hand_over, warm_up=warm_up)


def _open_shot(job: StylizeJob) -> _Shot:
    check_config(job.ocio)
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
        motion=choose_motion(job, source, found, reading=read_settings(job), guided=is_guided(job)),
        destination=open_destination(job, source, found.first),
    )


def _regions(shot: _Shot, warm_up: Sequence[FrameTask]) -> RegionPlan | None:
    sequence = shot.input.sequence
    frames = [(task.frame, task.source) for task in warm_up]
    frames += [(frame, sequence.source(frame)) for frame in sequence.frames]
    return plan_regions(shot.job, frames, display=shot.scan.display, canvas=shot.scan.canvas)


def _bars(shot: _Shot) -> Bars:
    # Of all files, as the canvas: so a part of a sequence has the bars of the whole. Of frames
    # that are waited for only the first: a run that goes on later has to find the same.
    sequence = shot.input.sequence
    there = [frame for frame in sequence.files if holds_something(sequence.path(frame))]
    seen = there[:1] if shot.job.missing == "wait" else there
    return steady_bars(shot.input, seen, canvas=shot.scan.canvas, settings=read_settings(shot.job))


def _styles(job: StylizeJob) -> tuple[tuple[Style, float], ...]:
    """Return the styles; those of every key, where they change over time."""
    return find_transition(StyleCurve.parse(job.style).mixes, method=job.method)


def _contributors(
    shot: _Shot,
    tasks: Sequence[FrameTask],
    regions: RegionPlan | None,
    hand_over: HandOver | None,
) -> tuple[FrameContributor, ...]:
    before = hand_over.frames if hand_over else ()
    motion = flow_inputs(shot.motion, tasks, guided=shot.guided, lags=shot.lags, before=before)
    over_time = ValuesOverTime(shot.job)
    return (motion, over_time, regions) if regions else (motion, over_time)


def _all_with_inputs(
    tasks: Sequence[FrameTask],
    contributors: Sequence[FrameContributor],
    regions: RegionPlan | None,
) -> tuple[FrameTask, ...]:
    """Return tasks with everything that they are made from, after a look whether it is there."""
    check_files(contributors, [task.frame for task in tasks])
    return tuple(_with_inputs(task, contributors, regions) for task in tasks)


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
    styles = [style for style in job.styles if style != KEEP]
    inputs |= {Path(name) for style in styles for name in StyleCurve.parse(style).names}
    inputs |= {path for task in tasks for path in (*task.masks, *task.others)}
    outputs = [task.output for task in tasks]
    named = [Path(text) for text in (job.preview, job.output, job.state_out) if text]
    refuse_own_inputs([*outputs, *named], inputs)


def _run_key(
    shot: _Shot,
    cards: Sequence[tuple[Style, float]],
    contributors: Sequence[FrameContributor],
    bars: Bars,
) -> RunKey:
    job, sequence = shot.job, shot.input.sequence
    paints = "features" in shot.method.reads
    return run_key(
        job,
        cards=cards,
        canvas=shot.scan.canvas,
        names=name_pattern(sequence.pattern),
        output_names=str(shot.destination.names),
        device=shot.device.type,
        precision=str(shot.precision).removeprefix("torch."),
        features=chosen_features(job, cards, device=shot.device) if paints else (),
        threads=job.threads or torch.get_num_threads(),
        parts={**_key_parts(contributors, bars), **shot.destination.key_parts},
    )


def _key_parts(contributors: Sequence[FrameContributor], bars: Bars) -> RunKey:
    parts: dict[str, str] = {}
    for contributor in contributors:
        parts |= contributor.key_parts
    if bars:
        parts["bars"] = str(bars)
    return parts


def _find_done(shot: _Shot, tasks: tuple[FrameTask, ...], key: RunKey, *, before: str) -> _Done:
    """Find what earlier runs have left, and refuse to replace what is not theirs."""
    job, destination, sequence = shot.job, shot.destination, shot.input.sequence
    names = destination.names
    paths = RunPaths.of(names.folder, str(names), sequence.frames)
    manifests = [] if job.overwrite else _manifests(paths)
    whole = shot.method.temporal == "multi-pass"
    start = chain_start_of_all(tasks, manifests, key) if whole else key
    if job.overwrite:
        resume = Resume(computed=frozenset(range(len(tasks))))
        return _Done(run_key=key, chain_start=start, paths=paths, own=None, resume=resume)
    same = [manifest for manifest in manifests if manifest.run_key == key]
    own = next((manifest for manifest in same if manifest.path == paths.manifest), None)
    resume = _examined(shot, tasks, same, paths, start=start, before=before)
    destination.refuse_conflicts(tasks, resume.verified, own=own, manifests=manifests, run_key=key)
    return _Done(run_key=key, chain_start=start, paths=paths, own=own, resume=resume)


def _examined(
    shot: _Shot,
    tasks: Sequence[FrameTask],
    manifests: Sequence[Manifest],
    paths: RunPaths,
    *,
    start: RunKey | str,
    before: str,
) -> Resume:
    return examine(
        tasks,
        manifests,
        find_states(paths.all_states()),
        start,
        there=shot.destination.there,
        before=before,
        state_out=_path(shot.job.state_out) if shot.job.state_out else None,
    )


def _plan(
    shot: _Shot,
    tasks: tuple[FrameTask, ...],
    cards: tuple[tuple[Style, float], ...],
    regions: RegionPlan | None,
    *,
    bars: Bars,
    seen: Understood,
    done: _Done,
) -> Plan:
    return Plan(
        job=shot.job,
        input=shot.input,
        destination=shot.destination,
        tasks=tasks,
        canvas=shot.scan.canvas,
        display=shot.scan.display,
        work_size=work_size(shot.scan.canvas, shot.job.scale),
        method=shot.method,
        guided=shot.guided,
        recurrent=shot.recurrent,
        lags=shot.lags,
        cards=cards,
        regions=regions,
        motion=shot.motion,
        bars=bars,
        understood=seen,
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
            output=destination.names.path(frame),
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
    if job.state_out and not _path(job.state_out).absolute().parent.is_dir():
        fix = "Make it first, or name another place."
        raise OutputError(f"The folder of --state-out '{job.state_out}' is not there", fix=fix)


def _key_before(
    shot: _Shot, state: HandOver | None, warm_up: Sequence[FrameTask], key: RunKey
) -> str:
    """Return the key of the frame before the first one, from a fitting state or the warm-up."""
    if state is None:
        return last_key(warm_up, key)
    _check_state(shot, state, key)
    return state.frame_key


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


def _check_first(shot: _Shot, task: FrameTask) -> Understood:
    """Read one frame for good: colour space, format and depth show their problems here."""
    with at_frame(task.frame):
        reading = read_settings(shot.job)
        plate = shot.input.plate(task.frame, canvas=shot.scan.canvas, settings=reading)
        read_masks(shot.job.masks, task.masks, plate)
        settings = replace(shot.destination.settings, strength=task.strength)
        check_output(task.output, plate, settings=settings)
    return understood(plate, changes=shot.scan.changes, clipped=_is_clipped(shot, plate))


def _is_clipped(shot: _Shot, plate: Plate) -> bool:
    """Whether frames end at white although nobody has asked for such files."""
    asked = shot.job.makes_movie or shot.job.format != "auto"
    return plate.space.referred == "scene" and not asked and shot.destination.names.suffix == ".png"


def _manifests(paths: RunPaths) -> list[Manifest]:
    read = (read_manifest(path) for path in paths.all_manifests())
    return [manifest for manifest in read if manifest is not None]
