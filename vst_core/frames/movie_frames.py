"""Movies among the inputs: one file with many frames, numbered from 1."""

from __future__ import annotations

import os
from pathlib import Path

from vst_core.file_formats import MOVIE_SUFFIXES
from vst_core.frames.frame_files import FoundSequence
from vst_core.frames.pattern import FramePattern
from vst_core.frames.ranges import FrameRange
from vst_core.frames.sequence import FrameSequence, Missing, plan

__all__ = ["MOVIE_SUFFIXES", "movie_file", "movie_sequence"]

_DIGITS = 4


def movie_file(text: str) -> Path | None:
    """Return the movie that `text` names; None where it names something else, or nothing."""
    path = Path(os.path.expanduser(text))  # noqa: PTH111  (Path's raises without a home)
    if path.suffix.lower() not in MOVIE_SUFFIXES or "\0" in text:
        return None
    return path if path.is_file() else None


def movie_sequence(
    path: Path,
    count: int,
    *,
    lost: int = 0,
    frames: FrameRange | None = None,
    missing: Missing = "error",
) -> FrameSequence:
    """Plan which frames of a movie are made; `shot.mov` gives `shot.0001.png` and so on.

    Args:
        path: The movie.
        count: Frames that it holds.
        lost: Frames at its end that it promises and does not hold: they are missing.
        frames: The frames to make; None means all, the lost ones included.
        missing: As for `find_sequence`.

    Raises:
        InputError: Frames are missing that may not be.
    """
    pattern = FramePattern(path.parent, f"{path.stem}.", _DIGITS, path.suffix)
    files = {number: pattern.name(number) for number in range(1, count + 1)}
    wanted = frames or FrameRange(tuple(range(1, count + lost + 1)))
    return plan(FoundSequence(pattern, files, movie=path), wanted, missing)
