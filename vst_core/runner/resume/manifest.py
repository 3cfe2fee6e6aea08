"""The manifest: a text beside the output that vouches for finished frames.

`<output>/.vst/<names>.<frames>.jsonl`, one JSON object a line:

    {"manifest": 1, "frames": "1-50", "overwrite": false, "fingerprint": {...}}
    {"writing": 1}                                   from here on the file may appear
    {"frame": 1, "file": ..., "sha256": ..., ...}    it lies there, whole

Every part of a sequence has a manifest of its own, so several machines can fill one folder. A
line is appended with one write; a torn last line (the machine died) does not count.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from vst_core.errors import OutputError
from vst_core.hosts.hashes import file_hash
from vst_core.runner.resume.frame_key import RunKey

__all__ = ["InputFile", "Manifest", "ManifestWriter", "Record", "read_manifest", "result_hash"]

_VERSION = 1

# What reading a line raises that is no JSON, or not what a manifest says.
_SENSELESS = (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError)


@dataclass(frozen=True, kw_only=True)
class InputFile:
    """An input file's identity; size and time save hashing it again while they stay."""

    size: int
    mtime_ns: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Record:
    """A finished frame.

    Attributes:
        frame: Its number.
        file: The output's name.
        sha256: Of the output; see `result_hash`.
        frame_key: See `vst_core.runner.resume.frame_key`.
        cut: It starts a shot.
        input: What it was made from.
    """

    frame: int
    file: str
    sha256: str
    frame_key: str
    cut: bool
    input: InputFile


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What a manifest says.

    Attributes:
        path: Its file.
        frames: The range of the run that writes it, for messages.
        overwrite: That run may replace whatever is there.
        run_key: That run's.
        records: Frame -> the last line about it.
        writing: Frames that were begun and not finished.
        length: Bytes up to the end of the last whole line.
    """

    path: Path
    frames: str
    overwrite: bool
    run_key: RunKey
    records: Mapping[int, Record] = field(repr=False)
    writing: frozenset[int]
    length: int


def result_hash(paths: Sequence[Path]) -> str:
    """Return the SHA-256 of a frame's file; of files of its two views one after the other.

    Raises:
        OSError: One cannot be read.
    """
    return " ".join(file_hash(path) for path in paths)


def read_manifest(path: Path) -> Manifest | None:
    """Return what a manifest says; None when there is none, or its first line is torn.

    A manifest of a newer engine is one whose run_key equals no other.
    """
    try:
        whole, _, _ = path.read_bytes().rpartition(b"\n")
        lines = whole.split(b"\n")
        head = json.loads(lines[0])
        frames, given = str(head["frames"]), dict(head["fingerprint"])
    except (OSError, *_SENSELESS):
        return None
    if head.get("manifest") != _VERSION:
        given["manifest"] = str(head.get("manifest"))
    records: dict[int, Record] = {}
    writing: set[int] = set()
    length = len(lines[0]) + 1
    for line in lines[1:]:
        if not _apply(line, records, writing):
            break
        length += len(line) + 1
    overwrite = bool(head.get("overwrite"))
    return Manifest(path=path, frames=frames, overwrite=overwrite, run_key=given,
                    records=records, writing=frozenset(writing), length=length)  # fmt: skip


def _apply(line: bytes, records: dict[int, Record], writing: set[int]) -> bool:
    """Take one line into account; False where it makes no sense."""
    try:
        entry = json.loads(line)
        if "writing" in entry:
            frame = int(entry["writing"])
            records.pop(frame, None)
            writing.add(frame)
            return True
        record = _record(entry)
    except _SENSELESS:
        return False
    records[record.frame] = record
    writing.discard(record.frame)
    return True


def _record(entry: dict[str, Any]) -> Record:
    """Return a line's record; the file calls a frame's key its link."""
    key = entry.pop("link")
    record = Record(**{**entry, "frame_key": key, "input": InputFile(**entry["input"])})
    for part in (record, record.input):
        for one in fields(part):
            if one.name != "input" and type(getattr(part, one.name)).__name__ != one.type:
                raise TypeError(one.name)
    return record


def _entry(record: Record) -> dict[str, Any]:
    entry = asdict(record)
    return {("link" if name == "frame_key" else name): value for name, value in entry.items()}


class ManifestWriter:
    """An open manifest; its methods may be called from any thread.

    Args:
        path: Its file; the folder has to exist.
        continued: What it says so far, to go on from; None starts a new one.
        frames: Range of this run.
        run_key: Of this run.
        overwrite: This run may replace whatever is there.

    Raises:
        OutputError: It cannot be written, or another run is writing it.
    """

    def __init__(
        self,
        path: Path,
        continued: Manifest | None,
        *,
        frames: str,
        run_key: RunKey,
        overwrite: bool,
    ) -> None:
        self.path = path
        self._lock = threading.Lock()
        try:
            self._handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        except OSError as error:
            raise self._error(error) from error
        try:
            _claim(self._handle, path)
            self._length = continued.length if continued else 0
            os.ftruncate(self._handle, self._length)
        except OSError as error:
            os.close(self._handle)
            raise self._error(error) from error
        except OutputError:
            os.close(self._handle)
            raise
        if continued is None:
            head = {"manifest": _VERSION, "frames": frames, "overwrite": overwrite}
            self._append({**head, "fingerprint": dict(run_key)}, durable=True)

    def writing(self, frame: int) -> None:
        """Note that the file of `frame` may appear from now on."""
        self._append({"writing": frame}, durable=False)

    def done(self, record: Record) -> None:
        """Note that a frame lies finished on disk."""
        self._append(_entry(record), durable=True)

    def close(self) -> None:
        """Close the file; safe to call twice."""
        with self._lock:
            if self._handle >= 0:
                os.close(self._handle)
                self._handle = -1

    def _append(self, entry: Mapping[str, Any], *, durable: bool) -> None:
        line = json.dumps(entry).encode() + b"\n"
        with self._lock:
            try:
                written = os.write(self._handle, line)
                if written < len(line):  # the disk is full: the rest says so
                    os.write(self._handle, line[written:])
                self._length += len(line)
                if durable:
                    os.fsync(self._handle)
            except OSError as error:
                # Later lines must not follow a torn one.
                with contextlib.suppress(OSError):
                    os.ftruncate(self._handle, self._length)
                raise self._error(error) from error

    def _error(self, error: OSError) -> OutputError:
        what = f"{self.path}: cannot be written ({error.strerror})"
        return OutputError(what, fix="Check the folder's permissions and the free space.")


def _claim(handle: int, path: Path) -> None:
    """Lock the manifest, so that two runs do not make the same frames; a dead run's lock ends."""
    if sys.platform == "win32":
        return
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        what = f"Another run is making these frames in {path.parent.parent}"
        raise OutputError(what, fix="Wait for it, or choose another output folder.") from None
    except OSError:
        return  # some network file systems know no locks; then there is none
