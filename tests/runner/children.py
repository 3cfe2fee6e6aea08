"""Runs in processes of their own, to be killed."""

from __future__ import annotations

import multiprocessing
import os
import random
import resource
import signal
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path

from vst_core.errors import VstError
from vst_core.job import StylizeJob
from vst_core.protocol import FrameDone, Progress, encode
from vst_core.runner import run_job

# One process imports everything, once, and every child is a fork of it.
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["children", "vst_core.runner"])


@dataclass(frozen=True, kw_only=True)
class Death:
    """The moment at which a run is killed, the same on a fast and on a slow machine."""

    calls: int
    """So many calls of Python functions after its beginning."""
    seconds: float
    """And so much of processor time later: within native code as well."""


def start(
    settings: dict, *, log: Path, file_limit: int = 0, death: Death | None = None
) -> BaseProcess:
    """Start a run; its finished frames and its progress are noted in `log`, a line each."""
    child = _CONTEXT.Process(target=_run, args=(settings, log, file_limit, death))
    child.start()
    return child


def calls_made(log: Path) -> int:
    """How many Python functions the run with this log called until it ended."""
    return int(log.with_suffix(".calls").read_text())


def kill_three_times(settings: dict, *, calls: int, folder: Path, seed: int) -> Iterator[None]:
    """Start a run of so many calls again and again; each dies before it is done.

    Yields after each death. At most 0.84 of the work is done in all, so that none can end.
    """
    chance = random.Random(seed)
    for attempt in range(3):
        death = Death(
            calls=round(chance.uniform(0.04, 0.28) * calls), seconds=chance.uniform(0.001, 0.03)
        )
        child = start(settings, log=folder / f"log-{attempt}", death=death)
        child.join()
        assert child.exitcode == -signal.SIGPROF
        yield


class _Calls:
    """Counts calls in every thread."""

    def __init__(self, death: Death | None) -> None:
        self.count, self._death = 0, death
        threading.setprofile(self._note)
        sys.setprofile(self._note)

    def _note(self, frame: object, event: str, argument: object) -> None:
        if event == "call":
            self.count += 1
            if self._death and self.count >= self._death.calls:  # threads may pass it together
                # SIGPROF, which nobody handles, ends a process on the spot as SIGKILL does.
                signal.setitimer(signal.ITIMER_PROF, self._death.seconds)
                self._death = None


def _run(settings: dict, log: Path, file_limit: int, death: Death | None) -> None:
    calls = _Calls(death)
    with log.open("a") as stream:
        stream.write("begun\n")
        stream.flush()

        def note(event: object) -> None:
            if isinstance(event, FrameDone | Progress):
                stream.write(encode(event) + "\n")
                stream.flush()

        if file_limit:
            resource.setrlimit(resource.RLIMIT_FSIZE, (file_limit, resource.RLIM_INFINITY))
        try:
            run_job(StylizeJob.from_dict(settings), note)
        except VstError as error:
            if file_limit:
                resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
            log.with_suffix(".error").write_text(str(error))
            os._exit(error.exit_code)
    log.with_suffix(".calls").write_text(str(calls.count))
