"""When each packet of a sound track is heard, also where a file's times begin anew.

Files that were joined end to end (broadcast recordings, camera chunks) begin their times anew in
the middle, and broken ones repeat a time. No file can be written so.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TypeAlias

__all__ = ["Piece", "SoundClock"]

Piece: TypeAlias = tuple[Fraction, Fraction]
"""Where a piece of a joined movie begins, in seconds: when it is shown, and what the file says."""

_STEP = Fraction(1, 1000)  # seconds: the coarsest clock of the files that are written
_OVERLAP = Fraction(1, 10)  # seconds: further back, times begin anew


class SoundClock:
    """The time line of one sound track; packets are placed in the order of the file.

    Args:
        pieces: Of the pictures; empty where the file's own times serve for them.

    Attributes:
        jumps: How often the file's times did not rise.
    """

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self.jumps = 0
        self._offsets = [shown - told for shown, told in pieces] or [Fraction(0)]
        self._last: Fraction | None = None
        self._end = Fraction(0)

    def place(self, time: Fraction, length: Fraction) -> Fraction | None:
        """Return when a packet is heard on the clock of the pictures; None = it is left out.

        A time that is repeated is moved on by a thousandth of a second. Where times begin anew,
        the sound goes on with the next piece of the pictures, or, where they have none, at once.

        Args:
            time: What the file says, in seconds.
            length: Of the packet, in seconds.
        """
        at = time + self._offsets[0]
        if self._last is not None and at <= self._last:
            self.jumps += 1
            anew = self._begin_anew(time, at)
            if anew and time + self._offsets[0] <= self._last:
                return None  # the end of the piece before is heard there
            at = max(time + self._offsets[0], self._last + _STEP)
        self._last, self._end = at, at + length
        return at

    def _begin_anew(self, time: Fraction, at: Fraction) -> bool:
        """Take another offset where that is nearer to what is expected than a repeated time."""
        back = self._end - at
        if len(self._offsets) > 1 and abs(time + self._offsets[1] - self._end) < back:
            self._offsets.pop(0)
            return True
        if len(self._offsets) == 1 and back > _OVERLAP:
            self._offsets[0] = self._end - time
            return True
        return False
