"""From a job to its plan: every file, every size, and what is done already."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from vst_core.errors import OutputError, UsageError
from vst_core.image import Plate, check_output
from vst_core.job import KEEP, StyleCurve, StylizeJob
from vst_core.masks import read_masks
from vst_core.runner.errors_at_frame import at_frame
from vst_core.runner.io.conflicts import refuse_own_inputs
from vst_core.runner.io.framing import Framing, look_at_shot
from vst_core.runner.io.header_scan import work_size
from vst_core.runner.io.understood import Understood, understood
from vst_core.runner.method_settings import chosen_features, tile_side
from vst_core.runner.opened_job import OpenedJob, open_job
from vst_core.runner.plan import Plan, read_settings
from vst_core.runner.regions.region_plan import RegionPlan, plan_regions
from vst_core.runner.resume.contributor import FrameContributor
from vst_core.runner.resume.examine import Resume, chain_start_of_all, examine, last_key
from vst_core.runner.resume.frame_key import RunKey, run_key
from vst_core.runner.resume.hand_over import HandOver, check_hand_over, open_hand_over
from vst_core.runner.resume.manifest import Manifest, read_manifest
from vst_core.runner.resume.run_paths import RunPaths, name_pattern
from vst_core.runner.resume.state_files import find_states
from vst_core.runner.task import FrameTask
from vst_core.runner.task_list import contributors_of, frame_tasks, warm_up_tasks, with_inputs
from vst_core.styles import Painting, Style, find_transition, painting_file
from vst_core.styles.painting_reader import read_painting

__all__ = ["plan_job"]


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
        UsageError: Unknown style, color space or format; a depth the format cannot hold.
        InputError: No such files, missing, damaged, or frames of several sizes.
        OutputError: The folder cannot be used, or holds files that would be replaced.
        DeviceError: The device is not there.
    """
    shot = open_job(job)
    _check_chunk(shot)
    warm_up = warm_up_tasks(shot)
    regions = _regions(shot, warm_up)
    cards = regions.styles if regions else _styles(shot.job)
    hand_over = open_hand_over(_path(job.state_in)) if job.state_in else None
    tasks = frame_tasks(shot, goes_on=hand_over is not None or bool(warm_up))
    contributors = contributors_of(shot, (*warm_up, *tasks), regions, hand_over)
    warm_up = with_inputs(warm_up, contributors, regions)
    tasks = with_inputs(tasks, contributors, regions)
    _refuse_own_inputs(shot, tasks)
    _look_at_paintings(shot, cards)
    seen = _check_first(shot, tasks[0])
    framing = _framing(shot)
    key = _run_key(shot, cards, contributors, framing)
    before = _key_before(shot, hand_over, warm_up, key)
    done = _find_done(shot, tasks, key, before=before)
    plan = _plan(shot, tasks, cards, regions, framing=framing, seen=seen, done=done)
    return replace(plan, hand_over=hand_over, warm_up=warm_up, style_video=shot.style_video)


def _regions(shot: OpenedJob, warm_up: Sequence[FrameTask]) -> RegionPlan | None:
    sequence = shot.input.sequence
    frames = [(task.frame, task.source) for task in warm_up]
    frames += [(frame, sequence.source(frame)) for frame in sequence.frames]
    return plan_regions(shot.job, frames, display=shot.scan.display, canvas=shot.scan.canvas)


def _framing(shot: OpenedJob) -> Framing:
    return look_at_shot(
        shot.input,
        canvas=shot.scan.canvas,
        settings=read_settings(shot.job),
        waits=shot.job.missing == "wait",
    )


def _styles(job: StylizeJob) -> tuple[tuple[Style, float], ...]:
    """Return the styles; those of every key, where they change over time."""
    return find_transition(StyleCurve.parse(job.style).mixes, method=job.method)


def _refuse_own_inputs(shot: OpenedJob, tasks: Sequence[FrameTask]) -> None:
    job, sequence = shot.job, shot.input.sequence
    inputs = {sequence.path(frame) for frame in sequence.files}
    styles = [style for style in job.styles if style != KEEP]
    inputs |= {painting_file(name) for style in styles for name in StyleCurve.parse(style).names}
    inputs |= {path for task in tasks for path in (*task.masks, *task.others)}
    outputs = [path for task in tasks for path in task.outputs]
    named = [Path(text) for text in (job.preview, job.output, job.state_out) if text]
    refuse_own_inputs([*outputs, *named], inputs)


