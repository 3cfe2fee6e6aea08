"""The engine from Python: one call, typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from vst_core.job import StylizeJob
from vst_core.protocol import FrameDone, Message, Warned
from vst_core.runner import StopRequest, run_job

__all__ = ["StylizeJob", "StylizeResult", "stylize"]


@dataclass(frozen=True, kw_only=True)
class StylizeResult:
    """What a job has left.

    Attributes:
        files: The frames that lie finished on disk, in order, made now or found done; or the movie.
        made: How many frames were made.
        skipped: How many were there already, from an earlier run of the same job.
        seconds: How long it took.
        warnings: What a person should know.
    """

    files: tuple[Path, ...]
    made: int
    skipped: int
    seconds: float
    warnings: tuple[str, ...] = ()


def stylize(
    job: StylizeJob,
    *,
    on_event: Callable[[Message], None] | None = None,
    stop: StopRequest | None = None,
) -> StylizeResult:
    """Stylize an image sequence or a movie, as `vst-seq` does.

    What is done already is kept: a job that was interrupted goes on where it was when it is given
    again. SIGINT and SIGTERM end it in an orderly way where this is the main thread.

    Args:
        job: What is to be stylized, and how.
        on_event: Told of everything in the calling thread; see `vst_core.protocol`.
        stop: Ends the run after the frame at hand, from another thread: `stop.request()`.

    Raises:
        VstError: One of its kinds (`vst_core.errors`), with an exit code and the way out; frames
            that were finished before are whole.
    """
    files: dict[Path, None] = {}
    warnings: list[str] = []

    def listen(event: Message) -> None:
        if isinstance(event, FrameDone):
            files[Path(event.path)] = None
        elif isinstance(event, Warned):
            warnings.append(event.text)
        if on_event is not None:
            on_event(event)

    finished = run_job(job, listen, stop=stop)
    return StylizeResult(
        files=(Path(job.output).expanduser(),) if job.makes_movie else tuple(files),
        made=finished.made,
        skipped=finished.skipped,
        seconds=finished.seconds,
        warnings=tuple(warnings),
    )
