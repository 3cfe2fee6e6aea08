"""The step that finds the motion of a shot, for steps that wait for it: `vst flow` in chunks.

Motion does not depend on paint, so it is found on many machines at once, also where the paint
has to be handed from chunk to chunk; and frames of a warm-up have theirs already.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vst_core.catalog import NO_FLOW, find_method
from vst_core.errors import UsageError
from vst_core.farm.works import Work
from vst_core.frames import FrameRange
from vst_core.job import is_guided

__all__ = ["MotionFiles", "can_have_motion", "frames_with_motion", "motion_files"]


@dataclass(frozen=True, kw_only=True)
class MotionFiles:
    """Where the motion of a shot lies, and how it is asked for.

    Attributes:
        folder: Of the files.
        words: The command line that finds it, without its frames.
    """

    folder: str
    words: tuple[str, ...]

    @property
    def setting(self) -> str:
        """What tells a run to read it."""
        return f"--flow=files:{self.folder}/forward.%04d.flo,{self.folder}/backward.%04d.flo"


def motion_files(work: Work, *, folder: str, shot: str, settings: Sequence[str]) -> MotionFiles:
    """Return how the motion of a shot is found.

    Args:
        work: The shot.
        folder: Of the files.
        shot: Its frames, as the command line names them.
        settings: The words that name the job file, and what the job names beside it.

    Raises:
        UsageError: There is none to be found, or it could not be read again.
    """
    if not _finds_motion(work):
        what = (
            f"--flow-step: --method {work.job.method} with --flow {work.job.flow} finds no motion"
        )
        raise UsageError(what, fix="Leave --flow-step out")
    if not _has_all_frames(work):
        what = "--flow-step: motion in files is from each frame to the next"
        raise UsageError(what, fix="Take all frames between the first and the last")
    told = ("--format=flo", "--motion-only", "--lead=1", "--progress=openjd")
    return MotionFiles(folder=folder, words=("flow", shot, folder, *settings, *told))


def can_have_motion(work: Work) -> bool:
    """Whether the motion of a shot can be found beforehand: of many shots, not all have some."""
    return _finds_motion(work) and _has_all_frames(work)


def frames_with_motion(work: Work) -> FrameRange:
    """Return the frames of a shot, and those before them that are painted to warm up."""
    first = work.frames.frames[0]
    warm = find_method(work.job.method).warm_up_frames if work.seam == "warm-up" else 0
    before = sorted(frame for frame in work.sequence.files if frame < first)[-warm:] if warm else []
    return FrameRange((*before, *work.frames.frames))


def _finds_motion(work: Work) -> bool:
    return is_guided(work.job) and not work.job.flow.startswith(("files:", NO_FLOW))


def _has_all_frames(work: Work) -> bool:
    frames = work.frames.frames
    runs_on = frames == tuple(range(frames[0], frames[-1] + 1))
    return runs_on and work.job.missing == "error"
