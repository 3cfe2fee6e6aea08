"""Letterbox and pillarbox bars: black lines at the edges, from side to side."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

__all__ = ["NO_BARS", "Bars", "find_bars", "letterbox"]

_BLACK, _PURE = 0.035, 1.5 / 255
_EVEN = 2
_STRAY = 0.002
_MOST = 0.4
_LEAST = 2
_BESIDE, _LIT = 4, 0.25


@dataclass(frozen=True, kw_only=True)
class Bars:
    """How wide the bars are at each edge, in pixels; 0 where there is none."""

    top: int = 0
    bottom: int = 0
    left: int = 0
    right: int = 0

    def __bool__(self) -> bool:
        return self != NO_BARS

    def __str__(self) -> str:
        """Say where they are: `38 pixels at the top and 38 at the bottom`."""
        named = [(getattr(self, edge), edge) for edge in ("top", "bottom", "left", "right")]
        told = [f"{width} at the {edge}" for width, edge in named if width]
        return " and ".join(told)

    def common(self, other: Bars) -> Bars:
        """Return what is bar in both of two frames."""
        return Bars(
            top=min(self.top, other.top),
            bottom=min(self.bottom, other.bottom),
            left=min(self.left, other.left),
            right=min(self.right, other.right),
        )

    def together(self, other: Bars) -> Bars:
        """Return what is bar by either."""
        return Bars(
            top=max(self.top, other.top),
            bottom=max(self.bottom, other.bottom),
            left=max(self.left, other.left),
            right=max(self.right, other.right),
        )

    def weight(self, height: int, width: int) -> Tensor:
        """Return 1 x 1 x `height` x `width`, 0 on the bars and 1 on the picture."""
        weight = torch.ones(1, 1, height, width)
        weight[:, :, : self.top] = 0
        weight[:, :, height - self.bottom :] = 0
        weight[..., : self.left] = 0
        weight[..., width - self.right :] = 0
        return weight


NO_BARS = Bars()


def letterbox(picture: Tensor) -> Bars:
    """Return the bars that a frame shows beyond doubt, be it the only one of its shot.

    They are purely black, and as wide at one edge as at the other one.

    Args:
        picture: 1 x 3 x H x W in [0, 1].
    """
    found = find_bars(picture, black=_PURE) or NO_BARS
    high = found.top if abs(found.top - found.bottom) <= _EVEN else 0
    wide = found.left if abs(found.left - found.right) <= _EVEN else 0
    return Bars(
        top=high and found.top,
        bottom=high and found.bottom,
        left=wide and found.left,
        right=wide and found.right,
    )


def find_bars(picture: Tensor, *, black: float = _BLACK) -> Bars | None:
    """Return the bars of one frame; None where it is black all over and cannot tell.

    A line belongs to a bar where all but 2 in 1000 of its pixels are black but for grain and
    compression. The picture beside a bar is lit along a good part of it, or it is no bar but the
    surroundings of a title; and bars of more than two fifths of the frame are picture, too.

    Args:
        picture: 1 x 3 x H x W in [0, 1].
        black: The highest value that is black.
    """
    lit = (picture[0].amax(0) > black).float()
    if float(lit.mean()) < _STRAY:
        return None
    rows, columns = lit.mean(1), lit.mean(0)
    if not bool((rows > _STRAY).any()) or not bool((columns > _STRAY).any()):
        return None
    return Bars(
        top=_width(rows),
        bottom=_width(rows.flip(0)),
        left=_width(columns),
        right=_width(columns.flip(0)),
    )


def _width(lines: Tensor) -> int:
    """Return how many lines are a bar before the picture begins.

    Args:
        lines: The share of lit pixels of each line, from the edge inwards.
    """
    width = int(torch.nonzero(lines > _STRAY)[0])
    beside = lines[width : width + _BESIDE]
    if not _LEAST <= width <= _MOST * len(lines) or float(beside.max()) < _LIT:
        return 0
    return width
