"""Which frames of a style video become styles, as it is typed.

segments:5              the middle frames of five equal parts
keyframes:5             the five frames that differ most from their neighbors
each                    frame for frame; a shorter video begins anew (each:cycle)
each:hold               frame for frame; a shorter video's last frame stays
segments:5@1-48         with the first style at frame 1 of the shot, and the last at frame 48
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from vst_core.errors import UsageError

__all__ = ["StyleFrom", "parse_style_from"]

_MOST = 1000
_FIX = "Write segments:5, keyframes:5, each or each:hold, with the frames of the shot as @1-48"
_FORM = re.compile(
    r"\s*(?:(?P<way>segments|keyframes)(?::(?P<count>[0-9]{1,9}))?|each(?::(?P<end>cycle|hold))?)"
    r"(?:@(?P<first>-?[0-9]{1,9})-(?P<last>-?[0-9]{1,9}))?\s*"
)


@dataclass(frozen=True, kw_only=True)
class StyleFrom:
    """What is taken from a style video, and where in the shot it goes.

    Attributes:
        way: ``segments``, ``keyframes`` or ``each``.
        count: How many frames are taken, of ``each`` all.
        holds: Of ``each``, whether the last frame stays where the video is the shorter one.
        span: The frames of the shot that have the first and the last style; None = its ends.
    """

    way: Literal["segments", "keyframes", "each"]
    count: int = 5
    holds: bool = False
    span: tuple[int, int] | None = None


def parse_style_from(text: str) -> StyleFrom:
    """Read what is typed, see the head of this file.

    Raises:
        UsageError: It is none of these, or the frames of the shot do not rise.

    >>> parse_style_from("keyframes:3@10-20")
    StyleFrom(way='keyframes', count=3, holds=False, span=(10, 20))
    """
    found = _FORM.fullmatch(text)
    if found is None:
        raise UsageError(f"--style-from cannot be '{text}'", fix=_FIX)
    count = int(found["count"] or 5)
    if not 1 <= count <= _MOST:
        raise UsageError(f"--style-from cannot take {count} frames", fix=f"Take 1 to {_MOST}")
    span = None if found["first"] is None else (int(found["first"]), int(found["last"]))
    if span and span[0] > span[1]:
        what = f"--style-from '{text}' ends before it begins"
        raise UsageError(what, fix="Write the frames of the shot in order, such as @1-48")
    way: Literal["segments", "keyframes", "each"] = found["way"] or "each"  # type: ignore[assignment]
    return StyleFrom(way=way, count=count, holds=found["end"] == "hold", span=span)
