"""The Open Job Description job template of one shot or many.

Source: Open Job Description, specification 2023-09 with the extension TASK_CHUNKING (RFC 0001).
A task is `vst seq` over a chunk of frames. All that may lie elsewhere on another machine is a
parameter; everything else stands in a job file that the template carries.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from vst_core.errors import UsageError
from vst_core.farm.folders import Folder, Folders
from vst_core.farm.motion_step import frames_with_motion
from vst_core.farm.steps import (
    FarmSettings,
    engine_environment,
    movie_step,
    range_text,
    report_step,
    stylize_steps,
)
from vst_core.farm.works import Work, place_works, prepare_work
from vst_core.job import ListedShot
from vst_core.version import __version__

__all__ = ["FarmJob", "describe_farm_job"]

_MOST_PARAMETERS = 50
_LONGEST_NAME = 64


@dataclass(frozen=True, kw_only=True)
class FarmJob:
    """A job for a farm.

    Attributes:
        template: The template, as values that JSON and YAML can hold.
        folders: Its parameters of the type PATH, which have no default: their places here.
    """

    template: dict[str, Any]
    folders: tuple[Folder, ...]


def describe_farm_job(shots: Sequence[ListedShot], settings: FarmSettings) -> FarmJob:
    """Return the job of one shot or many.

    Args:
        shots: Their frames must be there: they say how long the shots are. With `missing` as
            `wait` the frames asked for count.
        settings: How it is cut up.

    Raises:
        UsageError: The method does not allow the seam, or what is asked cannot be written down.
        InputError: A shot's frames are not there.
    """
    folders = Folders()
    works = place_works([prepare_work(shot, settings.seam) for shot in shots], folders)
    alone = len(works) == 1
    steps = [step for work in works for step in _steps_of(work, settings, folders, alone=alone)]
    if settings.report:
        steps.append(report_step([step["name"] for step in steps]))
    chunked = settings.flow or any(work.at_once for work in works)
    template = {
        "specificationVersion": "jobtemplate-2023-09",
        **({"extensions": ["TASK_CHUNKING"]} if chunked else {}),
        "name": (settings.name or _job_name(works))[:_LONGEST_NAME],
        "description": f"Written by vst {__version__}.",
        "parameterDefinitions": _parameters(works, settings, folders),
        **({"jobEnvironments": [engine_environment()]} if settings.resident else {}),
        "steps": steps,
    }
    return FarmJob(template=template, folders=tuple(folders.found))


def _steps_of(
    work: Work, settings: FarmSettings, folders: Folders, *, alone: bool
) -> list[dict[str, Any]]:
    steps = stylize_steps(work, settings, folders, alone=alone)
    if settings.movie:
        names = [step["name"] for step in steps]
        steps.append(movie_step(work, names, settings.movie, alone=alone))
    return steps


def _job_name(works: Sequence[Work]) -> str:
    first = works[0].name
    return f"vst {first}" if len(works) == 1 else f"vst {first} and {len(works) - 1} more"


def _parameters(
    works: Sequence[Work], settings: FarmSettings, folders: Folders
) -> list[dict[str, Any]]:
    found = [*map(_folder_parameter, folders.found), *_own_parameters(works, settings)]
    if len(found) > _MOST_PARAMETERS:
        what = f"The job names {len(folders.found)} files and folders: too many for one job"
        fix = f"A job has {_MOST_PARAMETERS} parameters at most: make several of fewer shots"
        raise UsageError(what, fix=fix)
    return found


def _folder_parameter(folder: Folder) -> dict[str, Any]:
    return {
        "name": folder.parameter,
        "type": "PATH",
        "objectType": folder.kind,
        "dataFlow": folder.flow,
        "description": folder.about,
    }


def _own_parameters(works: Sequence[Work], settings: FarmSettings) -> list[dict[str, Any]]:
    """Return what a person may change when the job is submitted."""
    found: list[dict[str, Any]] = []
    if len(works) == 1:
        name = PurePosixPath(works[0].inside).name
        found.append(_text("InputPattern", "The file names of the frames, or the movie.", name))
        if works[0].at_once:
            frames = range_text(works[0].frames)
            found.append(_text("Frames", "The frames to make.", frames))
        if settings.flow:
            about = "The frames whose motion is needed: those to make, and their warm-up."
            found.append(_text("FlowFrames", about, range_text(frames_with_motion(works[0]))))
    if settings.flow or any(work.at_once for work in works):
        chunk = {"name": "ChunkSize", "type": "INT", "minValue": 1, "default": settings.chunk}
        found.append({**chunk, "description": "Frames a task."})
    return [*found, _text("Engine", "The command vst, as the machines know it.", "vst")]


def _text(name: str, about: str, default: str) -> dict[str, Any]:
    return {"name": name, "type": "STRING", "description": about, "default": default}
