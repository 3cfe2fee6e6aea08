"""SMPTE timecode: the number of a frame as hours, minutes, seconds and frames, and back.

SMPTE ST 12-1:2014. Drop-frame counting leaves out labels, never pictures: at 29.97 frames a second
the labels 00 and 01 of every minute, but not of every tenth, so that the clock stays with the day
(section 8.2; at 59.94 four labels). Above 30 frames a second the packed form counts pairs of
frames, and a bit says which of the two it is (section 12.1).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

__all__ = ["Timecode"]

_TEXT = re.compile(r"(\d{1,2}):(\d{2}):(\d{2})([:;.,])(\d{2,3})")
_DROPPED = 15  # a minute loses a fifteenth of a second's labels: 2 of 30, 4 of 60
_MOST_PACKED = 30
_DROP_BIT, _SECOND_OF_PAIR = 1 << 6, 1 << 15


@dataclass(frozen=True, kw_only=True)
class Timecode:
    """The timecode of a frame.

    Attributes:
        count: Frames since midnight, really counted.
        base: Labels a second: the rate as a whole number, 30 for 29.97.
        drop: Labels are left out, so that the clock keeps up with 29.97 or 59.94.

    >>> code = Timecode.parse("01:00:59;29", Fraction(30000, 1001))
    >>> str(code.later(1)), str(code.later(-1))
    ('01:01:00;02', '01:00:59;28')
    """

    count: int
    base: int
    drop: bool

    @classmethod
    def parse(cls, text: str, rate: Fraction) -> Timecode | None:
        """Read ``01:00:00:00``, with ``;`` before the frames for drop frame.

        Args:
            text: The timecode.
            rate: Frames a second.

        Returns:
            None where it is none, or none of this rate.
        """
        match = _TEXT.fullmatch(text.strip())
        if match is None:
            return None
        hours, minutes, seconds, frames = (int(match[place]) for place in (1, 2, 3, 5))
        return cls._of((hours, minutes, seconds, frames), drop=match[4] != ":", rate=rate)

    @classmethod
    def unpacked(cls, words: Sequence[int], rate: Fraction) -> Timecode | None:
        """Read the two words of EXR and DPX (``smpte:TimeCode``); None where they make no sense."""
        first = int(words[0])
        digits = [first >> place & 0xF for place in (24, 16, 8, 0)]
        tens = [first >> place & mask for place, mask in ((28, 3), (20, 7), (12, 7), (4, 3))]
        if max(digits) > 9:
            return None
        hours, minutes, seconds, frames = (10 * t + d for t, d in zip(tens, digits, strict=True))
        if round(rate) > _MOST_PACKED and 2 * frames < round(rate):
            frames = 2 * frames + bool(first & _SECOND_OF_PAIR)
        drop = bool(first & _DROP_BIT)
        return cls._of((hours, minutes, seconds, frames), drop=drop, rate=rate)

    @classmethod
    def _of(
        cls, label: tuple[int, int, int, int], *, drop: bool, rate: Fraction
    ) -> Timecode | None:
        base = round(rate)
        hours, minutes, seconds, frames = label
        if base < 1 or frames >= base or max(minutes, seconds) > 59 or hours > 23:
            return None
        if drop and base % 30:
            return None
        total = 60 * hours + minutes
        lost = base // _DROPPED * drop
        if lost and not seconds and total % 10 and frames < lost:
            return None  # one of the labels that are left out
        count = (60 * total + seconds) * base + frames - lost * (total - total // 10)
        return cls(count=count, base=base, drop=drop)

    def later(self, frames: int) -> Timecode:
        """Return the timecode of the frame that is so many later; a day begins anew."""
        return replace(self, count=(self.count + frames) % self._day)

    @property
    def packed(self) -> tuple[int, int]:
        """The two words of EXR and DPX; (0, 0) where a second has more labels than fit."""
        hours, minutes, seconds, frames = self._label
        pair = 0
        if self.base > _MOST_PACKED:
            pair, frames = _SECOND_OF_PAIR * (frames % 2), frames // 2
        if frames > 39:
            return (0, 0)
        word = sum(
            _bcd(value) << place
            for value, place in ((hours, 24), (minutes, 16), (seconds, 8), (frames, 0))
        )
        return (word | pair | _DROP_BIT * self.drop, 0)

    def __str__(self) -> str:
        hours, minutes, seconds, frames = self._label
        return f"{hours:02}:{minutes:02}:{seconds:02}{':;'[self.drop]}{frames:02}"

    @property
    def _day(self) -> int:
        return 24 * 6 * self._ten_minutes

    @property
    def _lost(self) -> int:
        return self.base // _DROPPED * self.drop

    @property
    def _ten_minutes(self) -> int:
        return 600 * self.base - 9 * self._lost

    @property
    def _label(self) -> tuple[int, int, int, int]:
        tens, rest = divmod(self.count, self._ten_minutes)
        minute = 60 * self.base - self._lost
        # The first minute of ten keeps all of its labels.
        whole = max(0, rest - self._lost) // minute if self._lost else rest // minute
        number = self.count + self._lost * (9 * tens + whole)
        seconds, frames = divmod(number, self.base)
        return seconds // 3600 % 24, seconds // 60 % 60, seconds % 60, frames


def _bcd(value: int) -> int:
    return value // 10 << 4 | value % 10
