"""Running jobs in tests, and looking at what came of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

import pytest

from vst_core.errors import Interrupted
from vst_core.job import StylizeJob
from vst_core.protocol import FrameDone, Message
from vst_core.runner import StopRequest, run_job


def events_of(job: StylizeJob) -> list[Message]:
    """Run a job in this process and return its events."""
    events: list[Message] = []
    run_job(job, events.append)
    return events


class _StopAfter(StopRequest):
    """Stops a run after so many frames; `FrameDone` may come when all are made already."""

    def __init__(self, frames: int) -> None:
        super().__init__()
        self._left = frames

    @property
    def signum(self) -> int | None:
        self._left -= 1
        if self._left < 0:
            self.request()
        return super().signum


def stop_after(job: StylizeJob, frames: int) -> None:
    """Run a job in this process and stop it when so many frames are stylized."""
    with pytest.raises(Interrupted):
        run_job(job, lambda _: None, stop=_StopAfter(frames))


def hashes(folder: Path) -> dict[str, str]:
    """Name -> SHA-256 of every result in a folder."""
    files = sorted(path for path in folder.iterdir() if path.is_file())
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def made(events: Iterable[Message]) -> list[int]:
    """The frames that a run made, not those it skipped."""
    return [e.frame for e in events if isinstance(e, FrameDone) and not e.skipped]
