"""Begin an engine that listens in a folder, ask it, end it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from queue import Empty

from vst_core.errors import DeviceError
from vst_core.job import StylizeJob
from vst_core.protocol import Finished, Leave, Message
from vst_core.resident.asking import EngineGone, ask_for
from vst_core.resident.channel import over_socket, queued
from vst_core.resident.child_engine import engine_command
from vst_core.resident.lifetime import ancestors
from vst_core.resident.meeting_place import make_private, visit
from vst_core.stopping import StopRequest

__all__ = ["begin_engine", "end_engine", "make_at"]

_LOG = "engine.log"
_LONGEST_START = 300.0
_LONGEST_END = 30.0
_LOOK_EVERY = 0.1


def begin_engine(folder: Path) -> bool:
    """Begin an engine that listens in a folder, and wait until it does.

    It ends with the processes above this one, when the folder goes, by `end_engine`, and after a
    quarter of an hour without work.

    Returns:
        Whether one was begun; one that is there already stays.

    Raises:
        OutputError: The folder cannot be made, or is open to others.
        UsageError: Its name is too long, or this system has no such sockets.
        DeviceError: The engine does not begin.
    """
    folder = folder.absolute()
    make_private(folder)
    if is_there(folder):
        return False
    engine = _spawn(engine_command(str(folder), ancestors()), folder / _LOG)
    end = time.monotonic() + _LONGEST_START
    while not is_there(folder):
        if os.waitpid(engine, os.WNOHANG)[0]:
            raise DeviceError("The engine does not begin", fix=_last_line(folder / _LOG))
        if time.monotonic() > end:
            os.kill(engine, signal.SIGKILL)
            raise DeviceError(f"The engine has not begun in {_LONGEST_START:.0f} seconds")
        time.sleep(_LOOK_EVERY)
    return True


def end_engine(folder: Path) -> bool:
    """End the engine that listens in a folder, after the job at hand, and wait for that.

    Returns:
        Whether there was one.

    Raises:
        DeviceError: It does not end.
    """
    connection = visit(folder)
    if connection is None:
        return False
    heard, hear = queued()
    with over_socket(connection, hear) as channel:
        channel.send(Leave())
        try:
            while heard.get(timeout=_LONGEST_END) is not None:
                pass  # of a job that somebody else has asked for
        except Empty:
            raise DeviceError(f"The engine in {folder} does not end") from None
    return True


def is_there(folder: Path) -> bool:
    """Whether an engine listens in a folder."""
    connection = visit(folder)
    if connection is not None:
        connection.close()
    return connection is not None


def make_at(
    folder: Path,
    job: StylizeJob,
    on_event: Callable[[Message], None],
    *,
    stop: StopRequest | None = None,
) -> Finished | None:
    """Let the engine that listens in a folder make a job, as `vst_core.runner.run_job` does.

    Returns:
        None where no engine listens: nothing was done.

    Raises:
        VstError: As the engine raised it.
        DeviceError: The engine has died.
    """
    connection = visit(folder)
    if connection is None:
        return None
    heard, hear = queued()
    with over_socket(connection, hear) as channel:
        try:
            return ask_for(job, channel, heard, on_event, stop=stop)
        except EngineGone as gone:
            where = "before its first frame" if gone.last is None else f"after frame {gone.last}"
            what = f"The engine in {folder} has died {where}"
            raise DeviceError(what, fix=f"{_last_line(folder / _LOG)} {gone.fix}") from None


def _spawn(command: list[str], log: Path) -> int:
    """Start a process that outlives this one, and return its number."""
    files = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, str(log), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
        (os.POSIX_SPAWN_DUP2, 1, 2),
    ]
    return os.posix_spawn(command[0], command, os.environ, file_actions=files, setsid=True)


def _last_line(log: Path) -> str:
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").split("\n")
    except OSError:
        return ""
    return next((f"It said: {line.strip()}." for line in reversed(lines) if line.strip()), "")
