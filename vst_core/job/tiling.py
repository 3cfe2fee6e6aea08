"""`--tile`: how large the parts are in which a picture is worked at."""

from __future__ import annotations

from dataclasses import dataclass

from vst_core.errors import UsageError

__all__ = ["SMALLEST_TILE", "WHOLE", "Tiling"]

SMALLEST_TILE = 128
"""What one pixel of the networks' pictures is painted from is 111 pixels wide; the optimizing
methods see a margin of that size around each tile. With smaller tiles most work is done twice."""
_LARGEST = 100_000


@dataclass(frozen=True)
class Tiling:
    """In which parts large pictures are worked at.

    Attributes:
        side: Pictures no larger than so many pixels are worked at as a whole, larger ones in
            parts of about that size; 0 = all as a whole, None = as the memory is.
    """

    side: int | None

    @classmethod
    def parse(cls, text: str) -> Tiling:
        """Read `auto`, `off` (or 0) or a number of pixels.

        Raises:
            UsageError: It is none of them, or smaller than what a pixel is painted from.
        """
        if text in ("auto", "off", "0"):
            return cls(None if text == "auto" else 0)
        fix = f"Write auto, off, or a size in pixels from {SMALLEST_TILE} on, such as 1024"
        if not (text.isascii() and text.isdecimal() and len(text) <= len(str(_LARGEST))):
            raise UsageError(f"--tile cannot be '{text}'", fix=fix)
        side = int(text)
        if not SMALLEST_TILE <= side <= _LARGEST:
            reason = f"less than the {SMALLEST_TILE} that a pixel is painted from"
            what = reason if side < SMALLEST_TILE else f"more than {_LARGEST}"
            raise UsageError(f"A tile of {side} pixels is {what}", fix=fix)
        return cls(side)

    def parts(self, size: tuple[int, int]) -> bool | None:
        """Whether a picture of this height and width is parted; None where memory decides."""
        return None if self.side is None else 0 < self.side < max(size)


WHOLE = Tiling(0)
"""Every picture as a whole."""
