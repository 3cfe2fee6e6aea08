# SPDX-License-Identifier: Apache-2.0
"""From a strip and its settings to a job for the engine: files, folders, and what is done already.

All results of one source lie in one folder: ``<key>/`` with the frames, ``<key>.toml`` with the
job (run it by hand: ``vst-seq --job``), and ``<key>.json`` which says that it is complete. The
folder's name ends with a digest of where the source lies, never of the strip's name alone: strips
of one name have folders of their own. The key is made of the pictures and the settings, so other
settings have a folder of their own, and going back to earlier ones finds their result.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Union

from .file_names import clean_name, numbered
from .hashes import file_hash, text_hash
from .own_folders import MARKER, Staging, claim, facts, remove_files
from .toml_values import toml_value

__all__ = [
    "RENDERS", "Job", "Pictures", "Value", "digest", "file_state", "hash_of", "known_folder",
    "make_job", "remove_results", "result_folder", "stage_pictures", "take_pictures", "where",
]  # fmt: skip

Value = Union[str, bool, int, float]

_PLAIN_PATH = frozenset("%#@$")
_RECORD = re.compile(r"[0-9a-f]{12}\.(toml|json)")

RENDERS = ".renders.json"
"""In a result folder: what a second Blender has rendered for it; see `reading`."""


@dataclass(frozen=True)
class Pictures:
    """Pictures as the engine is told of them.

    Attributes:
        input: A pattern, a picture or a movie.
        frames: The frames to make; empty for all.
        numbers: The engine's frame number of each; empty for a single picture.
        identity: What tells these pictures from any others.
    """

    input: str
    frames: str
    numbers: tuple[int, ...]
    identity: tuple[str, ...] = ()

    @classmethod
    def counting(
        cls, path: str, first: int, count: int, identity: tuple[str, ...] = ()
    ) -> Pictures:
        """Return pictures whose numbers count up by one."""
        numbers = tuple(range(first, first + count))
        return cls(path, f"{first}-{first + count - 1}", numbers, identity)


@dataclass(frozen=True)
class Job:
    """One run of the engine.

    Attributes:
        folder: The source's folder, in which the engine runs.
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
        """Write the job file.

        Raises:
            ForeignFolderError: The folder is somebody else's.
            OSError: It cannot be written.
        """
        claim(self.folder)
        lines = [f"{name} = {toml_value(value)}" for name, value in self.settings.items()]
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
            there = all((self.output / name).is_file() for name in files)
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            return []  # damaged, or names that no file can have
        return files if there and content.get("identity") == self.identity else []

    @property
    def _record(self) -> Path:
        return self.folder / f"{self.key}.json"


def result_folder(base: Path, name: str, *, source: object, **about: str) -> Path:
    """Return the folder for all results of a source; it need not be there.

    Args:
        base: Folder of all results.
        name: For people; a folder that the source has already keeps the name it has.
        source: What tells the source from any other.
        about: For the marker, where the folder is made.
    """
    known = known_folder(base, source)
    if known is not None:
        return known
    folder = base / f"{clean_name(name)}{_ending(source)}"
    claim(folder, **about)
    return folder


def known_folder(base: Path, source: object) -> Path | None:
    """Return the folder that a source has already, if it has one; see `result_folder`."""
    ours = (one for one in sorted(base.glob(f"*{_ending(source)}")) if facts(one) is not None)
    return next(ours, None)


def _ending(source: object) -> str:
    return f".vst-{digest(source)}"


def make_job(
    folder: Path,
    *,
    pictures: Pictures,
    settings: Mapping[str, Value],
    engine: str,
    states: Sequence[object],
) -> Job:
    """Make a job.

    Args:
        folder: From `result_folder`.
        pictures: What to work on.
        settings: Settings that are not the engine's defaults.
        engine: The engine's version.
        states: What the files are that it is made from; a change makes a result stale.
    """
    told = {"input": pictures.input, **settings}
    if pictures.frames:
        told["frames"] = pictures.frames
    # Paths as seen from the results: a project that has moved finds them.
    plain = {name: where(value, folder.parent) for name, value in told.items()}
    plain |= {"input": "", "mask": "mask" in told, "engine": engine}
    key = digest([plain, pictures.identity])
    told = {"input": told.pop("input"), "output": str(folder / key), **told}
    return Job(folder, key, told, pictures, digest([*states]))


