"""What decides a frame's bytes besides its picture and the settings: one protocol for all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from vst_core.errors import InputError

__all__ = ["FrameContributor", "check_files"]


class FrameContributor(Protocol):
    """Masks, flow files, values that change over time: each adds what it knows of."""

    @property
    def key_parts(self) -> Mapping[str, str]:
        """What is the same for all frames, by name: it enters the run's key."""

    def files_of(self, frame: int) -> tuple[Path, ...]:
        """Return the files that this frame is made from too; their content enters its key."""

    def values_of(self, frame: int) -> Mapping[str, str]:
        """Return values of this frame alone, by name; they enter its key."""


def check_files(contributors: Sequence[FrameContributor], frames: Sequence[int]) -> None:
    """Make sure, before any work, that every file is there.

    Raises:
        InputError: Some are not; the message names the first of them and counts the others.
    """
    absent: dict[Path, int] = {}
    for contributor in contributors:
        for frame in frames:
            for path in contributor.files_of(frame):
                if path not in absent and not path.is_file():
                    absent[path] = frame
    if absent:
        path, frame = next(iter(absent.items()))
        more = f", and {len(absent) - 1} more are missing" if len(absent) > 1 else ""
        raise InputError(
            f"Frame {frame} needs '{path}', which is not there{more}",
            fix="Check the names, or leave those frames out with --frames.",
        )
