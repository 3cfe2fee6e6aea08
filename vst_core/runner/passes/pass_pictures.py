"""Stylized frames between two passes, on disk."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor

from vst_core.errors import InputError
from vst_core.guidance import Stylized
from vst_core.image import plane_names, read_planes, write_planes
from vst_core.runner.passes.schedule import Schedule

__all__ = ["PassPictures"]

_PICTURE = ""
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

    def save(self, number: int, index: int, stylized: Stylized) -> Stylized:
        """Keep a frame of a pass, and return it as it will be read back.

        The same frame of the pass before is not needed any more, and goes.

        Raises:
            OutputError: It cannot be written.
        """
        half = number < self._passes
        planes = {_PICTURE: stylized.picture, **stylized.layers}
        names = [f"{name}.{plane:03d}" for name, planed in planes.items()
                 for plane in range(planed.shape[1])]  # fmt: skip
        names[:3] = ("R", "G", "B")
        whole = torch.cat(tuple(planes.values()), dim=1)[0]
        write_planes(self._path(number, index), whole, names=names, half=half)
        self._path(number - 1, index).unlink(missing_ok=True)
        if not half:
            return replace(stylized, memory={})
        rounded = {name: plane.half().float() for name, plane in planes.items()}
        return Stylized(picture=rounded.pop(_PICTURE), layers=rounded)

    def load(self, number: int, index: int) -> Stylized:
        """Return a frame of a pass.

        Raises:
            InputError: It is not there, or damaged.
        """
        path = self._path(number, index)
        planes = read_planes(path).to(self._device)
        layers: dict[str, list[Tensor]] = {}
        for name, plane in zip(plane_names(path)[3:], planes[3:], strict=True):
            layers.setdefault(name.rpartition(".")[0], []).append(plane)
        return Stylized(
            picture=planes[None, :3],
            layers={name: torch.stack(parts)[None] for name, parts in layers.items()},
        )

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

    def remove(self, shot: Container[int]) -> None:
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
