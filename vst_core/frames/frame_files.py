"""What sequences lie in a folder.

fileseq's own search is not used for this: it reads frame 10000 of a four-digit sequence, and
every negative frame, as further sequences, and takes ``_v002`` for a frame number.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from vst_core.errors import InputError
from vst_core.file_formats import PICTURE_SUFFIXES
from vst_core.frames.numbering import split_names
from vst_core.frames.pattern import FramePattern
from vst_core.frames.ranges import FrameRange

__all__ = [
    "FoundSequence",
    "collect",
    "file_names",
    "group_names",
    "holds_something",
    "sequences_in",
    "without_empty",
]


@dataclass(frozen=True)
class FoundSequence:
    """Files on disk that belong together.

    Attributes:
        pattern: How their names are made; its width is 0 for a still without a number.
        files: Frame -> file name as on disk, in rising order of frames.
        movie: The one file that holds all frames; then their names are made up.
        empty: Frames whose file has 0 bytes: renderers and farms leave such files for a frame
            that is being made. They are not among `files`; see `without_empty`.
    """

    pattern: FramePattern
    files: Mapping[int, str] = field(hash=False)
    movie: Path | None = None
    empty: tuple[int, ...] = ()

    def __str__(self) -> str:
        if self.pattern.width == 0:
            return str(self.pattern)
        return f"{self.movie or self.pattern} ({FrameRange(tuple(self.files))})"


def file_names(folder: Path) -> list[str]:
    """Return the names of the files in `folder`, sorted, without hidden ones.

    Raises:
        InputError: The folder cannot be read.
    """
    try:
        with os.scandir(folder) as entries:
            return sorted(e.name for e in entries if not e.name.startswith(".") and e.is_file())
    except OSError as error:
        fix = "Check the path and its permissions"
        raise InputError(f"Cannot list the folder {folder}: {error.strerror}", fix=fix) from None


def sequences_in(folder: Path) -> tuple[FoundSequence, ...]:
    """Return the picture sequences and the unnumbered pictures in `folder`, by name.

    Raises:
        InputError: The folder cannot be read.
    """
    names = file_names(folder)
    pictures = [name for name in names if name.lower().endswith(PICTURE_SUFFIXES)]
    return group_names(folder, pictures)


def group_names(folder: Path, names: Iterable[str]) -> tuple[FoundSequence, ...]:
    """Group file names of `folder` into sequences; an unnumbered file is one by itself."""
    numbers: dict[tuple[str, str], list[str]] = defaultdict(list)
    found: list[FoundSequence] = []
    for name, split in split_names(names):
        if split is None:
            found.append(FoundSequence(FramePattern.still(folder / name), {1: name}))
        else:
            numbers[split.head, split.tail].append(split.number)
    for (head, tail), group in numbers.items():
        found += _by_width(folder, head, tail, group)
    return tuple(sorted(found, key=str))


def holds_something(path: Path) -> bool:
    """Return whether a file is there and has more than 0 bytes."""
    try:
        return path.stat().st_size > 0
    except OSError:
        return False


def without_empty(found: FoundSequence) -> FoundSequence:
    """Return a sequence without the files that have 0 bytes: their frames are missing."""
    folder = found.pattern.folder
    full = {frame: name for frame, name in found.files.items() if holds_something(folder / name)}
    return replace(found, files=full, empty=tuple(f for f in found.files if f not in full))


def collect(pattern: FramePattern, names: Iterable[str]) -> FoundSequence:
    """Return the files among `names` that belong to `pattern`.

    Raises:
        InputError: Two files have the same frame number.
    """
    files: dict[int, str] = {}
    for name in names:
        frame = pattern.number(name)
        if frame is None:
            continue
        if frame in files:
            fix = "Move one of them away"
            raise InputError(
                f"Frame {frame} of {pattern} is there twice: {files[frame]} and {name}", fix=fix
            )
        files[frame] = name
    apart = replace(pattern, sign_apart=True)
    if any(frame < 0 and name == apart.name(frame) for frame, name in files.items()):
        pattern = apart
    return FoundSequence(pattern, dict(sorted(files.items())))


def _by_width(folder: Path, head: str, tail: str, numbers: list[str]) -> list[FoundSequence]:
    """Split equally named numbers by padding: a.1.png and a.0001.png are two sequences."""
    padded = {len(n) for n in numbers if n.startswith("0") and len(n) > 1}
    groups: dict[int, list[str]] = defaultdict(list)
    for number in numbers:
        groups[_width(number, padded)].append(number)
    if 1 in groups:  # nothing says that these are padded: 1001-1100 has four digits, 8-12 one
        signed = any(number.startswith("-") for number in groups[1])
        width = 1 if signed else min(map(len, groups[1]))
        groups[width] = groups.pop(1)
    found = [
        collect(FramePattern(folder, head, width, tail), [head + n + tail for n in sorted(group)])
        for width, group in groups.items()
    ]
    return [sequence for sequence in found if sequence.files]


def _width(number: str, padded: set[int]) -> int:
    """The padding that `number` belongs to, of those `padded` widths that are certain; or 1."""
    digits = number.lstrip("-")
    if number == digits and digits.startswith("0") and len(digits) > 1:
        return len(digits)
    if digits.startswith("0") and len(digits) > 1:  # -003 or -0003 of a four-digit sequence
        return next((w for w in (len(digits), len(digits) + 1) if w in padded), len(digits))
    room = len(digits) + (number != digits)
    return max((width for width in padded if width <= room), default=1)
