"""How a shot is cut into chunks, and what happens where they meet."""

from __future__ import annotations

from typing import Literal

from vst_core.catalog import find_method
from vst_core.errors import UsageError
from vst_core.frames import FrameRange
from vst_core.job import StylizeJob, is_recurrent

__all__ = ["SEAMS", "Seam", "choose_seam", "chunks_of"]

Seam = Literal["apart", "warm-up", "hand-over", "whole"]

SEAMS: dict[str, str] = {
    "auto": "warm-up where frames depend on those before, else apart",
    "apart": "frames that do not depend on each other: chunks run at once, without a seam",
    "warm-up": "every chunk first paints some frames before it, unwritten: chunks run at once",
    "hand-over": "every chunk goes on from the state of the one before: the bytes of one run, but\n"
    "one chunk after the other, so a shot takes as long as on one machine",
    "whole": "the shot is one task",
}
"""What `--seam` can be, and what each costs."""


def choose_seam(job: StylizeJob, asked: str = "auto") -> Seam:
    """Return how the chunks of a job meet.

    Args:
        job: Its method says what is possible.
        asked: A key of `SEAMS`.

    Raises:
        UsageError: The method does not allow what is asked.
    """
    if find_method(job.method).temporal == "multi-pass":
        return _only("whole", asked, f"--method {job.method} goes over the whole shot")
    if not is_recurrent(job):
        fitting: Seam = "whole" if asked == "whole" else "apart"
        return _only(fitting, asked, f"--method {job.method} makes each frame by itself")
    if asked == "apart":
        fix = "Take warm-up or hand-over"
        raise UsageError(f"--seam apart: with --method {job.method} frames depend on those before",
                         fix=fix)  # fmt: skip
    return {"hand-over": "hand-over", "whole": "whole"}.get(asked, "warm-up")  # type: ignore[return-value]


def chunks_of(frames: FrameRange, size: int) -> tuple[FrameRange, ...]:
    """Return the frames in pieces of `size`, in order; the last one may be shorter.

    >>> [str(chunk) for chunk in chunks_of(FrameRange.parse("1-10"), 4)]
    ['1-4', '5-8', '9-10']
    """
    numbers = frames.frames
    return tuple(
        FrameRange(numbers[first : first + size]) for first in range(0, len(numbers), size)
    )


def _only(fitting: Seam, asked: str, why: str) -> Seam:
    if asked not in ("auto", fitting):
        raise UsageError(f"--seam {asked}: {why}", fix=f"Take {fitting}, or leave it out")
    return fitting
