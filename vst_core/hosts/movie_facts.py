# SPDX-License-Identifier: Apache-2.0
"""What the engine says of a movie file, and whether Blender would show the same pictures."""

from __future__ import annotations

import threading
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .engine import Engine, EngineError, ask
from .job_file import file_state

__all__ = ["ProbedMovie", "forget", "movie_facts"]

_ASK_SECONDS = 300.0  # a long movie's packets are counted one by one
_known: dict[str, ProbedMovie] = {}


@dataclass(frozen=True)
class ProbedMovie:
    """A movie.

    Attributes:
        frames: Its pictures, really counted; 0 where the engine could not say.
        variable_rate: Its pictures do not come at even times.
        turned: Its header says that it is to be turned or mirrored.
    """

    frames: int
    variable_rate: bool
    turned: bool

    def why_rendered(self, shown: int, *, turned: bool) -> str:
        """Return why Blender's pictures are not the engine's, in words; empty if they are.

        Args:
            shown: How many pictures Blender counts in the file.
            turned: Blender turns movies as their headers say.
        """
        if self.frames and (self.variable_rate or self.frames != shown):
            return "its frames do not come at even times"
        if self.turned and not turned:
            return "this Blender does not turn movies as their headers say"
        return ""


def movie_facts(engine: Engine, path: Path) -> Generator[None, None, ProbedMovie]:
    """Ask the engine about a movie, giving back the control until it has answered."""
    key = str([str(path), *file_state(path)])
    if key not in _known:
        answers: list[ProbedMovie] = []
        thread = threading.Thread(target=lambda: answers.append(_ask(engine, path)), daemon=True)
        thread.start()
        while thread.is_alive():
            yield
        _known[key] = answers[0]
    return _known[key]


def forget() -> None:
    """Know nothing any more: the add-on goes."""
    _known.clear()


def _ask(engine: Engine, path: Path) -> ProbedMovie:
    try:
        said: dict[str, Any] = ask(engine, "probe", str(path), timeout=_ASK_SECONDS)
        return ProbedMovie(
            frames=int(said["frames"]),
            variable_rate=bool(said["variable_rate"]),
            turned=bool(said["rotation"] or said["mirrored"]),
        )
    except (EngineError, KeyError, TypeError, ValueError):
        return ProbedMovie(frames=0, variable_rate=False, turned=False)  # the run itself will tell
