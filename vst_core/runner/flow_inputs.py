"""The files that hold a run's motion, frame by frame."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from vst_core.flow import pair_files
from vst_core.job import StylizeJob
from vst_core.runner.task import FrameTask

__all__ = ["FlowInputs", "flow_inputs"]


@dataclass(frozen=True, kw_only=True)
class FlowInputs:
    """Which frames a frame's motion is asked for, and the files that hold it.

    Attributes:
        others: Frame -> the frames that motion to it comes from.
        files: Tells the files of a pair of frames; none where motion is computed.
    """

    others: Mapping[int, tuple[int, ...]]
    files: Callable[[int, int], tuple[Path, ...]] = field(repr=False)

    @property
    def key_parts(self) -> Mapping[str, str]:
        """Nothing: the source's text is a parameter."""
        return {}

    def files_of(self, frame: int) -> tuple[Path, ...]:
        """Return the flow files of a frame, each once."""
        named = (path for other in self.others[frame] for path in self.files(other, frame))
        return tuple(dict.fromkeys(named))

    def values_of(self, frame: int) -> Mapping[str, str]:
        """Return nothing."""
        del frame
        return {}


def flow_inputs(
    job: StylizeJob,
    tasks: Sequence[FrameTask],
    *,
    guided: bool,
    lags: Sequence[int],
    before: Sequence[int] = (),
) -> FlowInputs:
    """Return the motion that the frames of a run ask for.

    Args:
        job: The settings.
        tasks: The frames, in order.
        guided: Whether frames know of each other.
        before: The frames before the first one that are known, the last one first.
        lags: How far back each looks, nearest first. A cut that is found in the pictures is not
            known yet, so motion across it counts: it is asked for there too.
    """
    others: dict[int, tuple[int, ...]] = {}
    frames = [*reversed(before), *(task.frame for task in tasks)]
    start = 0
    for index, task in enumerate(tasks, len(before)):
        start = index if task.cut or not guided else start
        others[task.frame] = tuple(frames[index - lag] for lag in lags if index - lag >= start)
    return FlowInputs(others=others, files=pair_files(job.flow))
