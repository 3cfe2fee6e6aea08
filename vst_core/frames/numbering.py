"""Which of the numbers in a file's name is the frame's.

Mostly the last one: ``shot_v2.0010.exr``. But something may stand behind it, as a view
(``shot.1001.left.png``), a pass, a version (``shot_1001_v001.png``), or a bracket
(``shot (1).png``). There the other names in the folder tell: the frame's number is the one that
counts, while all else stays.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from vst_core.file_formats import PICTURE_SUFFIXES

__all__ = ["SplitName", "split_names"]

# A minus is a sign only where no word ends before it: shot.-0003.exr is frame -3,
# shot-0003.exr is frame 3.
_NUMBER = re.compile(r"(?<![0-9A-Za-z])-[0-9]+|(?<![0-9])[0-9]+")
_VERSION_ENDS = re.compile(r"(?:^|[^A-Za-z])[vV]$")


@dataclass(frozen=True)
class SplitName:
    """A file's name in three pieces.

    Attributes:
        head: What stands before the frame number.
        number: The digits, with a sign where it is negative.
        tail: What stands behind it, the extension included.
    """

    head: str
    number: str
    tail: str


def split_names(names: Iterable[str]) -> Iterator[tuple[str, SplitName | None]]:
    """Yield every name with its pieces; with None where it has no frame number.

    A number that stands last is the frame's if it counts among the names, and also where
    nothing does. One further in front has to count. A version (``v002``) never is.
    """
    places = {name: _places(name) for name in names}
    alike = Counter((place.head, place.tail) for found in places.values() for place in found)
    for name, found in places.items():
        yield name, _choice(name, found, alike)


def _choice(name: str, found: list[SplitName], alike: Counter[tuple[str, str]]) -> SplitName | None:
    if not found:
        return None
    last = found[0] if found[0].tail == _extension(name) else None
    if last is not None and alike[last.head, last.tail] > 1:
        return last
    best = max(found, key=lambda place: alike[place.head, place.tail])
    return best if alike[best.head, best.tail] > 1 else last


def _places(name: str) -> list[SplitName]:
    """Return every place where the frame number may stand, the last one first."""
    stem = name[: len(name) - len(_extension(name))]
    found = [
        SplitName(name[: match.start()], match.group(), name[match.end() :])
        for match in _NUMBER.finditer(stem)
    ]
    return [place for place in reversed(found) if not _VERSION_ENDS.search(place.head)]


def _extension(name: str) -> str:
    """Return a name's end from its last dot on; digits in it count unless its kind is known."""
    _, dot, end = name.rpartition(".")
    suffix = dot + end
    known = suffix.lower() in PICTURE_SUFFIXES
    return suffix if known or not any(letter.isdigit() for letter in end) else ""
