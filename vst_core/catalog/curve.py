"""Values over time: keys at frames, linear between them, held outside.

    0@1,1@24            0 up to frame 1, rising to 1 at frame 24, 1 from there on
    0@1:hold,1@24       0 up to frame 23, 1 from frame 24 on

In job files a table: `strength = { 1 = 0.0, 24 = 1.0 }`; a held key is
`1 = { value = 0.0, hold = true }`.

Commas part keys; inside of double quotes, which names with such signs need, they part nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Generic, TypeVar

from vst_core.errors import UsageError
from vst_core.hosts.style_text import split_commas

__all__ = [
    "Curve",
    "CurveKey",
    "blend_numbers",
    "interpolate",
    "is_curve",
    "parse_numbers",
    "split_key",
    "table_text",
    "text_table",
]

T = TypeVar("T")

_KEY = re.compile(r"(?P<value>.*)@(?P<frame>-?[0-9]{1,9})(?P<hold>:hold)?", re.DOTALL)
_FIX = "Write values at frames in rising order, such as {example}"


@dataclass(frozen=True)
class CurveKey(Generic[T]):
    """A value at a frame; `hold` keeps it up to the next key."""

    frame: int
    value: T
    hold: bool = False

    def __str__(self) -> str:
        return f"{self.value}@{self.frame}{':hold' if self.hold else ''}"


@dataclass(frozen=True)
class Curve(Generic[T]):
    """Keys with rising frames, at least one.

    >>> [interpolate(Curve.of((CurveKey(1, 0.0), CurveKey(5, 1.0))), frame, blend_numbers)
    ...  for frame in (-3, 1, 2, 5, 9)]
    [0.0, 0.0, 0.25, 1.0, 1.0]
    """

    keys: tuple[CurveKey[T], ...]

    @classmethod
    def of(cls, keys: Sequence[CurveKey[T]], *, flag: str = "A curve") -> Curve[T]:
        """Return a curve of keys as they were typed.

        Raises:
            UsageError: The frames do not rise.
        """
        for before, after in pairwise(keys):
            if after.frame == before.frame:
                what = f"{flag} has two values at frame {after.frame}"
                raise UsageError(what, fix="Leave one of them out")
            if after.frame < before.frame:
                what = f"{flag} has frame {after.frame} after frame {before.frame}"
                raise UsageError(what, fix="Write the keys in the order of their frames")
        return cls(tuple(keys))

    def __str__(self) -> str:
        return ",".join(map(str, self.keys))


def interpolate(curve: Curve[T], frame: int, blend: Callable[[T, T, float], T]) -> T:
    """Return the value at a frame.

    Args:
        curve: The keys.
        frame: Any frame.
        blend: Returns what lies between two values, 0 = the first.
    """
    after = bisect_right([key.frame for key in curve.keys], frame)
    if after == 0:
        return curve.keys[0].value
    before = curve.keys[after - 1]
    if after == len(curve.keys) or before.hold or before.frame == frame:
        return before.value
    following = curve.keys[after]
    return blend(
        before.value,
        following.value,
        (frame - before.frame) / (following.frame - before.frame),
    )


def blend_numbers(one: float, other: float, share: float) -> float:
    """Return the number between two."""
    return one + (other - one) * share


def is_curve(text: str) -> bool:
    """Whether a text has a key.

    >>> is_curve("muse@1,candy@9"), is_curve("0.5"), is_curve("a@b.toml")
    (True, False, False)
    """
    return any(_KEY.fullmatch(part.strip()) for part in split_commas(text))


def split_key(part: str) -> tuple[str, int, bool] | None:
    """Return value, frame and hold of `value@frame` or `value@frame:hold`; None for others."""
    match = _KEY.fullmatch(part.strip())
    if match is None:
        return None
    return match["value"].strip(), int(match["frame"]), match["hold"] is not None


def parse_numbers(text: str, *, flag: str) -> Curve[float]:
    """Read a curve of numbers.

    Raises:
        UsageError: A part is not a number at a frame, or the frames do not rise.

    >>> str(parse_numbers("0@1:hold, 1@24", flag="--strength"))
    '0.0@1:hold,1.0@24'
    """
    keys = []
    for part in split_commas(text):
        found = split_key(part)
        try:
            if found is None:
                raise ValueError
            keys.append(CurveKey(found[1], float(found[0]), found[2]))
        except ValueError:
            fix = _FIX.format(example="0@1,1@24")
            raise UsageError(f"{flag} cannot be '{text}': '{part}'", fix=fix) from None
    return Curve.of(keys, flag=flag)


def table_text(table: Mapping[str, Any], *, flag: str) -> str:
    """Return a job file's table of keys as a text, in the order of their frames.

    Raises:
        UsageError: A frame is not a whole number, or a key has other entries than these.
    """
    parts: list[tuple[int, str]] = []
    for frame, value in table.items():
        held = isinstance(value, Mapping)
        known = not held or value.keys() == {"value", "hold"}
        if not re.fullmatch(r"-?[0-9]{1,9}", str(frame)) or not known or not table:
            fix = "Write frame = value, or frame = { value = 0.5, hold = true }"
            raise UsageError(f"{flag} cannot have the key {frame} = {value!r}", fix=fix)
        inner, hold = (value["value"], value["hold"] is True) if held else (value, False)
        parts.append((int(frame), f"{inner}@{frame}{':hold' if hold else ''}"))
    if not parts:
        raise UsageError(f"{flag} has no keys", fix="Write frame = value, such as 1 = 0.0")
    return ",".join(text for _, text in sorted(parts))


def text_table(text: str, *, numbers: bool) -> dict[str, Any]:
    """Return a curve's text as a job file's table; see `table_text`.

    Args:
        text: The curve.
        numbers: Whether its values are numbers; else they stay texts, a style called 3 too.
    """
    table: dict[str, Any] = {}
    waiting: list[str] = []
    for part in split_commas(text):
        found = split_key(part)
        if found is None:
            waiting.append(part)
            continue
        words = ",".join([*waiting, found[0]]).strip()
        waiting = []
        value: Any = float(words) if numbers else words
        table[str(found[1])] = {"value": value, "hold": True} if found[2] else value
    return table
