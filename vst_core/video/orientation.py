"""The display matrix: how a player turns and mirrors a picture before it is shown."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, cast

from vst_core.turning import UPRIGHT, Turn

if TYPE_CHECKING:
    from av.sidedata.sidedata import SideData
    from av.video.frame import VideoFrame

__all__ = ["turn_of"]

_MATRIX = "<9i"
_STRAIGHT = 0.01  # of the longer side: what a matrix may be off a right angle


def turn_of(frame: VideoFrame) -> Turn:
    """Return how a frame is to be turned.

    The matrix (a, b; c, d) takes a stored point (x, y), y down, to (ax + cy, bx + dy).
    """
    matrix = cast("SideData | None", frame.side_data.get("DISPLAYMATRIX"))
    if matrix is None:
        return UPRIGHT
    a, b, _, c, d, *_ = struct.unpack(_MATRIX, bytes(matrix))
    swapped = abs(b) + abs(c) > abs(a) + abs(d)
    small = max(abs(a), abs(d)) if swapped else max(abs(b), abs(c))
    large = min(abs(b), abs(c)) if swapped else min(abs(a), abs(d))
    if small > _STRAIGHT * large:
        return Turn(slanted=True)
    across, down = (c, b) if swapped else (a, d)
    return Turn(swapped=swapped, left_right=across < 0, up_down=down < 0)
