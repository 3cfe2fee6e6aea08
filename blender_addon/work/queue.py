# SPDX-License-Identifier: GPL-3.0-or-later
"""The queue: strips of any scene, one after the other. It lives as long as the file is open."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any

from ..sequencer import pairs

if TYPE_CHECKING:
    from .engine_run import EngineRun
    from .strip_work import Work

__all__ = ["QUEUE", "Queue"]

_PAUSE = 0.02


class Queue:
    """Work in order.

    Attributes:
        works: All, those that are over too until new work comes or they are dismissed.
    """

    def __init__(self) -> None:
        self.works: list[EngineRun] = []

    @property
    def active(self) -> list[EngineRun]:
        """What is not over."""
        return [work for work in self.works if not work.over]

    @property
    def busy(self) -> bool:
        """Whether something is not over."""
        return bool(self.active)

    def find(self, strip: Any) -> EngineRun | None:
        """Return the work on a strip that is not over, if there is any."""
        uid = strip.vst.uid
        works = (work for work in self.active if work.frame is None and work.uid == uid)
        return next(works, None) if uid else None

    def add(self, scene: Any, strip: Any, *, frame: int | None = None) -> Work:
        """Put a strip at the end, or before all strips where only one frame of it is wanted."""
        from .strip_work import Work  # what only work needs is not loaded with Blender

        if not self.busy:
            self.works.clear()
        pairs.separate(scene)
        uid = pairs.identify(strip)
        work = Work(scene=scene.name, uid=uid, name=strip.name, frame=frame)
        if frame is None:
            work.remarks += work.losses(strip, scene)
        self._insert(work, first=frame is not None)
        return work

    def add_run(self, run: EngineRun) -> None:
        """Put work of any kind at the end."""
        if not self.busy:
            self.works.clear()
        self._insert(run, first=False)

    def pump(self) -> list[EngineRun]:
        """Go on without waiting, and return the works that have just come to their end."""
        for work in self.active[:1]:
            work.advance()
            if work.over:
                return [work]
        return []

    def wait(self, seconds: float = math.inf) -> None:
        """Go on until everything is over, or for so long."""
        end = time.monotonic() + seconds
        while self.busy and time.monotonic() < end:
            self.pump()
            time.sleep(_PAUSE)

    def cancel(self) -> None:
        """Stop everything in an orderly way."""
        for work in self.active:
            work.cancel()

    def dismiss(self) -> None:
        """Forget what is over."""
        self.works = self.active

    def end(self) -> None:
        """Stop everything at once: the file is closed, or the add-on goes."""
        for work in self.works:
            work.kill()
        if self.works:
            from ..hosts.process import end_all

            end_all()
        self.works.clear()

    def _insert(self, work: EngineRun, *, first: bool) -> None:
        place = len(self.works)
        if first:
            waiting = (n for n, one in enumerate(self.works) if one.state == "waiting")
            place = next(waiting, place)
        self.works.insert(place, work)


QUEUE = Queue()
