"""Stylized frames between two passes, on disk."""

from __future__ import annotations

import re
from pathlib import Path

import torch
from torch import Tensor

from vst_core.errors import InputError
from vst_core.image import read_planes, write_planes
from vst_core.runner.passes.schedule import Schedule

__all__ = ["PassPictures"]

_FILE = re.compile(r"pass_(\d+)_(\d+)\.exr")


class PassPictures:
    """The last picture of every frame: so a shot takes one picture a frame, and one more.

    Pictures of all passes but the last are half floats, which is far finer than what the next
    pass changes; those of the last, which are written for good, are kept exactly. EXR, so
    that they can be looked at meanwhile.

    Args:
        folder: Where they lie.
        passes: How many there are.
        device: Where pictures go that are read.
    """

    def __init__(self, folder: Path, *, passes: int, device: torch.device) -> None:
        self._folder, self._passes, self._device = folder, passes, device

    def save(self, number: int, index: int, stylized: Tensor) -> Tensor:
        """Keep a frame of a pass (1 x C x h x w), and return it as it will be read back.

        The same frame of the pass before is not needed any more, and goes.

        Raises:
            OutputError: It cannot be written.
        """
        half = number < self._passes
        names = _names(stylized.shape[1])
        write_planes(self._path(number, index), stylized[0], names=names, half=half)
        self._path(number - 1, index).unlink(missing_ok=True)
        return stylized.half().float() if half else stylized

    def load(self, number: int, index: int) -> Tensor:
        """Return a frame of a pass, 1 x C x h x w.

        Raises:
            InputError: It is not there, or damaged.
        """
        return read_planes(self._path(number, index))[None].to(self._device)

    def reached(self, schedule: Schedule) -> dict[int, int]:
        """Return which pass every frame of a shot has reached; 0 is none.

        Where files are gone or damaged the shot begins anew: everything depends on all.
        """
        done: dict[int, int] = {}
        for number, index in self._kept():
            if index in schedule.shot:
                done[index] = max(number, done.get(index, 0))
        if done and not (schedule.reached(done) and self._whole(done)):
            self.remove(schedule.shot)
            done = {}
        return {index: done.get(index, 0) for index in schedule.shot}

    def remove(self, shot: range) -> None:
        """Delete what is kept of a shot."""
        for number, index in self._kept():
            if index in shot:
                self._path(number, index).unlink(missing_ok=True)

    def _whole(self, done: dict[int, int]) -> bool:
        try:
            for index, number in done.items():
                self.load(number, index)
        except InputError:
            return False
        return True

    def _kept(self) -> list[tuple[int, int]]:
        matches = (_FILE.fullmatch(path.name) for path in self._folder.iterdir())
        return [(int(match[1]), int(match[2])) for match in matches if match]

    def _path(self, number: int, index: int) -> Path:
        return self._folder / f"pass_{number:03d}_{index:06d}.exr"


def _names(channels: int) -> tuple[str, ...]:
    """Return names that come back in this order; a picture's own where it is one."""
    return ("R", "G", "B") if channels == 3 else tuple(f"plane{n:03d}" for n in range(channels))
