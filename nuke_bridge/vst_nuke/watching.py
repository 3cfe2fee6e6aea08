# SPDX-License-Identifier: Apache-2.0
"""How a run is shown while it goes on, and asked whether to go on."""

from __future__ import annotations

import sys
import time

import nuke

__all__ = ["CancelledError", "LogLines", "Watching"]

_EVERY = 20.0


class CancelledError(Exception):
    """The user wants no more."""


class Watching:
    """Nuke's own progress bar, with its Cancel.

    Args:
        title: What goes on.
    """

    def __init__(self, title: str) -> None:
        self._task = nuke.ProgressTask(title)

    def tell(self, fraction: float, text: str) -> None:
        """Show the part done, 0 to 1, and a line.

        Raises:
            CancelledError: The user has cancelled.
        """
        if self._task.isCancelled():
            raise CancelledError
        self._task.setMessage(text)
        self._task.setProgress(round(100 * fraction))


class LogLines(Watching):
    """Lines for a log: at each change of the text, and at least now and then.

    A scheduler takes a log that is silent for a stuck machine.
    """

    def __init__(self, title: str) -> None:
        self._title, self._text, self._told = title, "", 0.0

    def tell(self, fraction: float, text: str) -> None:
        """See `Watching`; nobody cancels here but by ending Nuke."""
        now = time.monotonic()
        if text != self._text or now - self._told > _EVERY:
            self._text, self._told = text, now
            sys.stdout.write(f"{self._title}: {text} ({100 * fraction:.0f} %)\n")
            sys.stdout.flush()
