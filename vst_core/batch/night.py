"""The run over all shots."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from vst_core.atomic import make_folder
from vst_core.batch.summary import BatchSummary, ShotResult, Status, read_summary, write_summary
from vst_core.errors import Interrupted, VstError
from vst_core.evaluation import evenly_spread
from vst_core.job import ListedShot, StylizeJob
from vst_core.protocol import Failed, FrameDone, Message, Warned
from vst_core.runner import StopRequest, catch_signals, failed, run_job

__all__ = ["BatchWatch", "run_batch"]

_SHOWN = 3

Runner = Callable[..., Any]
"""Takes a job, a listener, and `stop`."""


class BatchWatch(Protocol):
    """Whoever is told how the batch goes on."""

    def begin(self, shot: ListedShot, number: int, total: int) -> None:
        """A shot begins: its number from 1."""

    def event(self, message: Message) -> None:
        """Something happened within it; see `vst_core.protocol`."""

    def end(self, result: ShotResult) -> None:
        """It has come to an end."""


@dataclass
class _Seen:
    """What the events of a shot have told."""

    watch: BatchWatch
    files: dict[int, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    made: int = 0

    def __call__(self, message: Message) -> None:
        if isinstance(message, FrameDone):
            self.files[message.frame] = Path(message.path).name
            self.made += not message.skipped
        elif isinstance(message, Warned):
            self.warnings.append(message.text)
        self.watch.event(message)


def run_batch(
    shots: Sequence[ListedShot],
    folder: Path,
    watch: BatchWatch,
    *,
    stop: StopRequest | None = None,
    runner: Runner = run_job,
) -> BatchSummary:
    """Make shots one after the other, and keep `folder`/summary.json up to date.

    A shot that fails is noted with its reason, and the next one begins; what it has finished is
    whole. A batch that was stopped or killed goes on when it is given again: finished frames
    are verified, and not made twice.

    Args:
        shots: From `read_shots`, with outputs in `folder`.
        folder: Of all results.
        watch: Told of everything.
        stop: Another way to ask for an orderly stop than SIGINT and SIGTERM.
        runner: Makes a job, as `run_job` does: here, or on a cluster.

    Raises:
        OutputError: The folder cannot be written.
        Interrupted: The run was asked to stop; the summary says how far it came.
    """
    stop = stop or StopRequest()
    make_folder(folder)
    earlier = {one.name: one for one in (read_summary(folder) or BatchSummary(())).shots}
    results = {shot.name: _waiting(shot, earlier.get(shot.name), folder) for shot in shots}
    with catch_signals(stop):
        for number, shot in enumerate(shots, start=1):
            stop.check()
            watch.begin(shot, number, len(shots))
            result = _made(shot, results[shot.name], watch, partial(runner, stop=stop))
            results[shot.name] = result
            write_summary(folder, BatchSummary(tuple(results.values())))
            watch.end(result)
        stop.check()
    return BatchSummary(tuple(results.values()))


def _waiting(shot: ListedShot, earlier: ShotResult | None, folder: Path) -> ShotResult:
    """Return what is known of a shot before its turn."""
    style, method, output = "", "", shot.name
    if shot.job is not None:
        style, method = shot.job.style, shot.job.method
        output = Path(shot.job.output).relative_to(folder).as_posix()
    seconds = earlier.seconds if earlier else 0.0
    return ShotResult(
        name=shot.name, status="waiting", style=style, method=method, output=output, seconds=seconds
    )


def _made(shot: ListedShot, before: ShotResult, watch: BatchWatch, runner: Runner) -> ShotResult:
    """Make a shot, whatever happens, and return what became of it."""
    seen, began = _Seen(watch), time.monotonic()
    problem = _run(shot.job, seen, runner) if shot.job else _why(shot)
    kept = len(seen.files) > seen.made  # then earlier runs have their part in it
    status: Status = "done"
    if problem:
        status = "stopped" if problem.code == Interrupted.code else "failed"
    return replace(
        before,
        status=status,
        frames=len(seen.files),
        made=seen.made,
        seconds=time.monotonic() - began + (before.seconds if kept else 0.0),
        shown=tuple(seen.files[one] for one in evenly_spread(sorted(seen.files), _SHOWN)),
        warnings=tuple(dict.fromkeys(seen.warnings)),
        problem=problem.message if problem and status == "failed" else "",
        exit_code=problem.exit_code if problem else 0,
    )


def _run(job: StylizeJob, seen: _Seen, runner: Runner) -> Failed | None:
    try:
        runner(job, seen)
    except Exception as error:  # whatever it is: the other shots shall be made
        return failed(error)
    return None


def _why(shot: ListedShot) -> Failed:
    return failed(shot.problem or VstError(f"The shot {shot.name} has no job"))
