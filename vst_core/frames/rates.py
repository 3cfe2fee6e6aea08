"""Frames a second as people write them."""

from __future__ import annotations

import re
from fractions import Fraction

from vst_core.errors import UsageError

__all__ = ["parse_rate"]

_RATE = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,6}|/[0-9]{1,6})?")
_SLOWEST, _FASTEST = Fraction(1, 100), Fraction(1000)
_ROUNDED = Fraction(1, 100)


def parse_rate(text: str) -> Fraction:
    """Read frames a second: ``24``, ``23.976`` or ``24000/1001``.

    A number that is 24000/1001, 30000/1001, ... rounded to two digits or more means that.

    Raises:
        UsageError: It is not such a number.

    >>> parse_rate("29.97")
    Fraction(30000, 1001)
    """
    stripped = text.strip()
    valid = _RATE.fullmatch(stripped) and not re.search(r"/0+$", stripped)
    rate = Fraction(stripped) if valid else Fraction(0)
    if not _SLOWEST <= rate <= _FASTEST:
        fix = "Write a number such as 24, 23.976 or 30000/1001"
        raise UsageError(f"'{text}' is not a number of frames per second", fix=fix)
    film = Fraction(round(rate) * 1000, 1001)
    close = "." in stripped and abs(rate - film) < _ROUNDED
    return film if close and rate != round(rate) else rate
