"""The files that hold a run's motion, frame by frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from vst_core.runner.motion_choice import MotionChoice
from vst_core.runner.task import FrameTask

__all__ = ["FlowInputs", "flow_inputs"]


@dataclass(frozen=True, kw_only=True)
class FlowInputs:
    """Which frames a frame's motion is asked for, and the files that hold it.

    Attributes:
        others: Frame -> the frames that motion to it comes from.
        motion: Where the motion comes from.
    """

    others: Mapping[int, tuple[int, ...]]
    motion: MotionChoice

    @property
    def key_parts(self) -> Mapping[str, str]:
        """What the choice of motion says; the source's text is a parameter."""
        return self.motion.key_parts

    def files_of(self, frame: int) -> tuple[Path, ...]:
        """Return the flow files of a frame, each once."""
        pairs = (self.motion.files_between(other, frame) for other in self.others[frame])
        return tuple(dict.fromkeys(path for files in pairs for path in files))

    def values_of(self, frame: int) -> Mapping[str, str]:
        """Return nothing."""
        del frame
        return {}


def flow_inputs(
    motion: MotionChoice,
    tasks: Sequence[FrameTask],
    *,
    guided: bool,
    lags: Sequence[int],
    before: Sequence[int] = (),
) -> FlowInputs:
    """Return the motion that the frames of a run ask for.

    Args:
        motion: Where the motion comes from.
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
    return FlowInputs(others=others, motion=motion)
