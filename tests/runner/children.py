"""Runs in processes of their own, to be killed."""

from __future__ import annotations

import multiprocessing
import os
import resource
from multiprocessing.process import BaseProcess
from pathlib import Path

from vst_core.errors import VstError
from vst_core.job import StylizeJob
from vst_core.protocol import FrameDone, Progress, encode
from vst_core.runner import run_job

# One process imports everything, once, and every child is a fork of it.
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["children", "vst_core.runner"])


def start(settings: dict, *, log: Path, file_limit: int = 0) -> BaseProcess:
    """Start a run; its finished frames and its progress are noted in `log`, a line each."""
    child = _CONTEXT.Process(target=_run, args=(settings, log, file_limit))
    child.start()
    return child


def _run(settings: dict, log: Path, file_limit: int) -> None:
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
