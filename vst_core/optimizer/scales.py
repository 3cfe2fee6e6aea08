"""The sizes in which a picture is painted, from coarse to fine.

An encoder sees a patch of some 250 pixels at once, so in a large picture it knows strokes but
no composition. Painted first at a size where a patch is most of the picture, and then doubled,
a large frame keeps large structure (Gatys 2017, section 5), and a coarse iteration costs a
quarter of the next finer one's. Small pictures are painted at their size alone: there a
coarser one was measured to bring the loss down by no more than it costs.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from vst_core.resizing import resize_picture, resize_planes

__all__ = ["Scale", "carried", "plan_scales", "scale_count"]

_COARSEST = 320
_THINNEST = 96


@dataclass(frozen=True, kw_only=True)
class Scale:
    """One size.

    Attributes:
        level: How often the full size is halved.
        size: (height, width).
        iterations: At most that many.
    """

    level: int
    size: tuple[int, int]
    iterations: int


def scale_count(size: tuple[int, int]) -> int:
    """Return how many sizes a picture is painted in: down to the area of 320 x 320 pixels."""
    count, (height, width) = 1, size
    while height * width >= (2 * _COARSEST) ** 2 and min(height, width) >= 2 * _THINNEST:
        count, height, width = count + 1, height // 2, width // 2
    return count


def plan_scales(size: tuple[int, int], *, count: int, iterations: int) -> tuple[Scale, ...]:
    """Split iterations over sizes, coarse to fine, each size getting half of the one before.

    Every size has at least one iteration, so few iterations leave out the coarsest sizes.

    Args:
        size: (height, width) in full.
        count: How many sizes.
        iterations: In all.
    """
    count = max(1, min(count, iterations))
    shares = [2**level for level in range(count)]
    each = [max(1, iterations * share // sum(shares)) for share in shares]
    each[-1] += iterations - sum(each)
    return tuple(
        Scale(level=level, size=_halved(size, level), iterations=each[level])
        for level in reversed(range(count))
    )


def carried(coarse: Tensor, start: Tensor) -> Tensor:
    """Return the start of a scale: what the coarser one changed, with the start's own detail."""
    low = resize_picture(start, (coarse.shape[-2], coarse.shape[-1]))
    return start + resize_planes(coarse - low, (start.shape[-2], start.shape[-1]))


def _halved(size: tuple[int, int], level: int) -> tuple[int, int]:
    return max(1, round(size[0] / 2**level)), max(1, round(size[1] / 2**level))
