"""How long an engine that listens stays: as long as the session that began it.

A farm's session begins it by a command that ends at once, and ends it by another one. Where that
other one never comes, because the session was killed, the engine has to notice by itself.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

__all__ = ["Lifetime", "ancestors"]

_IDLE = 900.0
"""Seconds without a visitor after which an engine goes, whatever lives."""
_SETTLED = 1.0
"""Seconds after its start at which the command that began it, and its shells, have ended."""


class Lifetime:
    """Until the folder is gone, the session is, or nobody has come for long.

    Args:
        folder: In which the engine listens.
        begun_by: From `ancestors`, in the command that began it.
    """

    def __init__(self, folder: Path, begun_by: str) -> None:
        self._folder = folder
        self._ancestors = begun_by.split()
        self._session: str | None = None
        self._began = self._last = time.monotonic()

    def renew(self) -> None:
        """Note that somebody was here."""
        self._last = time.monotonic()

    def is_over(self) -> bool:
        """Whether to go."""
        now = time.monotonic()
        return not self._folder.is_dir() or now - self._last > _IDLE or self._is_left(now)

    def _is_left(self, now: float) -> bool:
        """Whether the session has ended: the nearest ancestor that outlived the start."""
        if self._session is not None:
            return not _lives(self._session)
        if now - self._began > _SETTLED:
            living = (one for one in self._ancestors if _lives(one))
            self._session = next(living, None)
            self._ancestors = []  # none: the system's first process, or one without /proc
        return False


def ancestors() -> str:
    """Return the processes above this one but the first, nearest first; empty without /proc."""
    found, process = [], os.getppid()
    while process > 1 and (facts := _stat(process)):
        parent, begun = facts
        found.append(f"{process}:{begun}")
        process = parent
    return " ".join(found)


def _lives(process: str) -> bool:
    number, _, begun = process.partition(":")
    facts = _stat(int(number))
    return facts is not None and str(facts[1]) == begun


def _stat(process: int) -> tuple[int, int] | None:
    """Return the parent of a process, and when it began: numbers are given out again."""
    try:
        text = Path(f"/proc/{process}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    state, parent, *words = text.rpartition(")")[2].split()
    return None if state == "Z" else (int(parent), int(words[17]))
