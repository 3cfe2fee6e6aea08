"""How a stored picture is turned and mirrored before it is seen: movies' and stills' one way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["UPRIGHT", "Turn", "exif_turn"]


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

# Exif 2.32, tag 274: where the first stored row and column are seen.
_EXIF = {
    1: UPRIGHT,
    2: Turn(left_right=True),
    3: Turn(left_right=True, up_down=True),
    4: Turn(up_down=True),
    5: Turn(swapped=True),
    6: Turn(swapped=True, left_right=True),
    7: Turn(swapped=True, left_right=True, up_down=True),
    8: Turn(swapped=True, up_down=True),
}


def exif_turn(orientation: int) -> Turn:
    """Return what an Exif orientation asks for; numbers that mean nothing ask for nothing."""
    return _EXIF.get(orientation, UPRIGHT)
