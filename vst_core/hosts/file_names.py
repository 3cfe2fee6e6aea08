# SPDX-License-Identifier: Apache-2.0
"""Names of picture files: which lists of them are a numbered sequence, as the engine reads it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Numbered", "clean_name", "numbered", "title_case"]

_NUMBER = re.compile(r"[0-9]+")
_UNSAFE = re.compile(r"[^\w.-]+")
_SMALL = frozenset({"a", "and", "as", "at", "by", "for", "from", "in", "of", "on", "the", "to"})
_SPECIAL = re.compile(r"[%#@$\[\]{}*?]")


@dataclass(frozen=True)
class Numbered:
    """File names that count up by one: what stands before and behind, and the numbers.

    Attributes:
        pattern: Such as ``shot.%04d.exr``.
        first: The number of the first file.
    """

    pattern: str
    first: int


def numbered(names: Sequence[str]) -> Numbered | None:
    """Return how several names count up by one in one number, all else being the same.

    None where they do not. Names with characters that a pattern gives a meaning to are none
    either.

    >>> numbered(["shot.0099.exr", "shot.0100.exr"])
    Numbered(pattern='shot.%04d.exr', first=99)
    >>> numbered(["9_v002.png", "10_v002.png"])
    Numbered(pattern='%01d_v002.png', first=9)
    >>> numbered(["a1.png", "a3.png"]) is None
    True
    """
    if len(names) < 2:
        return None
    places = reversed(list(_NUMBER.finditer(names[0])))
    found = (_counting(place, names) for place in places)
    return next((one for one in found if one is not None), None)


def _counting(place: re.Match[str], names: Sequence[str]) -> Numbered | None:
    """Return how names count up in the number that stands at a place of the first one."""
    head, number, tail = names[0][: place.start()], place.group(), names[0][place.end() :]
    if _SPECIAL.search(head + tail):
        return None
    first, width = int(number), len(number)
    for index, name in enumerate(names):
        if name != f"{head}{first + index:0{width}d}{tail}":
            return None
    return Numbered(f"{head}%0{width}d{tail}", first)


def clean_name(text: str) -> str:
    """Return a strip's name as that of a folder that every system allows.

    >>> clean_name("Clip: take 1/2")
    'Clip_take_1_2'
    """
    return _UNSAFE.sub("_", text).strip("._") or "strip"


def title_case(label: str) -> str:
    """Return a label with Blender's capitals.

    >>> title_case("Color and layers"), title_case("Motion from")
    ('Color and Layers', 'Motion From')
    """
    words = label.split()
    last = len(words) - 1
    return " ".join(
        word if word in _SMALL and place != last else word[:1].upper() + word[1:]
        for place, word in enumerate(words)
    )
