"""Movies whose end is missing: how many frames were promised, and which are certainly whole.

Pictures are stored in the order in which they are decoded, so the last ones of a file that was
cut off may be shown after others that are gone. Those are left out too: frame numbers count.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from av.video.stream import VideoStream

__all__ = ["Cutoff", "find_cutoff", "promised_seconds", "whole_part"]

_CLOCK = re.compile(r"(\d+):(\d\d):(\d\d(?:\.\d+)?)")
_TAIL = 32  # pictures at the end among which one may be gone


@dataclass(frozen=True, kw_only=True)
class Cutoff:
    """A file that ends too early.

    Attributes:
        promised: Frames that it should have.
        end: Every picture shown before this tick is there; None where that is not known.
    """

    promised: int
    end: int | None


def find_cutoff(
    stream: VideoStream, *, size: int, shown: int, hidden: int, rate: Fraction, until: Fraction
) -> Cutoff | None:
    """Return what a file promises beyond its end; None where it is whole, or does not say.

    QuickTime and MP4 have a table of every picture and its place; Matroska has the length of
    the stream. Others promise nothing, and end where they end.

    Args:
        stream: The picture, after all of its packets were read.
        size: Of the file, in bytes.
        shown: Packets found that show a picture.
        hidden: Packets found that are not meant to be seen.
        rate: Frames a second.
        until: When the last of the pictures found ends, in seconds.
    """
    entries = list(stream.index_entries)
    gone = [entry for entry in entries if entry.pos + entry.size > size]
    if gone and len(entries) > shown + hidden:
        end = min(entry.timestamp for entry in gone)
        return Cutoff(promised=len(entries) - hidden, end=end)
    seconds = promised_seconds(stream)
    if seconds is None or seconds < until + 1 / rate:  # a last picture that is held is whole
        return None
    promised = round(seconds * rate)
    return Cutoff(promised=promised, end=None) if promised > shown + 1 else None


def promised_seconds(stream: VideoStream) -> Fraction | None:
    """Return how long a stream of a Matroska file says it is; None where it does not."""
    clock = _CLOCK.match(stream.metadata.get("DURATION", ""))
    if clock is None:
        return None
    hours, minutes, seconds = (Fraction(part) for part in clock.groups())
    return hours * 3600 + minutes * 60 + seconds


def whole_part(times: Sequence[int], cutoff: Cutoff, *, ticks: Fraction) -> tuple[int, ...]:
    """Return the times before the first picture that is gone.

    Args:
        times: When frames are shown, rising.
        cutoff: Of their file.
        ticks: Between two frames.
    """
    if cutoff.end is not None:
        return tuple(time for time in times if time < cutoff.end)
    for index, (one, other) in enumerate(pairwise(times)):
        if index >= len(times) - _TAIL and 2 * (other - one) > 3 * ticks:
            return tuple(times[: index + 1])
    return tuple(times)
