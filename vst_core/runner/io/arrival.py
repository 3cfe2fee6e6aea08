"""Frames that are still being made while the run goes on: `--missing wait`."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from vst_core.frames import FramePattern
from vst_core.job import StylizeJob

__all__ = ["is_there", "wait_for_files", "wait_for_start"]

_PAUSE = 0.25
_TELL_EVERY = 10.0  # a host may take a silent engine for one that hangs


def wait_for_start(
    job: StylizeJob, tell: Callable[[str, float], None], *, check: Callable[[], None], whole: bool
) -> None:
    """Wait until a job that waits for its frames can be planned.

    Args:
        job: One with ``missing`` "wait" and frames that are named.
        tell: Told which file it waits for, and the part of those wanted that are there.
        check: Raises where the run is to stop.
        whole: All frames have to be there, else the first.
    """
    frames = job.frame_range.frames if job.frame_range else ()
    if not FramePattern.fits(job.input):
        return  # one file, a folder or a movie: nothing can be waited for by name
    pattern = FramePattern.parse(job.input)
    wanted = frames if whole else frames[:1]
    wait_for_files([pattern.path(frame) for frame in wanted], tell, check=check)


def wait_for_files(
    paths: Sequence[Path], tell: Callable[[str, float], None], *, check: Callable[[], None]
) -> None:
    """Wait until files are there and do not grow any more.

    Args:
        paths: The files, in the order in which they come.
        tell: Told which one is waited for and the part that is there, now and then.
        check: Raises where the run is to stop; asked all the time.
    """
    for place, path in enumerate(paths):
        told = time.monotonic() - _TELL_EVERY
        while not is_there(path):
            check()
            if time.monotonic() - told >= _TELL_EVERY:
                told = time.monotonic()
                tell(f"Waiting for {path.name}", place / len(paths))
            time.sleep(_PAUSE)


def is_there(path: Path) -> bool:
    """Return whether a file is there, has something in it, and stays the same for a moment."""
    before = _stamp(path)
    if not before:
        return False
    if time.time() - before[1] > 2 * _PAUSE:
        return True
    time.sleep(_PAUSE)
    return _stamp(path) == before


def _stamp(path: Path) -> tuple[int, float] | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return (stat.st_size, stat.st_mtime) if stat.st_size else None
