"""A job in chunks: those of a lane follow each other, lanes run at once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from vst_core.catalog import find_method
from vst_core.errors import UsageError
from vst_core.farm import choose_seam, chunks_of, frames_of
from vst_core.frames import FrameRange
from vst_core.job import StylizeJob, is_recurrent

__all__ = ["ClusterPlace", "Lane", "lanes_of"]

Lane: TypeAlias = tuple[StylizeJob, ...]
"""Jobs over chunks, each of which may go on from the state of the one before."""

_LOCAL = re.compile(r"local(?::(?P<workers>[1-9][0-9]{0,3}))?")


@dataclass(frozen=True)
class ClusterPlace:
    """Where the work is done.

    Attributes:
        address: `ray://host:port`, or `auto` for the cluster that this machine belongs to;
            empty = workers on this machine, begun and ended with the run.
        workers: How many of those; 0 = as many as it has cores.
    """

    address: str = ""
    workers: int = 0

    @classmethod
    def parse(cls, text: str) -> ClusterPlace:
        """Read what `--cluster` says.

        Raises:
            UsageError: It is no place.

        >>> ClusterPlace.parse("local:2")
        ClusterPlace(address='', workers=2)
        """
        local = _LOCAL.fullmatch(text)
        if local:
            return cls(workers=int(local["workers"] or 0))
        if text != "auto" and not re.fullmatch(r"ray://[\w.-]+:[0-9]{1,5}", text):
            fix = "Write local:2, ray://host:10001, or auto"
            raise UsageError(f"--cluster cannot be '{text}'", fix=fix)
        return cls(address=text)


def lanes_of(job: StylizeJob, *, chunk: int) -> tuple[Lane, ...]:
    """Return a job in lanes that together make what the job makes, byte for byte.

    Frames that stand alone are a lane each chunk. Where frames depend on those before, a lane
    is what lies between cuts that were named, and each chunk hands its state to the next. What
    can only be made as a whole (several passes, a movie) is one lane of one chunk.

    Args:
        job: The job.
        chunk: Frames a chunk at most.

    Raises:
        UsageError, InputError: Its frames are not there, or make no sense.
    """
    frames = frames_of(job)
    whole = find_method(job.method).temporal == "multi-pass" or job.makes_movie
    if whole or job.state_in or job.state_out or len(frames) == 1:
        return ((job,),)
    if not is_recurrent(job):
        assert choose_seam(job) == "apart"
        return tuple((_over(job, part),) for part in chunks_of(frames, chunk))
    return tuple(_chain(job, part, chunk) for part in _between_cuts(job, frames))


def _between_cuts(job: StylizeJob, frames: FrameRange) -> list[FrameRange]:
    """Return the frames in runs, a new one at every named cut that is passed."""
    parts: list[list[int]] = [[frames.frames[0]]]
    for last, frame in zip(frames.frames, frames.frames[1:], strict=False):
        low, high = min(last, frame), max(last, frame)
        if any(low < cut <= high for cut in job.cut_frames):
            parts.append([])
        parts[-1].append(frame)
    return [FrameRange(tuple(part)) for part in parts]


def _chain(job: StylizeJob, frames: FrameRange, chunk: int) -> Lane:
    """Return chunks that hand on their state; only the first one is warmed up, if any is."""
    parts = chunks_of(frames, chunk)
    states = [_state(job, part) for part in parts[:-1]]
    came, goes = ["", *states], [*states, ""]
    return tuple(
        _over(job, part).with_changes(
            {"state_in": one, "state_out": other, **({"warm_up": "0"} if one else {})}
        )
        for part, one, other in zip(parts, came, goes, strict=True)
    )


def _over(job: StylizeJob, frames: FrameRange) -> StylizeJob:
    return job.with_changes({"frames": str(frames)})


def _state(job: StylizeJob, part: FrameRange) -> str:
    output = Path(job.output)
    folder = output if job.output_kind == "folder" else output.parent

    return str(folder / ".vst" / f"after.cluster.{part.frames[-1]}.state")
