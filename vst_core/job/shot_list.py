"""Many shots at once: a list in a TOML file, or a folder with a folder for each.

style = "muse"                    what holds for all

[shots.sh010]
input = "plates/sh010/%04d.exr"
style = "candy"                   what holds for this one
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vst_core.errors import InputError, UsageError, VstError
from vst_core.frames import MOVIE_SUFFIXES
from vst_core.job.settings_text import read_settings
from vst_core.job.stylize_job import JOB_VERSION, StylizeJob

__all__ = ["ListedShot", "read_shots"]

_NAME = re.compile(r"[^./\\<>:\"|?*\x00-\x1f][^/\\<>:\"|?*\x00-\x1f]*(?<![. ])")
_FIX = "Write a table for each, such as [shots.sh010], with at least its input"
_OWN = ("output", "state_in", "state_out")
_RESERVED = {"preview.jpg", "report.html", "summary.json"}


@dataclass(frozen=True)
class ListedShot:
    """One of many shots.

    Attributes:
        name: Of its folder among the results.
        job: What is to be made of it; None where that cannot be said.
        problem: Why not.
    """

    name: str
    job: StylizeJob | None
    problem: VstError | None = None


def read_shots(
    place: Path, output: str, *, changes: Mapping[str, object] | None = None
) -> tuple[ListedShot, ...]:
    """Return the shots of a list or a folder, in its order; the results go to `output`/name/.

    A shot that is wrong by itself stays in the list, with its problem: the others can be made.

    Args:
        place: A TOML file, see the head of this module, whose paths are seen from the folder in
            which the run takes place; or a folder: each folder and each movie in it is a shot.
        output: The folder of all results.
        changes: Settings that win over what the list says, for every shot.

    Raises:
        InputError: It cannot be read, or there is no shot.
        UsageError: The list is no such list, or two shots would have one folder.
    """
    shared, shots = _of_folder(place) if place.is_dir() else _of_file(place)
    if not shots:
        raise InputError(f"There is no shot in {place}", fix=_FIX)
    _check_names(shots)
    return tuple(
        _shot(name, {**shared, **settings, **(changes or {})}, output)
        for name, settings in shots.items()
    )


def _of_folder(folder: Path) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    try:
        inside = sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))
    except OSError as error:
        raise InputError(f"Cannot list the folder {folder}: {error.strerror}") from None
    shots: dict[str, dict[str, Any]] = {}
    for entry in inside:
        if entry.is_dir():
            shots[entry.name] = {"input": str(entry)}
        elif entry.suffix.lower() in MOVIE_SUFFIXES:
            shots[entry.stem if entry.stem not in shots else entry.name] = {"input": str(entry)}
    return {}, shots


def _of_file(path: Path) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    settings = read_settings(path)
    version = settings.pop("version", JOB_VERSION)
    if version != JOB_VERSION:
        what = f"The list {path} has the version {version!r}"
        raise UsageError(what, fix=f"This engine reads version {JOB_VERSION}: update it")
    shots = settings.pop("shots", {})
    if not isinstance(shots, dict) or not all(isinstance(one, dict) for one in shots.values()):
        raise UsageError(f"The shots in {path} are no tables", fix=_FIX)
    return settings, shots


def _check_names(shots: Mapping[str, object]) -> None:
    """Names become folders, also on disks that do not tell A from a."""
    seen: dict[str, str] = {}
    for name in shots:
        if not _NAME.fullmatch(name) or name.lower() in _RESERVED:
            fix = "Take one that can be a folder's, such as sh010"
            raise UsageError(f"'{name}' cannot be the name of a shot", fix=fix)
        other = seen.setdefault(name.casefold(), name)
        if other != name:
            what = f"The shots '{other}' and '{name}' would have one folder"
            raise UsageError(what, fix="Give one of them another name")


def _shot(name: str, settings: Mapping[str, Any], output: str) -> ListedShot:
    try:
        for key in _OWN:
            if key in settings:
                fix = f"Leave it out: the results go to {output}/{name}"
                raise UsageError(f"A shot of a list has no {key}", fix=fix)
        place = str(Path(output) / name)
        return ListedShot(name, StylizeJob.from_dict({**settings, "output": place}))
    except VstError as error:
        return ListedShot(name, None, error)
