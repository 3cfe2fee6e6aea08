"""Telling whoever watches how a run goes on: five ways, one table.

Each is a context manager that gives a function to call with every event. Words go to stderr;
only `json` and `openjd` write to stdout, and keep everything else away from there.
"""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import TextIO

from vst_core.protocol import FrameDone, Iterated, Message, Progress, Started, Warned, encode

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
def _openjd() -> Iterator[Listener]:
    stdout = sys.stdout
    with (
        contextlib.redirect_stdout(sys.stderr),
        OpenJobLines(stdout, silence=_LONGEST_SILENCE) as lines,
    ):
        lines.say("openjd_status: getting ready")
        yield lines


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
    "openjd": _openjd,
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
                self.say(self._alive(f"at work for {duration(now - self._began)}"))

    def _alive(self, text: str) -> str:
        return text


class OpenJobLines(PlainLines):
    """The same in the words of Open Job Description, which its workers read from stdout.

    `openjd_progress` is per cent of the frames, 0 to 100, and never falls; `openjd_status` is
    what goes on. That a run has failed (`openjd_fail`) is said where every command ends.
    """

    _done = 0.0

    def __call__(self, message: Message) -> None:
        """Say what happened, and how much of the work is done."""
        if isinstance(message, FrameDone):
            self._progress(message.index / message.total)
            self.say(f"openjd_status: {frame_line(message)}")
        elif isinstance(message, Started | Progress):
            self.say(f"openjd_status: {remark(message)}")
        else:
            super().__call__(message)

    def _progress(self, part: float) -> None:
        self._done = max(self._done, min(100.0, 100 * part))
        self.say(f"openjd_progress: {self._done:.1f}")

    def _alive(self, text: str) -> str:
        return f"openjd_status: {text}"
