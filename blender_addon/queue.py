# SPDX-License-Identifier: GPL-3.0-or-later
"""The queue: strips of any scene, one after the other. It lives as long as the file is open."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any

import bpy

from .pairs import identify

if TYPE_CHECKING:
    from .work import Work

__all__ = ["QUEUE", "Queue"]

_PAUSE = 0.02


class Queue:
    """Work in order.

    Attributes:
        works: All, those that are over too until new work comes.
        pumped: Somebody calls `pump` regularly.
    """

    def __init__(self) -> None:
        self.works: list[Work] = []
        self.pumped = False

    @property
    def active(self) -> list[Work]:
        """What is not over."""
        return [work for work in self.works if not work.over]

    @property
    def busy(self) -> bool:
        """Whether something is not over."""
        return bool(self.active)

    def find(self, scene: Any, strip: Any) -> Work | None:
        """Return the work on a strip that is not over, if there is any."""
        works = (work for work in self.active if work.frame is None and work.scene == scene.name)
        uid = strip.vst.uid
        return next((work for work in works if work.name == strip.name or work.uid == uid), None)

    def add(self, scene: Any, strip: Any, *, frame: int | None = None) -> Work:
        """Put a strip at the end, or before all strips where only one frame of it is wanted."""
        from .work import Work  # what only work needs is not loaded with Blender

        if not self.busy:
            self.works.clear()
        work = Work(scene.name, identify(strip, scene), strip.name, frame)
        place = len(self.works)
        if frame is not None:
            waiting = (n for n, one in enumerate(self.works) if one.state == "waiting")
            place = next(waiting, place)
        self.works.insert(place, work)
        return work

    def pump(self) -> list[Work]:
        """Go on without waiting, and return the works that have just come to their end."""
        for work in self.active[:1]:
            work.advance()
            if work.over:
                _push_undo(work)
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

    def end(self) -> None:
        """Stop everything at once: the file is closed, or the add-on goes."""
        for work in self.works:
            work.kill()
        if self.works:
            from .process import end_all

            end_all()
        self.works.clear()
        self.pumped = False


QUEUE = Queue()


def _push_undo(work: Work) -> None:
    """One step back takes away the result, and nothing else."""
    if work.state == "done" and work.frame is None and bpy.ops.ed.undo_push.poll():
        bpy.ops.ed.undo_push(message=f"Stylize {work.name}")
