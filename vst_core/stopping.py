"""Orderly stop: finish the frame at hand, save, leave."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from vst_core.errors import Interrupted

__all__ = ["StopRequest", "catch_signals"]

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class StopRequest:
    """A wish that a run stops after the frame at hand; any thread may express it."""

    def __init__(self) -> None:
        self._signum: int | None = None

    @property
    def signum(self) -> int | None:
        """The signal that asked for the stop, or None while nobody did."""
        return self._signum

    def request(self, signum: int = signal.SIGTERM) -> None:
        """Ask for the stop; the first one to ask decides the exit code (128 + signum)."""
        if self._signum is None:
            self._signum = int(signum)

    def check(self) -> None:
        """Do nothing while nobody asked.

        Raises:
            Interrupted: Somebody did.
        """
        if self._signum is not None:
            raise Interrupted(self._signum)


@contextmanager
def catch_signals(stop: StopRequest) -> Iterator[None]:
    """Let SIGINT (Ctrl-C) and SIGTERM ask for the stop while the body runs.

    The second signal ends the process at once: what lies on disk is valid at any moment.
    Outside the main thread nothing is installed, because Python would not allow it. The
    handlers from before are put back at the end.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def ask(signum: int, frame: FrameType | None) -> None:
        del frame
        stop.request(signum)
        for known in _SIGNALS:
            signal.signal(known, signal.SIG_DFL)

    before = {known: signal.signal(known, ask) for known in _SIGNALS}
    try:
        yield
    finally:
        for known, handler in before.items():
            # None: installed by other means than Python, which cannot put it back.
            signal.signal(known, signal.SIG_DFL if handler is None else handler)
