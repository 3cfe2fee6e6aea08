"""Telling whoever watches how a run goes on: four ways, one table.

Each is a context manager that gives a function to call with every event. Words go to stderr;
only `json` writes to stdout, and keeps everything else away from there.
"""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import TextIO

from vst_core.protocol import FrameDone, Iterated, Message, Warned, encode

from .event_text import duration, frame_line, remark, step_line

__all__ = ["PROGRESS", "Listener", "choose_progress"]

Listener = Callable[[Message], None]

_LONGEST_SILENCE = 20.0
"""Seconds; some farms take half a minute without a word for a frame that is stuck."""


def choose_progress(name: str | None) -> str:
    """Return `name`, or where there is none what suits stderr: a bar or plain lines."""
    return name or ("bar" if sys.stderr.isatty() else "plain")


@contextlib.contextmanager
def _bar() -> Iterator[Listener]:
    try:
        from .bar import FrameBar
    except ImportError:  # a bare machine, without rich
        with _plain() as listener:
            yield listener
        return
    with FrameBar() as bar:
        yield bar


@contextlib.contextmanager
def _plain() -> Iterator[Listener]:
    with PlainLines(sys.stderr, silence=_LONGEST_SILENCE) as lines:
        yield lines


@contextlib.contextmanager
def _json() -> Iterator[Listener]:
    stdout = sys.stdout
    with contextlib.redirect_stdout(sys.stderr):  # libraries print, hosts parse
        yield lambda message: print(encode(message), file=stdout, flush=True)


@contextlib.contextmanager
def _none() -> Iterator[Listener]:
    def listener(message: Message) -> None:
        if isinstance(message, Warned):
            print(f"Note: {message.text}", file=sys.stderr, flush=True)

    yield listener


PROGRESS: dict[str, Callable[[], AbstractContextManager[Listener]]] = {
    "bar": _bar,
    "plain": _plain,
    "json": _json,
    "none": _none,
}


class PlainLines:
    """A line an event, and a sign of life where no event comes for long.

    Args:
        stream: Gets the lines.
        silence: Seconds after which something is said in any case.
    """

    def __init__(self, stream: TextIO, *, silence: float) -> None:
        self._stream, self._silence = stream, silence
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._last = self._began = time.monotonic()
        self._thread = threading.Thread(target=self._keep_alive, daemon=True)

    def __enter__(self) -> PlainLines:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def __call__(self, message: Message) -> None:
        """Say what happened, if it is worth a line."""
        if isinstance(message, FrameDone):
            self.say(frame_line(message))
        elif isinstance(message, Iterated):
            self._say_now_and_then(message)
        elif text := remark(message):
            self.say(text)

    def say(self, text: str) -> None:
        """Write one line."""
        with self._lock:
            self._last = time.monotonic()
            print(text, file=self._stream, flush=True)

    def _say_now_and_then(self, step: Iterated) -> None:
        """Say an iteration where nothing else was said for a while: a log is no film."""
        if time.monotonic() - self._last >= self._silence / 2:
            self.say(step_line(step))

    def _keep_alive(self) -> None:
        while not self._over.wait(self._silence / 4):
            now = time.monotonic()
            if now - self._last >= self._silence * 3 / 4:
                self.say(f"at work for {duration(now - self._began)}")
