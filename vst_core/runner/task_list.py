"""The frames of a job as tasks: each with its files, its place in its shot, and its values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from vst_core.runner.flow_inputs import flow_inputs
from vst_core.runner.opened_job import OpenedJob
from vst_core.runner.regions.region_plan import RegionPlan
from vst_core.runner.resume.contributor import FrameContributor, check_files
from vst_core.runner.resume.hand_over import HandOver
from vst_core.runner.task import FrameTask
from vst_core.runner.values_over_time import ValuesOverTime, look_at

__all__ = ["contributors_of", "frame_tasks", "warm_up_tasks", "with_inputs"]


def warm_up_tasks(shot: OpenedJob) -> tuple[FrameTask, ...]:
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


def frame_tasks(shot: OpenedJob, *, goes_on: bool) -> tuple[FrameTask, ...]:
    """Return the frames to make, in order.

    Args:
        shot: The job.
        goes_on: The first one follows a known frame; else it starts a shot.
    """
    return _tasks_of(shot, shot.input.sequence.frames, goes_on=goes_on)


def _tasks_of(shot: OpenedJob, frames: Sequence[int], *, goes_on: bool) -> tuple[FrameTask, ...]:
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
            second_output=shot.second.output(frame) if shot.second else None,
            starts=cut or (last is None and not goes_on) or not shot.recurrent,
            cut=cut,
            strength=shot.job.values_at(frame).strength,
            look=look_at(shot.job, frame),
        )
        tasks.append(task)
    return tuple(tasks)


def contributors_of(
    shot: OpenedJob,
    tasks: Sequence[FrameTask],
    regions: RegionPlan | None,
    hand_over: HandOver | None,
) -> tuple[FrameContributor, ...]:
    """Return what decides frames besides their pictures: motion, values over time, regions."""
    before = hand_over.frames if hand_over else ()
    motion = flow_inputs(shot.motion, tasks, guided=shot.guided, lags=shot.lags, before=before)
    found: tuple[FrameContributor, ...] = (motion, ValuesOverTime(shot.job))
    return (*found, *(one for one in (regions, shot.second) if one is not None))


def with_inputs(
    tasks: Sequence[FrameTask],
    contributors: Sequence[FrameContributor],
    regions: RegionPlan | None,
) -> tuple[FrameTask, ...]:
    """Return tasks with everything that they are made from, after a look whether it is there."""
    check_files(contributors, [task.frame for task in tasks])
    return tuple(_with_its_inputs(task, contributors, regions) for task in tasks)


def _with_its_inputs(
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


def _cut_between(cuts: Sequence[int], before: int, frame: int) -> bool:
    """Whether a new shot's first frame is passed, forwards or backwards."""
    low, high = min(before, frame), max(before, frame)
    return any(low < cut <= high for cut in cuts)
