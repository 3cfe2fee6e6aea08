"""An engine as a child process: whatever ends it, this process goes on."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from vst_core.errors import DeviceError
from vst_core.job import StylizeJob
from vst_core.protocol import Finished, Message
from vst_core.resident.asking import EngineGone, ask_for
from vst_core.resident.channel import MessageChannel, over_descriptors, queued
from vst_core.stopping import StopRequest

__all__ = ["ChildEngine", "engine_command"]

_PATIENCE = 20.0
"""Seconds that an engine without work has to end."""


def engine_command(*words: str) -> list[str]:
    """Return how an engine that stays is begun: this Python, and this very package."""
    root = str(Path(__file__).resolve().parents[2])
    # The first entry is the current folder: a torch.py that lies there is none of ours.
    code = (
        f"import sys; sys.path[0] = {root!r}; from vst_core.resident.answering import main; main()"
    )
    return [sys.executable, "-c", code, *words]


class ChildEngine:
    """An engine that is begun when there is a job, and anew where it has died.

    A damaged file may end the libraries that read it, and a system short of memory ends what
    takes most of it: that is the child, and what asks can say so and go on with other work.
    """

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> ChildEngine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        if self._child is not None:
            self._end(self._child)

    @property
    def process(self) -> int:
        """The number of the engine's process; 0 while there is none."""
        return self._child.pid if self._child is not None else 0

    def run(
        self,
        job: StylizeJob,
        on_event: Callable[[Message], None],
        *,
        stop: StopRequest | None = None,
        sample: str = "",
    ) -> Finished:
        """Make a job, as `vst_core.runner.run_job` does.

        Args:
            job: What is asked for.
            on_event: Told of everything.
            stop: Another way to ask for an orderly stop than SIGINT and SIGTERM.
            sample: Make only the first frame, into this folder; see `Make`.

        Raises:
            VstError: As the engine raised it.
            DeviceError: The engine has died; says of what, and after which frame.
        """
        child = self._living()
        try:
            return ask_for(job, self._channel, self._heard, on_event, stop=stop, sample=sample)
        except EngineGone as gone:
            code = self._end(child)
            raise _died(code, gone.last) from None

    def _living(self) -> subprocess.Popen[bytes]:
        if self._child is not None and self._child.poll() is None:
            return self._child
        self._child = child = subprocess.Popen(
            engine_command(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            # Ctrl-C reaches the group of processes that the terminal knows: the engine is asked
            # by us instead, once.
            start_new_session=True,
        )
        assert child.stdin is not None
        assert child.stdout is not None
        self._heard, hear = queued()
        self._channel: MessageChannel = over_descriptors(
            child.stdout.fileno(), child.stdin.fileno(), hear
        )
        return child

    def _end(self, child: subprocess.Popen[bytes]) -> int:
        """Let the engine end, for lack of anybody who asks, and return its exit code."""
        assert child.stdin is not None
        assert child.stdout is not None
        with contextlib.suppress(OSError):
            child.stdin.close()
        try:
            code = child.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            child.kill()
            code = child.wait()
        self._channel.thread.join()
        child.stdout.close()
        self._child = None
        return code


def _died(code: int, last: int | None) -> DeviceError:
    where = "before its first frame" if last is None else f"after frame {last}"
    how = f"with exit code {code}"
    if code < 0:
        with contextlib.suppress(ValueError):
            how = f"by {signal.Signals(-code).name}"
    fix = "What is finished is kept; the same command goes on there"
    if -code == signal.SIGKILL:
        fix = f"If memory was short, use --proxy 1/2 or --tile. {fix}"
    return DeviceError(f"The engine was ended {how} {where}", fix=fix)
