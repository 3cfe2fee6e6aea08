"""Refuses to replace files that this job did not make."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from vst_core.errors import OutputError
from vst_core.frames import FrameRange
from vst_core.hosts.hashes import file_hash
from vst_core.runner.resume.frame_key import RunKey, difference
from vst_core.runner.resume.manifest import Manifest
from vst_core.runner.task import FrameTask

__all__ = ["refuse_conflicts", "refuse_own_inputs"]


def refuse_conflicts(
    tasks: Sequence[FrameTask],
    verified: Collection[int],
    *,
    own: Manifest | None,
    manifests: Sequence[Manifest],
    run_key: RunKey,
) -> None:
    """Make sure that a run replaces nothing but its own earlier or unfinished results.

    Args:
        tasks: The frames of the run.
        verified: Indices of those that are done and will not be written.
        own: What this very run has noted earlier, with the same run_key.
        manifests: All that lie beside the output, for saying where a file is from.
        run_key: Of the run.

    Raises:
        OutputError: There are other files; says how many, which, why, and what to do.
    """
    foreign = [
        task
        for index, task in enumerate(tasks)
        if index not in verified
        and any(path.exists() for path in task.outputs)
        and not _is_ours(task, own)
    ]
    if not foreign:
        return
    first = foreign[0]
    frames = FrameRange(tuple(task.frame for task in foreign))
    reason = _reason(first, manifests, run_key)
    raise OutputError(
        f"{first.output.parent} holds files that would be replaced ({_named(foreign)}; "
        f"frames {frames}): {first.output.name} {reason}",
        fix="Choose another output folder, or make every frame again with --overwrite.",
    )


def refuse_own_inputs(outputs: Iterable[Path], inputs: Iterable[Path]) -> None:
    """Make sure that a run writes over nothing that it reads, also where it may replace files.

    Args:
        outputs: What it would write.
        inputs: What it reads: frames, masks, motion, styles.

    Raises:
        OutputError: A file is both; says which.
    """
    written = {file_id: path for path in outputs if (file_id := _file_id(path)) is not None}
    read = (path for path in inputs if written and _file_id(path) in written)
    path = next(read, None)
    if path is not None:
        what = f"{path} is read by this job, and would be replaced by it"
        raise OutputError(what, fix="Choose another output: sources are never touched.")


def _file_id(path: Path) -> tuple[int, int] | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return (stat.st_dev, stat.st_ino)


def _is_ours(task: FrameTask, own: Manifest | None) -> bool:
    if own is None:
        return False
    if own.overwrite or task.frame in own.writing:
        return True
    record = own.records.get(task.frame)
    return record is not None and _unchanged(task.outputs, record.sha256)


def _named(tasks: Sequence[FrameTask]) -> str:
    names = [task.output.name for task in tasks]
    return names[0] if len(names) == 1 else f"{names[0]} ... {names[-1]}, {len(names)} in all"


def _reason(task: FrameTask, manifests: Sequence[Manifest], run_key: RunKey) -> str:
    """Say where a file is from, after its name."""
    for manifest in manifests:
        record = manifest.records.get(task.frame)
        if record is None and task.frame not in manifest.writing:
            continue
        if manifest.run_key != run_key:
            return f"was made with other settings: {difference(manifest.run_key, run_key)}"
        if record is not None and not _unchanged(task.outputs, record.sha256):
            return "was changed since this job made it"
        return f"was made in a run over the frames {manifest.frames}"
    return "was not made by this job"


def _unchanged(paths: Sequence[Path], digest: str) -> bool:
    """Whether the files that are there are those of a record; one of two may be lost."""
    try:
        return all(
            file_hash(path) == one
            for path, one in zip(paths, digest.split(), strict=True)
            if path.exists()
        )
    except (OSError, ValueError):
        return False
