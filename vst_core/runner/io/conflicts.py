"""Refuses to replace files that this job did not make."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from vst_core.errors import OutputError
from vst_core.frames import FrameRange
from vst_core.runner.resume.examine import sha256_of
from vst_core.runner.resume.frame_key import RunKey, difference
from vst_core.runner.resume.manifest import Manifest
from vst_core.runner.task import FrameTask

__all__ = ["refuse_conflicts"]


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
        if index not in verified and task.output.exists() and not _is_ours(task, own)
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


def _is_ours(task: FrameTask, own: Manifest | None) -> bool:
    if own is None:
        return False
    if own.overwrite or task.frame in own.writing:
        return True
    record = own.records.get(task.frame)
    return record is not None and sha256_of(task.output) == record.sha256


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
        if record is not None and not _unchanged(task.output, record.sha256):
            return "was changed since this job made it"
        return f"was made in a run over the frames {manifest.frames}"
    return "was not made by this job"


def _unchanged(path: Path, digest: str) -> bool:
    try:
        return sha256_of(path) == digest
    except OSError:
        return False
