# SPDX-License-Identifier: GPL-3.0-or-later
"""From a strip and its settings to a job for the engine: files, folders, and what is done already.

Everything of a strip lies in one folder: ``<key>/`` with the frames, ``<key>.toml`` with the job
(run it by hand: ``vst-seq --job``), and ``<key>.json`` which says that it is complete. The key is
made of the job, so other settings have a folder of their own, and going back to earlier ones
finds their result.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .naming import clean_name, numbered

__all__ = ["Job", "Pictures", "Value", "make_job", "stage", "take_pictures"]

Value = str | bool | int | float

_PLAIN_PATH = frozenset("%#@$")


@dataclass(frozen=True)
class Pictures:
    """Pictures as the engine is told of them.

    Attributes:
        input: A pattern, a picture or a movie.
        frames: The frames to make; empty for all.
        numbers: The engine's frame number of each; empty for a single picture.
    """

    input: str
    frames: str
    numbers: tuple[int, ...]

    @classmethod
    def counting(cls, path: str, first: int, count: int) -> Pictures:
        """Return pictures whose numbers count up by one."""
        return cls(path, f"{first}-{first + count - 1}", tuple(range(first, first + count)))


@dataclass(frozen=True)
class Job:
    """One run of the engine.

    Attributes:
        folder: The strip's folder, in which the engine runs.
        key: Names the job in there.
        settings: Everything the job says.
        pictures: What it works on.
        identity: What the source files are; other files make the result stale.
    """

    folder: Path
    key: str
    settings: Mapping[str, Value]
    pictures: Pictures
    identity: str

    @property
    def output(self) -> Path:
        """The folder of the finished frames."""
        return self.folder / self.key

    @property
    def file(self) -> Path:
        """The job file."""
        return self.folder / f"{self.key}.toml"

    def write(self) -> None:
        """Write the job file."""
        self.folder.mkdir(parents=True, exist_ok=True)
        lines = [f"{name} = {_toml(value)}" for name, value in self.settings.items()]
        text = "\n".join(["# Run it here with: vst-seq --job FILE", "version = 1", *lines, ""])
        self.file.write_text(text, encoding="utf-8")

    def finish(self, files: Sequence[str]) -> None:
        """Note that the job is complete; `files` are the names of its frames, in order."""
        content = {"identity": self.identity, "files": [*files]}
        self._record.write_text(json.dumps(content), encoding="utf-8")

    def finished(self) -> list[str]:
        """Return the names of the frames where the job is complete, else nothing."""
        try:
            content = json.loads(self._record.read_text(encoding="utf-8"))
            files = [str(name) for name in content["files"]]
        except (OSError, ValueError, TypeError, KeyError):
            return []
        there = all((self.output / name).is_file() for name in files)
        return files if there and content.get("identity") == self.identity else []

    @property
    def _record(self) -> Path:
        return self.folder / f"{self.key}.json"


def make_job(
    base: Path,
    strip: str,
    *,
    pictures: Pictures,
    settings: Mapping[str, Value],
    engine: str,
    sources: Sequence[Path],
) -> Job:
    """Make a job.

    Args:
        base: Folder of all results.
        strip: The strip's name.
        pictures: What to work on.
        settings: Settings that are not the engine's defaults.
        engine: The engine's version.
        sources: Files whose change makes a result stale.
    """
    told = {"input": pictures.input, **settings}
    if pictures.frames:
        told["frames"] = pictures.frames
    # Not the folder: a project that has moved finds its results.
    key = _digest({**told, "input": Path(pictures.input).name, "engine": engine})
    folder = base / clean_name(strip)
    told = {"input": told.pop("input"), "output": str(folder / key), **told}
    return Job(folder, key, told, pictures, _digest([_state(path) for path in sources]))


def take_pictures(files: Sequence[Path], folder: Path) -> Pictures:
    """Return pictures on disk as the engine can read them.

    Names that count up are read where they lie; others get such names in `folder`.
    """
    if len(files) == 1:
        return Pictures(str(files[0]), "", ())
    parents = {path.parent for path in files}
    found = numbered([path.name for path in files])
    if found and len(parents) == 1 and not _PLAIN_PATH & set(str(files[0].parent)):
        return Pictures.counting(str(files[0].parent / found.pattern), found.first, len(files))
    pattern = stage(dict(enumerate(files, start=1)), folder)
    return Pictures.counting(pattern, 1, len(files))


def stage(files: Mapping[int, Path], folder: Path) -> str:
    """Give files names with numbers, without copying them where the disk allows that.

    Returns:
        Their pattern.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    suffix = next(iter(files.values())).suffix
    for number, path in files.items():
        target = folder / f"frame_{number:06d}{suffix}"
        try:
            os.link(path, target)
        except OSError:  # another disk, or one that has no links
            shutil.copyfile(path, target)
    return str(folder / f"frame_%06d{suffix}")


def _state(path: Path) -> list[object]:
    try:
        stat = path.stat()
    except OSError:
        return [path.name]
    return [path.name, stat.st_size, stat.st_mtime_ns]


def _digest(content: object) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:12]


def _toml(value: Value) -> str:
    """Return a value as TOML writes it; JSON's strings are TOML's, but for one letter.

    >>> _toml(True), _toml(0.5), _toml("Müller")
    ('true', '0.5', '"Müller"')
    """
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return json.dumps(value)
