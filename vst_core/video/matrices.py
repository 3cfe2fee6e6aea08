"""From luma and color difference to red, green and blue, and back.

H.273, 8.3: with the weights Kr and Kb of a standard (Kg = 1 - Kr - Kb),

    Y' = Kr R' + Kg G' + Kb B'    Cb = (B' - Y') / 2(1 - Kb)    Cr = (R' - Y') / 2(1 - Kr)

R', G', B' and Y' lie in [0, 1], Cb and Cr in [-1/2, 1/2]. As whole numbers of n bits,
s = 2^(n-8), they are in the limited range 219 s Y' + 16 s and 224 s C + 128 s, in the full
range (2^n - 1) Y' and (2^n - 1) C + 2^(n-1).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["MATRICES", "Coding", "matrix_named"]

MATRICES = {
    "bt709": (0.2126, 0.0722),
    "fcc": (0.30, 0.11),
    "bt601": (0.299, 0.114),
    "smpte240m": (0.212, 0.087),
    "bt2020": (0.2627, 0.0593),
}
"""Standard -> Kr and Kb."""

_CODES = {1: "bt709", 4: "fcc", 5: "bt601", 6: "bt601", 7: "smpte240m", 9: "bt2020"}
_UNNAMED = (2, 3, 0)  # 0 means RGB, which a picture of luma and chroma is not
_LARGEST_SD = (1024, 576)


@dataclass(frozen=True, kw_only=True)
class Coding:
    """How colors became whole numbers.

    Attributes:
        matrix: A name in `MATRICES`.
        bits: Of the numbers.
        full: Full range, instead of limited.
    """

    matrix: str
    bits: int
    full: bool

    def to_rgb(self) -> NDArray[np.float64]:
        """Return 3 x 4: from (Y, Cb, Cr, 1) in whole numbers to R'G'B' in [0, 1]."""
        forth = np.vstack([self.from_rgb(), [0.0, 0.0, 0.0, 1.0]])
        inverse: NDArray[np.float64] = np.linalg.inv(forth)[:3]
        return inverse

    def from_rgb(self) -> NDArray[np.float64]:
        """Return 3 x 4: from (R', G', B', 1) in [0, 1] to Y, Cb, Cr in whole numbers."""
        red, blue = MATRICES[self.matrix]
        luma = np.array([red, 1 - red - blue, blue])
        difference_blue = (np.array([0.0, 0.0, 1.0]) - luma) / (2 * (1 - blue))
        difference_red = (np.array([1.0, 0.0, 0.0]) - luma) / (2 * (1 - red))
        rows = np.stack([luma, difference_blue, difference_red])
        step = 2.0 ** (self.bits - 8)
        spans = [2.0**self.bits - 1] * 3 if self.full else [219 * step, 224 * step, 224 * step]
        middle = 128 * step
        offsets = [0.0 if self.full else 16 * step, middle, middle]
        return np.column_stack([rows * np.array(spans)[:, None], offsets])


def matrix_named(code: int, *, width: int, height: int) -> str:
    """Return the name of the matrix that a stream names by H.273's code.

    Where it names none, BT.709 is taken for high definition and BT.601 for less, as players
    do; FFmpeg's own conversion takes BT.601 for all.

    Returns:
        A name in `MATRICES`; empty for one that is not supported.
    """
    if code in _UNNAMED:
        small = width <= _LARGEST_SD[0] and height <= _LARGEST_SD[1]
        return "bt601" if small else "bt709"
    return _CODES.get(code, "")
