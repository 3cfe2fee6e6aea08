"""What of a run is done already, and what has to be computed to make the rest."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from vst_core.errors import InputError
from vst_core.frames import MOVIE_SUFFIXES
from vst_core.hosts.hashes import file_hash, known_hash, text_hash
from vst_core.runner.resume.frame_key import RunKey, frame_key
from vst_core.runner.resume.manifest import InputFile, Manifest, Record, result_hash
from vst_core.runner.resume.state_files import find_states
from vst_core.runner.task import FrameTask

__all__ = [
    "Resume",
    "chain_start_of_all",
    "examine",
    "files_there",
    "identify",
    "last_key",
]

_THREADS = 4


@dataclass(frozen=True, kw_only=True)
class Resume:
    """What an earlier run has left.

    Attributes:
        verified: Index of a task -> the record that vouches for its file.
        computed: Indices of the tasks that have to go through the network; some of them are
            verified, and computed only for the state that the next one needs.
        states: Index of a task -> the file with the state after it.
    """

    verified: Mapping[int, Record] = field(default_factory=dict)
    computed: frozenset[int]
    states: Mapping[int, Path] = field(default_factory=dict)


def examine(
    tasks: Sequence[FrameTask],
    manifests: Sequence[Manifest],
    states: Mapping[str, Path],
    chain_start: RunKey | str,
    *,
    there: Callable[[Sequence[FrameTask], Mapping[int, Record]], Collection[int]] | None = None,
    before: str = "",
    state_out: Path | None = None,
) -> Resume:
    """Find out which frames are verified, and the least work that makes the others.

    A frame is verified when a manifest has its link (settings, input and all that came
    before it in its shot are the same) and its file has the hash noted there.

    Args:
        tasks: The frames, in order.
        manifests: Those with this run_key.
        states: From `find_states`.
        chain_start: With what the link of a frame that stands alone or starts a shot begins.
        before: The key of the frame before the first one, where the run goes on from it.
        state_out: Where the state after the last frame shall be.
        there: Tells which results are there as their records say; None = as files.
    """
    records = _by_frame(manifests)
    keys = _keys(tasks, records, chain_start, before)
    candidates = {
        index: record
        for index, task_key in enumerate(keys)
        for record in records.get(tasks[index].frame, ())
        if record.frame_key == task_key and record.file == tasks[index].output.name
    }
    good = (there or files_there)(tasks, candidates)
    verified = {index: record for index, record in candidates.items() if index in good}
    usable = {index: states[one] for index, one in enumerate(keys) if one in states}
    return Resume(
        verified=verified,
        computed=_to_compute(tasks, verified, usable, wanted=_lacks(state_out, keys, tasks)),
        states=usable,
    )


def files_there(tasks: Sequence[FrameTask], records: Mapping[int, Record]) -> Collection[int]:
    """Return the indices of tasks whose file is there, with the hash in its record."""
    with ThreadPoolExecutor(_THREADS) as pool:
        hashes = pool.map(lambda index: _hash(tasks[index].outputs), records)
        return {
            index
            for index, digest in zip(records, hashes, strict=True)
            if digest == records[index].sha256
        }


def chain_start_of_all(
    tasks: Sequence[FrameTask], manifests: Sequence[Manifest], run_key: RunKey
) -> str:
    """Return the origin of frames each of which depends on all of the run.

    Args:
        tasks: The frames, in order.
        manifests: All that may know the hash of an input; the others are read.
        run_key: Of the run.
    """
    records = _by_frame(manifests)
    with ThreadPoolExecutor(_THREADS) as pool:
        inputs = pool.map(lambda task: _input_hash(task, records.get(task.frame, ())), tasks)
        last = frame_key(run_key, 0, "all")
        for task, digest in zip(tasks, inputs, strict=True):
            last = frame_key(last, task.frame, digest, task.values)
    return last


def last_key(tasks: Sequence[FrameTask], run_key: RunKey) -> str:
    """Return the key of the last of frames that begin a shot; nothing where there are none."""
    key: RunKey | str = run_key
    for task in tasks:
        key = frame_key(key, task.frame, identify(*task.files).sha256, task.values)
    return key if isinstance(key, str) else ""


def identify(*paths: Path) -> InputFile:
    """Return the identity of what a frame is made from: one file, or several together.

    Raises:
        InputError: A file cannot be read.
    """
    try:
        size, time = _stamp(paths)
        hashes = [_input_hash_of(path) for path in paths]
    except OSError as error:
        what = f"{error.filename}: cannot be read ({error.strerror or error})"
        raise InputError(what, fix="Check the path and its permissions.") from error
    return InputFile(size=size, mtime_ns=time, sha256=_one_of(hashes))


def _input_hash_of(path: Path) -> str:
    """Return a file's SHA-256; a movie, which all frames share, is read once while it stays."""
    return known_hash(path) if path.suffix.lower() in MOVIE_SUFFIXES else file_hash(path)


