"""How a frame goes on from the one before: its level, and what is known of the paint.

The level and the motion need each other. Faded, a frame has little to compare; so it is first
brought near to the frame before by what most of its parts say, motion left out. Then the motion
is found, and with it the level is measured at the same points of what is seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from vst_core.content import (
    NORMAL,
    Cells,
    Level,
    alike,
    boiling,
    cells_of,
    filled_in,
    first_level,
    followed,
    rough_change,
    unclipped,
)
from vst_core.guidance.builder import GuidanceBuilder, Motion
from vst_core.guidance.warped_frames import Guidance, PreviousFrame
from vst_core.motion import warp

__all__ = ["Boil", "Found", "Ground", "Sight", "follow", "is_flash", "start"]

_CLEAR_GAIN, _CLEAR_OFFSET = 0.02, 0.01
_MOMENT, _BURNT, _SOUND = 3, 0.3, 0.6


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What stands behind frames of which less is seen.

    Attributes:
        picture: 1 x 3 x h x w, what is hidden filled in.
        weight: 1 x 1 x h x w in [0, 1], what of it counts.
    """

    picture: Tensor
    weight: Tensor

    def behind(self, picture: Tensor, weight: Tensor | None) -> Tensor:
        """Return a picture with this behind what is hidden of it; what neither has is filled in."""
        if weight is None:
            return picture
        both = weight + (1 - weight) * self.weight
        mixed = self.picture.lerp(picture, weight / both.clamp_min(1e-6))
        return filled_in(mixed, both)

    def weight_with(self, weight: Tensor | None) -> Tensor | None:
        """Return what counts of the two together; all of it where None."""
        return None if weight is None else weight + (1 - weight) * self.weight


@dataclass(frozen=True, kw_only=True)
class Sight:
    """A frame at the size of the work, before it is painted.

    Attributes:
        picture: 1 x 3 x h x w, what is hidden filled in.
        weight: 1 x 1 x h x w in [0, 1], what of it counts; all of it where None.
        cells: Of the picture.
        ground: What stands behind it; nothing where None.
    """

    picture: Tensor
    weight: Tensor | None
    cells: Cells
    ground: Ground | None = None

    @classmethod
    def of(cls, picture: Tensor, weight: Tensor | None) -> Sight:
        """Return the sight of a picture."""
        return cls(picture=picture, weight=weight, cells=cells_of(picture, weight))

    def at(self, level: Level) -> Tensor:
        """Return the picture at the normal level, what stands behind it included."""
        normal = level.normal(self.picture)
        return normal if self.ground is None else self.ground.behind(normal, self.weight)

    @property
    def painted_weight(self) -> Tensor | None:
        """What counts of `at`: 1 x 1 x h x w in [0, 1]; all of it where None."""
        return self.weight if self.ground is None else self.ground.weight_with(self.weight)

    def cells_at(self, level: Level) -> Cells:
        """Return the cells of the picture at the normal level."""
        if level.is_normal:
            return self.cells
        offset = torch.tensor(level.offset, dtype=torch.float64).view(3, 1, 1)
        # Not cut off at 1: a frame that is twice as bright as the last one has to show it.
        colors = ((self.cells.colors - offset) / level.gain).clamp_min(0)
        return replace(self.cells, colors=colors)


