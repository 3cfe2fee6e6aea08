"""The display matrix: how a player turns and mirrors a picture before it is shown."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from av.sidedata.sidedata import SideData
from av.video.frame import VideoFrame
from numpy.typing import NDArray

__all__ = ["UPRIGHT", "Turn", "turn_of"]

_MATRIX = "<9i"
_STRAIGHT = 0.01  # of the longer side: what a matrix may be off a right angle


@dataclass(frozen=True, kw_only=True)
class Turn:
    """What brings a stored picture upright: rows and columns swapped first, then mirrored.

    Attributes:
        swapped: Rows become columns.
        left_right: Mirrored left to right, after that.
        up_down: Mirrored top to bottom, after that.
        slanted: The file asks for an angle that is no right one, which is not done.
    """

    swapped: bool = False
    left_right: bool = False
    up_down: bool = False
    slanted: bool = False

    @property
    def degrees(self) -> int:
        """Quarter turns clockwise in degrees, 0 to 270; after mirroring where `mirrored`."""
        turns = {
            (False, False, False): 0,
            (True, True, False): 90,
            (False, True, True): 180,
            (True, False, True): 270,
            (False, True, False): 0,
            (True, False, False): 270,
            (False, False, True): 180,
            (True, True, True): 90,
        }
        return turns[self.swapped, self.left_right, self.up_down]

    @property
    def mirrored(self) -> bool:
        """Whether the picture is mirrored left to right, before it is turned."""
        return self.swapped ^ self.left_right ^ self.up_down

    def apply(self, pixels: NDArray[Any]) -> NDArray[Any]:
        """Return h x w x C pixels as they are meant to be seen."""
        if self.swapped:
            pixels = np.swapaxes(pixels, 0, 1)
        if self.left_right:
            pixels = pixels[:, ::-1]
        if self.up_down:
            pixels = pixels[::-1]
        return np.ascontiguousarray(pixels)


UPRIGHT = Turn()


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
