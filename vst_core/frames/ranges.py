"""`FrameRange`: frames in the order in which they were asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from vst_core.errors import UsageError

__all__ = ["MOST_FRAMES", "FrameRange"]

MOST_FRAMES = 1_000_000
"""More than eleven hours at 24 frames a second: a longer range is a slip of the keyboard."""

_PART = re.compile(
    r"(?P<first>-?[0-9]{1,9})"
    r"(?:\s*-\s*(?P<last>-?[0-9]{1,9})(?:\s*(?P<kind>[xX:y])\s*(?P<step>-?[0-9]{1,9}))?)?"
)
_SYNTAX = (
    "Write 1-100, 1-100x2 for every second frame (1-100:2 means the same), "
    "1,5,9-12 for single frames, -3-5 for negative ones"
)


@dataclass(frozen=True)
class FrameRange:
    """Whole frame numbers, each once, in order; negative ones are allowed.

    Two ranges are equal when they name the same frames in the same order. The text of a
    range reads back as the same range.

    Attributes:
        frames: The frames, at least one.

    Raises:
        UsageError: There is no frame, or a frame comes twice.

    >>> FrameRange.parse("1-9:2,12") == FrameRange.parse("1-9x2,12")
    True
    >>> str(FrameRange((1, 2, 3, -5)))
    '1-3,-5'
    """

    frames: tuple[int, ...]

    def __post_init__(self) -> None:
        if not self.frames:
            raise UsageError("A frame range without a frame", fix=_SYNTAX)
        if len(set(self.frames)) != len(self.frames):
            raise UsageError(f"A frame comes twice in {self}", fix="Name each frame once")

    @classmethod
    def parse(cls, text: str) -> FrameRange:
        """Read a range as people and schedulers write it.

        ``1-100``; ``10-1`` (backwards); ``1-100x2`` (every second frame: fileseq, OpenCue);
        ``1-100:2`` (the same: Open Job Description; to fileseq alone it would mean all 100
        frames, staggered); ``1-10y3`` (all but every third frame); ``1,5,9-12``; ``-3-5``.
        A frame named twice counts where it comes first.

        Raises:
            UsageError: The text cannot be read, or names more than `MOST_FRAMES` frames.
        """
        from fileseq.frameset import FrameSet

        parts = [_fileseq_part(part.strip(), text) for part in text.split(",")]
        return cls(tuple(int(frame) for frame in FrameSet(",".join(parts))))

    def __iter__(self) -> Iterator[int]:
        return iter(self.frames)

    def __len__(self) -> int:
        return len(self.frames)

    def __contains__(self, frame: object) -> bool:
        return frame in self.frames

    def __str__(self) -> str:
        from fileseq.frameset import FrameSet

        return str(FrameSet.framesToFrameRange(self.frames, sort=False))


def _fileseq_part(part: str, text: str) -> str:
    """One comma-free part in fileseq's own spelling, checked."""
    match = _PART.fullmatch(part)
    if match is None:
        where = f"'{part}' in '{text}'" if part != text.strip() else f"'{text}'"
        raise UsageError(f"Cannot read the frame range {where}", fix=_SYNTAX)
    if match["last"] is None:
        return match["first"]
    first, last, step = int(match["first"]), int(match["last"]), int(match["step"] or 1)
    if step == 0 or (step < 0 and first <= last):
        fix = "Use a step of 1 or more; 10-1x2 counts down"
        raise UsageError(f"Step {step} in the frame range '{part}' leads nowhere", fix=fix)
    if abs(last - first) // abs(step) >= MOST_FRAMES:
        fix = f"At most {MOST_FRAMES} are allowed"
        raise UsageError(f"The frame range '{part}' has too many frames", fix=fix)
    kind = "y" if match["kind"] == "y" else "x"
    return f"{first}-{last}{kind}{abs(step)}"
