"""The steps of a farm's job: what its tasks run, in which order, and on which machines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from vst_core.catalog import MOVIE_OUTPUTS, Parameter
from vst_core.errors import UsageError
from vst_core.farm.folders import Folders, plain, reference
from vst_core.farm.motion_step import (
    MotionFiles,
    can_have_motion,
    frames_with_motion,
    motion_files,
)
from vst_core.farm.seams import chunks_of
from vst_core.farm.works import Work
from vst_core.frames import FrameRange
from vst_core.job import StylizeJob
from vst_core.toml_text import to_toml

__all__ = [
    "FarmSettings",
    "engine_environment",
    "movie_step",
    "range_text",
    "report_step",
    "stylize_steps",
]

_GRACE = 120
"""Seconds from SIGTERM to SIGKILL: a run finishes the frame at hand and saves its state."""

_ELSEWHERE = frozenset({"input", "output", "frames", "state_in", "state_out", "warm_up", "preview"})
"""Settings that are a task's own, or that several tasks would quarrel over."""

_Step = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class FarmSettings:
    """How a job is cut up and what its machines need.

    Attributes:
        name: Of the job; empty = of the shot.
        chunk: Frames a task.
        seam: A key of `vst_core.farm.SEAMS`.
        gpus: Graphics cards a task needs; None = one, where the job's device is cuda.
        memory: Main memory a task needs, in GiB; 0 = does not matter.
        flow: Find the motion in a step of its own, which the others wait for.
        movie: The suffix of a movie that is made of the frames, such as `.mov`; empty = none.
        report: Add a step that writes a page with pictures of the results.
        resident: Keep an engine ready in every session, which makes the frames of its tasks.
    """

    name: str = ""
    chunk: int = 24
    seam: str = "auto"
    gpus: int | None = None
    memory: int = 0
    flow: bool = False
    movie: str = ""
    report: bool = True
    resident: bool = False

    def __post_init__(self) -> None:
        if self.chunk < 1:
            raise UsageError(f"--chunk cannot be {self.chunk}", fix="Give 1 frame or more")
        if self.movie and self.movie not in MOVIE_OUTPUTS:
            fix = f"Take one of {', '.join(MOVIE_OUTPUTS)}"
            raise UsageError(f"--movie cannot be '{self.movie}'", fix=fix)


def stylize_steps(
    work: Work, settings: FarmSettings, folders: Folders, *, alone: bool
) -> list[_Step]:
    """Return the steps that make a shot: one, or where states are handed over one for each chunk.

    Where motion has a step of its own, it is the first.

    Args:
        work: The shot.
        settings: How the job is cut up.
        folders: Gets the files that the shot names.
        alone: It is the job's only one, so that its frames and file names are parameters.
    """
    base: _Step = {"name": "stylize" if alone else f"stylize {work.name}"}
    named = folders.texts(work.job)
    shot, job = _shot(work, alone=alone), _job_words(named)
    files = [_job_file(work.job, named={parameter.name for parameter, _ in named})]
    needs = _needs(work.job, settings)
    command, before = ["seq", shot, _output(work), *job, "--progress=openjd"], []
    if settings.flow and (alone or can_have_motion(work)):
        name = "flow" if alone else f"flow {work.name}"
        folder = f"{_own_folder(work)}/{name.replace(' ', '.')}"
        motion = motion_files(work, folder=folder, shot=shot, settings=job)
        before.append({"name": name, **_flow_step(work, motion, files, alone=alone), **needs})
        base["dependencies"] = [{"dependsOn": name}]
        command.append(motion.setting)
    return [*before, *_paint_steps(work, settings, command, base={**base, **needs}, files=files,
                                   alone=alone)]  # fmt: skip


def _paint_steps(
    work: Work,
    settings: FarmSettings,
    command: Sequence[str],
    *,
    base: _Step,
    files: Sequence[Mapping[str, Any]],
    alone: bool,
) -> list[_Step]:
    if work.seam == "hand-over":
        return _chain(work, settings.chunk, command, base=base, files=files)
    if work.seam == "whole":
        more = [f"--frames={work.frames}"] if work.sequence.pattern.width else []
        return [{**base, "script": _script([*command, *more], files)}]
    more = ["--frames={{Task.Param.Frames}}"]
    more += ["--warm-up=auto"] if work.seam == "warm-up" else []
    frames = reference("Frames") if alone else range_text(work.frames)
    space = {"parameterSpace": _chunk_space(frames, work.frames)}
    return [{**base, **space, "script": _script([*command, *more], files)}]


def _flow_step(
    work: Work, motion: MotionFiles, files: Sequence[Mapping[str, Any]], *, alone: bool
) -> _Step:
    wanted = frames_with_motion(work)
    frames = reference("FlowFrames") if alone else range_text(wanted)
    words = [*motion.words, "--frames={{Task.Param.Frames}}"]
    space = {"parameterSpace": _chunk_space(frames, wanted)}
    return {**space, "script": _script(words, files)}


