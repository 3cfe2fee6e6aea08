"""Finds where shots begin, before their first pass, and what each of their frames is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import torch

from vst_core.content import Level
from vst_core.guidance import GuidanceBuilder, PreviousFrame
from vst_core.runner.errors_at_frame import at_frame, memory_guard
from vst_core.runner.loop.backdrop import Backdrop
from vst_core.runner.loop.open_method import OpenMethod
from vst_core.runner.loop.succession import Succession
from vst_core.runner.passes.work_picture import read_seen
from vst_core.runner.plan import Plan

__all__ = ["Shot", "ShotFinder"]


@dataclass(frozen=True, kw_only=True)
class Shot:
    """A shot of a run; frames are named by their indices among all of the run.

    Attributes:
        frames: All of them.
        levels: Of the frames that are painted.
        shown: Frame -> the frame whose paint it shows: itself, or one that it holds. Frames that
            are not here stay as they are.
    """

    frames: range
    levels: Mapping[int, Level] = field(default_factory=dict)
    shown: Mapping[int, int] = field(default_factory=dict)

    @property
    def painted(self) -> tuple[int, ...]:
        """The frames that are painted, in order."""
        return tuple(self.levels)


@dataclass(kw_only=True)
class _Walk:
    """What is known of a shot on the way to its end."""

    start: int
    levels: dict[int, Level] = field(default_factory=dict)
    shown: dict[int, int] = field(default_factory=dict)
    last: PreviousFrame | None = None
    last_index: int = 0
    masks: str = ""

    def shot(self, end: int) -> Shot:
        return Shot(frames=range(self.start, end), levels=self.levels, shown=self.shown)


class ShotFinder:
    """Goes over the frames ahead of the passes; two pictures are in memory at a time.

    Args:
        plan: Of the run.
        method: For pictures at the size of the work.
        guide: None in runs without motion, where every frame stands alone.
        backdrop: What stands behind the frames, if anything does.
    """

    def __init__(
        self,
        plan: Plan,
        method: OpenMethod,
        guide: GuidanceBuilder | None,
        *,
        backdrop: Backdrop | None,
    ) -> None:
        self._plan, self._method, self._guide = plan, method, guide
        self._backdrop = backdrop
        self._succession = Succession(
            plan.job, guide, masks_decide=method.masks_decide, backdrop=backdrop
        )

    def shots(self) -> Iterator[Shot]:
        """Yield the shots; the next one is looked at when it is wanted.

        Of one that is verified as a whole nothing but its frames is told.
        """
        start, end = 0, len(self._plan.tasks)
        while start < end:
            done = self._verified(start)
            if done is not None:
                yield Shot(frames=range(start, done))
                start = done
                continue
            walk = _Walk(start=start)
            self._look(walk, start)
            stop = next((i for i in range(start + 1, end) if self._begins(walk, i)), end)
            yield walk.shot(stop)
            start = stop

    def _verified(self, start: int) -> int | None:
        """Return where the shot ends that begins at a frame, if all of it is verified."""
        known = self._plan.resume.verified
        for index in range(start, len(self._plan.tasks)):
            begins = self._guide is None or self._plan.tasks[index].cut
            if index > start and (begins or (index in known and known[index].cut)):
                return index
            if index not in known:
                return None
        return len(self._plan.tasks)

    def _begins(self, walk: _Walk, index: int) -> bool:
        """Whether a frame begins a shot; where it does not, it is taken into the walk."""
        return self._guide is None or self._plan.tasks[index].cut or self._look(walk, index)

    @torch.no_grad()
    def _look(self, walk: _Walk, index: int) -> bool:
        """Whether a frame looks like a new shot; where it does not, note what it is."""
        plan, frame = self._plan, self._plan.tasks[index].frame
        seen = read_seen(plan, self._method, index, backdrop=self._backdrop)
        history = () if walk.last is None else (walk.last,)
        with at_frame(frame), memory_guard(plan.job, plan.width, plan.height):
            role = self._succession.role(
                history, seen.sight, frame, masks_before=walk.masks, masks=seen.masks
            )
        if role.cut:
            return True
        if role.held is not None:
            walk.shown[index] = walk.last_index
        if role.found is not None:
            normal, level = role.found.normal, role.found.level
            walk.levels[index], walk.shown[index] = level, index
            walk.last_index, walk.masks = index, seen.masks
            walk.last = PreviousFrame(
                frame=frame,
                picture=normal,
                stylized=normal,
                level=level,
                weight=seen.sight.weight,
            )
        return False