def take_pictures(files: Sequence[Path], base: Path) -> Pictures | None:
    """Return pictures on disk as the engine can read them where they lie.

    Args:
        files: The pictures, in order.
        base: Folder of all results; what the pictures are is told as seen from there.

    Returns:
        None where their names do not count up, and `stage_pictures` has to help.
    """
    if len(files) == 1:
        return Pictures(str(files[0]), "", (), _identity(files, base))
    parents = {path.parent for path in files}
    found = numbered([path.name for path in files])
    if found and len(parents) == 1 and not _PLAIN_PATH & set(str(files[0].parent)):
        pattern = str(files[0].parent / found.pattern)
        return Pictures.counting(pattern, found.first, len(files), _identity(files, base))
    return None


def stage_pictures(files: Sequence[Path], base: Path, staging: Staging) -> Pictures:
    """Return pictures on disk under names that count up, laid out in a folder of ours."""
    pattern = staging.lay(dict(enumerate(files, start=1)))
    return Pictures.counting(pattern, 1, len(files), _identity(files, base))


def file_state(path: Path) -> list[object]:
    """Return what a file is, as far as a look from outside tells."""
    try:
        stat = path.stat()
    except OSError:
        return [path.name]
    return [path.name, stat.st_size, stat.st_mtime_ns]


def hash_of(path: Path) -> str:
    """Return a file's SHA-256; empty where it cannot be read."""
    try:
        return file_hash(path)
    except OSError:
        return ""


def where(value: Value, base: Path) -> Value:
    """Return a path as seen from a folder; anything else as it is."""
    if isinstance(value, str) and Path(value).is_absolute():
        with contextlib.suppress(ValueError):  # another drive
            return Path(os.path.relpath(value, base)).as_posix()
    return value


def digest(content: object) -> str:
    """Return a short name for a content."""
    return text_hash(json.dumps(content, sort_keys=True))[:12]


def remove_results(folder: Path) -> list[Path]:
    """Remove all results in a folder of ours, file by file.

    Only what the engine and the add-on have noted as theirs, and nobody has changed since, is
    removed.

    Returns:
        What is still there, because it is somebody else's or cannot be removed.
    """
    if facts(folder) is None:
        return [folder]
    records = [path for path in folder.iterdir() if _RECORD.fullmatch(path.name)]
    for key in sorted({path.stem for path in records}):
        _remove_frames(folder / key)
    names = [path.name for path in records]
    return [] if remove_files(folder, (*names, RENDERS, MARKER)) else _left(folder)


def _remove_frames(output: Path) -> None:
    """Remove what the engine has noted in its hidden folder, and that folder."""
    hidden = output / ".vst"
    notes = list(hidden.glob("*.jsonl"))
    noted = {name: digest for path in notes for name, digest in _noted(path)}
    remove_files(output, [name for name, one in noted.items() if hash_of(output / name) == one])
    stems = tuple(f"{path.name.removesuffix('.jsonl')}." for path in notes)
    own = [path.name for path in hidden.glob("*") if stems and path.name.startswith(stems)]
    remove_files(hidden, own)
    remove_files(output, ())


def _noted(manifest: Path) -> Iterator[tuple[str, str]]:
    """The files in an engine's manifest, each with its hash."""
    with contextlib.suppress(OSError):
        for line in manifest.read_text(encoding="utf-8", errors="replace").splitlines():
            with contextlib.suppress(ValueError, KeyError, TypeError):
                entry = json.loads(line)
                yield Path(entry["file"]).name, entry["sha256"]


def _left(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if not path.is_dir())


def _identity(files: Sequence[Path], base: Path) -> tuple[str, ...]:
    return tuple(str(where(str(path), base)) for path in files)