def movie_step(work: Work, after: Sequence[str], movie: str, *, alone: bool) -> _Step:
    """Return the step that writes a shot's frames as a movie, beside them.

    Args:
        work: The shot.
        after: The steps that make its frames.
        movie: The movie's suffix, such as `.mov`.
        alone: It is the job's only shot.
    """
    folder = _output(work)
    pattern = reference("InputPattern") if alone else work.inside
    like = [f"--like={reference('InputFolder')}/{pattern}"] if work.sequence.movie else []
    fps = [f"--fps={work.job.fps}"] if work.job.fps.strip() else []
    place = f"{folder}/{plain(work.name)}{movie}"
    return {
        "name": "movie" if alone else f"movie {work.name}",
        "dependencies": [{"dependsOn": after[-1]}],
        "script": _script(["movie", folder, place, "--overwrite", *like, *fps], []),
    }


def report_step(after: Sequence[str]) -> _Step:
    """Return the step that writes the page about the results, when all steps are done."""
    return {
        "name": "report",
        "dependencies": [{"dependsOn": name} for name in after],
        "script": _script(["report", reference("OutputFolder")], []),
    }


def engine_environment() -> _Step:
    """Return what begins an engine with every session, and ends it there.

    Of the job and not of a step: chunks that hand their state over are a step each.
    """
    folder = "{{Session.WorkingDirectory}}/engine"
    begin, end = ["serve", "start", folder, "--openjd"], ["serve", "stop", folder]
    actions = {name: {"command": reference("Engine"), "args": words}
               for name, words in (("onEnter", begin), ("onExit", end))}  # fmt: skip
    return {"name": "engine", "script": {"actions": actions}}


def range_text(frames: FrameRange) -> str:
    """Write frames as Open Job Description does.

    >>> range_text(FrameRange.parse("1-9x2"))
    '1-9:2'
    """
    return str(frames).replace("x", ":")


def _shot(work: Work, *, alone: bool) -> str:
    pattern = reference("InputPattern") if alone else work.inside
    return f"{reference('InputFolder')}/{pattern}"


def _job_words(named: Sequence[tuple[Parameter, str]]) -> list[str]:
    """Return the words that are the same for every chunk of a shot: the job file, and paths."""
    return ["--job", "{{Task.File.Job}}", *(f"{one.flag}={text}" for one, text in named)]


def _output(work: Work) -> str:
    return f"{reference('OutputFolder')}/{work.output}".rstrip("/")


def _own_folder(work: Work) -> str:
    """Return the folder of what steps hand to others, beside a shot's results."""
    output = _output(work)
    folder = output if work.job.output_kind == "folder" else output.rpartition("/")[0]
    return f"{folder}/.vst"


def _chain(
    work: Work,
    size: int,
    command: Sequence[str],
    *,
    base: _Step,
    files: Sequence[Mapping[str, Any]],
) -> list[_Step]:
    """Return a step for every chunk, each of which waits for the one before."""
    steps: list[_Step] = []
    chunks = chunks_of(work.frames, size)
    folder = _own_folder(work)
    states = [f"{folder}/after.{work.name}.{chunk.frames[-1]}.state" for chunk in chunks[:-1]]
    came = ["", *(f"--state-in={state}" for state in states)]
    goes = [*(f"--state-out={state}" for state in states), ""]
    for chunk, came_in, goes_out in zip(chunks, came, goes, strict=True):
        own = [f"--frames={chunk}", *filter(None, (came_in, goes_out))]
        step = {**base, "name": f"{base['name']} {chunk}"}
        if steps:
            others = base.get("dependencies", [])
            step["dependencies"] = [*others, {"dependsOn": steps[-1]["name"]}]
        steps.append({**step, "script": _script([*command, *own], files)})
    return steps


def _chunk_space(range_expression: str, frames: FrameRange) -> _Step:
    """Return the frames as a parameter of chunks, whose size the farm may choose anew."""
    first, last = frames.frames[0], frames.frames[-1]
    runs_on = frames.frames == tuple(range(first, last + 1))
    definition = {
        "name": "Frames",
        "type": "CHUNK[INT]",
        "range": range_expression,
        "chunks": {
            "defaultTaskCount": reference("ChunkSize"),
            "rangeConstraint": "CONTIGUOUS" if runs_on else "NONCONTIGUOUS",
        },
    }
    return {"taskParameterDefinitions": [definition]}


def _script(command: Sequence[str], files: Sequence[Mapping[str, Any]]) -> _Step:
    cancel = {"mode": "NOTIFY_THEN_TERMINATE", "notifyPeriodInSeconds": _GRACE}
    run = {"command": reference("Engine"), "args": [*command], "cancelation": cancel}
    return {"actions": {"onRun": run}, **({"embeddedFiles": [*files]} if files else {})}


def _job_file(job: StylizeJob, *, named: set[str]) -> dict[str, Any]:
    """Return the settings that are not the usual ones, without places and without a task's own."""
    usual = {field.name: field.default for field in fields(StylizeJob)}
    said = {
        name: value
        for name, value in job.to_dict().items()
        if name not in _ELSEWHERE | named and value != usual[name]
    }
    data = plain(to_toml({"version": 1, **said}))
    return {"name": "Job", "filename": "job.toml", "type": "TEXT", "data": data}


def _needs(job: StylizeJob, settings: FarmSettings) -> _Step:
    gpus = settings.gpus if settings.gpus is not None else int(job.device.startswith("cuda"))
    asked = (("amount.worker.gpu", gpus), ("amount.worker.memory", settings.memory * 1024))
    amounts = [{"name": name, "min": least} for name, least in asked if least]
    return {"hostRequirements": {"amounts": amounts}} if amounts else {}