def _by_frame(manifests: Sequence[Manifest]) -> dict[int, list[Record]]:
    found: dict[int, list[Record]] = {}
    for manifest in manifests:
        for frame, record in manifest.records.items():
            found.setdefault(frame, []).append(record)
    return found


def _keys(
    tasks: Sequence[FrameTask],
    records: Mapping[int, Sequence[Record]],
    chain_start: RunKey | str,
    before: str,
) -> list[str]:
    """Return the links of the tasks, up to the last one that any manifest knows."""
    known = [index for index, task in enumerate(tasks) if task.frame in records]
    keys: list[str] = []
    for task in tasks[: known[-1] + 1 if known else 0]:
        earlier = keys[-1] if keys else before
        start = chain_start if task.starts or not earlier else earlier
        digest = _input_hash(task, records.get(task.frame, ()))
        keys.append(frame_key(start, task.frame, digest, task.values))
    return keys


def _input_hash(task: FrameTask, records: Sequence[Record]) -> str:
    try:
        stamp = _stamp(task.files)
    except OSError:
        return ""
    for record in records:
        if (record.input.size, record.input.mtime_ns) == stamp:
            return record.input.sha256
    return identify(*task.files).sha256


def _stamp(paths: Sequence[Path]) -> tuple[int, int]:
    """Return size and time of the files together: both stay only while every file stays.

    The times of several files become one number that also changes when two of them change
    places.
    """
    stats = [path.stat() for path in paths]
    times = [str(stat.st_mtime_ns) for stat in stats]
    time = int(times[0]) if len(times) == 1 else int(_one_of(times)[:15], 16)
    return sum(stat.st_size for stat in stats), time


def _one_of(texts: Sequence[str]) -> str:
    if len(texts) == 1:
        return texts[0]
    return text_hash("\n".join(texts))


def _hash(paths: Sequence[Path]) -> str:
    try:
        return result_hash(paths)
    except OSError:
        return ""


def _lacks(state_out: Path | None, keys: Sequence[str], tasks: Sequence[FrameTask]) -> bool:
    """Whether the state after the last frame is asked for, and not there."""
    if state_out is None:
        return False
    return len(keys) < len(tasks) or keys[-1] not in find_states([state_out])


def _to_compute(
    tasks: Sequence[FrameTask],
    verified: Mapping[int, Record],
    states: Mapping[int, Path],
    *,
    wanted: bool,
) -> frozenset[int]:
    """Return every frame that is not verified, and before it all back to a known state."""
    computed: set[int] = set()
    for index in range(len(tasks) - 1, -1, -1):
        wanted = wanted or index not in verified
        if wanted:
            computed.add(index)
        record = verified.get(index)
        at_cut = record is not None and record.cut
        if index == 0 or tasks[index].starts or at_cut or index - 1 in states:
            wanted = False
    return frozenset(computed)