def _look_at_paintings(shot: OpenedJob, cards: Sequence[tuple[Style, float]]) -> None:
    """Read the paintings for good, of a style video's many the first: faults show before work."""
    names = shot.style_video.names if shot.style_video else ()
    later = frozenset(names) - frozenset(names[:1])
    for style, _ in cards:
        if isinstance(style, Painting) and str(style.path) not in later:
            read_painting(style.path)


def _run_key(
    shot: OpenedJob,
    cards: Sequence[tuple[Style, float]],
    contributors: Sequence[FrameContributor],
    framing: Framing,
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
        tile=tile_side(job, work_size(shot.scan.canvas, job.scale), shot.device),
        parts={**_key_parts(contributors, framing), **shot.destination.key_parts},
    )


def _key_parts(contributors: Sequence[FrameContributor], framing: Framing) -> RunKey:
    parts: dict[str, str] = {}
    for contributor in contributors:
        parts |= contributor.key_parts
    return parts | dict(framing.key_parts)


def _find_done(shot: OpenedJob, tasks: tuple[FrameTask, ...], key: RunKey, *, before: str) -> _Done:
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
    shot: OpenedJob,
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
    shot: OpenedJob,
    tasks: tuple[FrameTask, ...],
    cards: tuple[tuple[Style, float], ...],
    regions: RegionPlan | None,
    *,
    framing: Framing,
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
        understood=seen,
        second=shot.second,
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


def _check_chunk(shot: OpenedJob) -> None:
    """Refuse states where there are none, before any work."""
    job = shot.job
    named = [flag for flag, text in (("--state-in", job.state_in), ("--state-out", job.state_out),
                                     ("--warm-up", job.warm_up.strip("0"))) if text]  # fmt: skip
    if named and not shot.recurrent:
        fix = "Leave it out, or use a method with memory such as vtn, and a source of motion"
        what = f"{named[0]} is for frames that depend on those before; --method {job.method}"
        raise UsageError(f"{what} with --flow {job.flow} makes each by itself", fix=fix)
    place, output = _path(job.state_out).absolute(), shot.destination.names.folder.absolute()
    if job.state_out and not place.parent.is_dir() and output not in place.parents:
        fix = "Make it first, or name another place."
        raise OutputError(f"The folder of --state-out '{job.state_out}' is not there", fix=fix)


def _key_before(
    shot: OpenedJob, state: HandOver | None, warm_up: Sequence[FrameTask], key: RunKey
) -> str:
    """Return the key of the frame before the first one, from a fitting state or the warm-up."""
    if state is None:
        return last_key(warm_up, key)
    _check_state(shot, state, key)
    return state.frame_key


def _check_state(shot: OpenedJob, state: HandOver, key: RunKey) -> None:
    frames = shot.input.sequence.frames
    step = frames[1] - frames[0] if len(frames) > 1 else frames[0] - state.frame
    size = work_size(shot.scan.canvas, shot.job.scale)
    check_hand_over(state, key, first=frames[0], step=step, size=size)


def _path(text: str) -> Path:
    return Path(os.path.expanduser(text))  # noqa: PTH111  (Path's raises without a home)


def _check_first(shot: OpenedJob, task: FrameTask) -> Understood:
    """Read one frame for good: color space, format and depth show their problems here."""
    with at_frame(task.frame):
        reading = read_settings(shot.job)
        plate = shot.input.plate(task.frame, canvas=shot.scan.canvas, settings=reading)
        read_masks(shot.job.masks, task.masks, plate)
        settings = replace(shot.destination.settings, strength=task.strength)
        check_output(task.output, plate, settings=settings)
        if shot.second is not None:
            shot.second.check_output(task.output, plate)
    return understood(plate, changes=shot.scan.changes, clipped=_is_clipped(shot, plate))


def _is_clipped(shot: OpenedJob, plate: Plate) -> bool:
    """Whether frames end at white although nobody has asked for such files."""
    asked = shot.job.makes_movie or shot.job.format != "auto"
    return plate.space.referred == "scene" and not asked and shot.destination.names.suffix == ".png"


def _manifests(paths: RunPaths) -> list[Manifest]:
    read = (read_manifest(path) for path in paths.all_manifests())
    return [manifest for manifest in read if manifest is not None]
