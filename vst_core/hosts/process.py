# SPDX-License-Identifier: Apache-2.0
"""A child process that tells what it does in JSON lines, and that can always be ended.

Nothing here waits: `poll` is called now and then, and gives what has come since.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import IO

from .messages import Cancel, Failed, Message, ProtocolError, decode, encode

__all__ = ["MERCY", "Process", "end_all"]

MERCY = 0.8
"""Seconds that a process has, after it was asked, to end by itself."""

_POSIX = os.name == "posix"
_KILLED = 9
_alive: set[Process] = set()


def end_all() -> None:
    """End every process that still runs, at once: Blender quits, or the add-on goes."""
    for process in list(_alive):
        process.kill()


class Process:
    """One run of a program.

    Args:
        command: The program and its arguments.
        environment: All of its environment.
        folder: Where it runs.
        strict: Every line on its stdout has to be a message; otherwise others are passed over.
        silence: Seconds without a message after which it counts as hanging; 0 waits for ever.

    Attributes:
        problem: What went wrong, as one line; empty while nothing did.
        code: Its exit code; None while it runs.
        cancelled: It was asked to end.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        environment: Mapping[str, str],
        folder: Path,
        strict: bool = True,
        silence: float = 0,
    ) -> None:
        self.problem, self.cancelled = "", False
        self.code: int | None = None
        self._name, self._strict, self._silence = Path(command[0]).name, strict, silence
        self._heard, self._failed = time.monotonic(), ""
        self._lines: SimpleQueue[str] = SimpleQueue()
        self._words: deque[str] = deque(maxlen=20)
        self._child = subprocess.Popen(
            [*command],
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=_POSIX,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        _alive.add(self)
        self._readers = [
            threading.Thread(target=_read, args=(stream, take), daemon=True)
            for stream, take in (
                (self._child.stdout, self._lines.put),
                (self._child.stderr, self._words.append),
            )
        ]
        for reader in self._readers:
            reader.start()

    @property
    def running(self) -> bool:
        """Whether it has not ended yet."""
        return self.code is None

    def poll(self) -> list[Message]:
        """Return the messages that have come; sets `code` and `problem` when it has ended."""
        ended = self._child.poll() is not None
        if ended:  # what it said last may still be on its way
            for reader in self._readers:
                reader.join(timeout=0.5)
        messages = self._messages()
        if ended and self.code is None:
            self._close()
            self._explain()
        elif not ended:
            self._watch()
        return messages

    def cancel(self) -> None:
        """Ask it to end after the frame at hand; it is ended where that takes too long."""
        if self.cancelled or not self.running:
            return
        self.cancelled = True
        force = threading.Timer(MERCY, self._force)  # Blender may be too busy to poll
        force.daemon = True
        force.start()
        if _POSIX:
            self._signal(signal.SIGTERM)
            return
        try:  # Windows has no signals to be asked with
            assert self._child.stdin is not None
            self._child.stdin.write(f"{encode(Cancel())}\n".encode())
            self._child.stdin.flush()
        except OSError:
            self.kill()

    def kill(self) -> None:
        """End it at once, with all that it has started."""
        if not self.running:
            return
        self._force()
        self._child.wait()
        self._close()

    def _force(self) -> None:
        if not self.running:
            return
        if _POSIX:
            self._signal(signal.SIGKILL)
        elif self._child.poll() is None:
            self._child.kill()

    def _close(self) -> None:
        self.code = self._child.returncode
        _alive.discard(self)
        for reader in self._readers:
            reader.join(timeout=1)
        for stream in (self._child.stdin, self._child.stdout, self._child.stderr):
            if stream is not None and not any(reader.is_alive() for reader in self._readers):
                with contextlib.suppress(OSError):  # a broken pipe: nobody waits for the rest
                    stream.close()

    def _signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._child.pid, number)

    def _messages(self) -> list[Message]:
        found: list[Message] = []
        while not self.problem:
            try:
                line = self._lines.get_nowait()
            except Empty:
                break
            try:
                message = decode(line)
            except ProtocolError:
                if self._strict and line.strip():
                    self.problem = f"'{self._name}' printed something unexpected: {_short(line)}"
                    self.kill()
                continue
            self._heard = time.monotonic()
            self._failed = message.message if isinstance(message, Failed) else self._failed
            found.append(message)
        return found

    def _watch(self) -> None:
        now = time.monotonic()
        if self._silence and now - self._heard > self._silence and not self.cancelled:
            self.problem = f"The engine said nothing for {self._silence:.0f} seconds and was ended"
            self.kill()

    def _explain(self) -> None:
        if self.problem or self.cancelled or not self.code:
            return
        if self._failed:
            self.problem = self._failed
            return
        if self.code == -_KILLED:
            self.problem = f"'{self._name}' was killed by the system: out of memory?"
            return
        how = f"by signal {-self.code}" if self.code < 0 else f"with exit code {self.code}"
        last = next((line for line in reversed(self._words) if line.strip()), "")
        words = f": {_short(last)}" if last else ""
        self.problem = f"'{self._name}' ended {how}{words}"


def _read(stream: IO[bytes], take: object) -> None:
    assert callable(take)
    for line in stream:
        take(line.decode("utf-8", "replace").rstrip("\r\n"))


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 160 else text[:157] + "..."