@dataclass(frozen=True, kw_only=True)
class Boil:
    """How much the paint lives where nothing moves.

    Attributes:
        amount: 0 to 1.
        seed: Of the run.
    """

    amount: float = 0.0
    seed: int = 0

    def over(self, motion: Motion, frame: int) -> Motion:
        """Return the motion with less trust where the paint of a frame is to live."""
        seed = self.seed * 1_000_003 + frame
        trust = boiling(motion.trust, motion.backward, boil=self.amount, seed=seed % 2**31)
        return replace(motion, trust=trust)


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a frame is painted from.

    Attributes:
        level: Of the frame.
        normal: 1 x 3 x h x w, the frame at the normal level.
        guidance: None where a shot begins.
    """

    level: Level
    normal: Tensor
    guidance: Guidance | None = None


def start(sight: Sight) -> Found:
    """Return what the first frame of a shot is painted from."""
    level = first_level(sight.cells)
    return Found(level=level, normal=sight.at(level))


def follow(
    builder: GuidanceBuilder,
    history: Sequence[PreviousFrame],
    sight: Sight,
    frame: int,
    *,
    boil: Boil,
) -> Found:
    """Return what a frame is painted from that comes after others; see `start` across a cut.

    Args:
        builder: Says how the picture moved.
        history: The frames before, the last one first; at least that one.
        sight: The frame.
        frame: Its number.
        boil: How much the paint lives.
    """
    last = history[0]
    level = _roughly(last, sight)
    normal = sight.at(level)
    motion = builder.motion(last, normal, frame)
    # Where all parts say that the light has changed, and nothing else, it is no cut.
    if level == last.level and builder.is_cut(last.picture, normal, motion):
        return start(sight)
    exact = _exactly(level, last, sight, normal, motion)
    if exact != level:
        level, normal = exact, sight.at(exact)
    guidance = builder.recall(boil.over(motion, frame), history, normal, frame)
    return Found(level=level, normal=normal, guidance=guidance)


def is_flash(last: PreviousFrame, sight: Sight, frame: int) -> bool:
    """Whether a frame is the white of a flash: what was there a moment ago is burnt out.

    It is no picture to paint, nor a new shot; but when it lasts for more than a moment, it is.

    Args:
        last: The last frame that was painted.
        sight: The frame.
        frame: Its number.
    """
    if abs(frame - last.frame) > _MOMENT:
        return False
    before = _lit(cells_of(last.picture, sight.weight), last.level)
    now = unclipped(sight.cells, sight.cells)
    return _share(now) < _BURNT and _share(before) > _SOUND


def _seen_twice(one: Tensor | None, other: Tensor | None) -> Tensor | None:
    """Return what counts in both of two frames; all of it where None."""
    if one is None or other is None:
        return one if other is None else other
    return torch.minimum(one, other)


def _weighed(sight: Sight, weight: Tensor | None) -> Sight:
    """Return the sight of the same picture, of which less counts."""
    return sight if weight is sight.weight else Sight.of(sight.picture, weight)


def _share(cells: Cells) -> float:
    return float((cells.weight > 0).double().mean())


def _roughly(last: PreviousFrame, sight: Sight) -> Level:
    """Return the last frame's level, or a new one where the light has clearly changed."""
    both = _seen_twice(last.weight, sight.weight)
    before = _lit(cells_of(last.picture, both), last.level)
    now = unclipped(_weighed(sight, both).cells_at(last.level), sight.cells)
    change = rough_change(before, now)
    return last.level.after(change) if _is_clear(change) and alike(before, now) else last.level


def _exactly(
    level: Level, last: PreviousFrame, sight: Sight, normal: Tensor, motion: Motion
) -> Level:
    """Return the level as it is at the points that are seen in both frames."""
    moved = None if last.weight is None else warp(last.weight, motion.backward)
    both = _seen_twice(moved, sight.weight)
    counted = motion.trust if both is None else motion.trust * both
    before = _lit(cells_of(warp(last.picture, motion.backward), counted), last.level)
    now = unclipped(cells_of(normal, counted), sight.cells)
    found, _ = followed(level, before=before, now=now, recorded=sight.cells)
    # A frame that turns out to be lit as the last one was keeps its level to the last digit; and
    # after a flash the light is back to normal.
    if level != last.level and not _is_apart(found, last.level):
        return last.level
    return found if last.level.is_normal or _is_clear(found) else NORMAL


def _lit(cells: Cells, level: Level) -> Cells:
    """Return cells at the normal level, those left out that were recorded as white."""
    peak = cells.peak * level.gain + max(level.offset)
    return unclipped(cells, replace(cells, peak=peak))


def _is_clear(change: Level) -> bool:
    shift = max(map(abs, change.offset))
    return abs(change.gain - 1) > _CLEAR_GAIN or shift > _CLEAR_OFFSET


def _is_apart(one: Level, two: Level) -> bool:
    shift = max(abs(a - b) for a, b in zip(one.offset, two.offset, strict=True))
    return abs(one.gain / two.gain - 1) > _CLEAR_GAIN / 2 or shift > _CLEAR_OFFSET / 2
