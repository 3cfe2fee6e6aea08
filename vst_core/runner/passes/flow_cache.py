"""Flow that is asked for again in every pass, kept on disk."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor

from vst_core.errors import InputError, OutputError
from vst_core.flow import FlowPair, FlowSource, FrameView
from vst_core.image import read_planes, write_planes

__all__ = ["FlowCache"]

_NAMES = ("forward.X", "forward.Y", "backward.X", "backward.Y")
_FILE = re.compile(r"flow_(-?\d+)_(-?\d+)\.exr")


class FlowCache:
    """A flow source that remembers.

    A pair of frames is estimated once, the lower number first, and serves both directions.
    Flow is rounded to half floats whether it comes from disk or not (at 16 pixels of motion
    to 1/128 of a pixel), so a cache that is full changes the time and never a byte. What comes
    first stays: passes go to and fro, and dropping the oldest would always drop what is wanted
    next.

    Args:
        source: Asked for what is not there.
        folder: Where the flow lies; it belongs to one run, and goes with it.
        limit: Most bytes on disk.
        when_full: Called once, when something did not fit.
    """

    def __init__(
        self, source: FlowSource, folder: Path, *, limit: float, when_full: Callable[[], None]
    ) -> None:
        self._source, self._folder, self._limit = source, folder, limit
        self._when_full: Callable[[], None] | None = when_full
        self._used = sum(path.stat().st_size for path in self._kept())

    @property
    def name(self) -> str:
        """The text that opens the source again."""
        return self._source.name

    def between(self, previous: FrameView, current: FrameView) -> FlowPair:
        """Return the motion between two frames; see `FlowSource.between`."""
        if previous.number > current.number:
            pair = self.between(current, previous)
            return FlowPair(forward=pair.backward, backward=pair.forward)
        path = self._folder / f"flow_{previous.number}_{current.number}.exr"
        planes = self._read(path, current.size)
        if planes is None:
            planes = self._estimate(previous, current)
            self._keep(path, planes)
        planes = planes[None].to(current.picture.device)
        return FlowPair(forward=planes[:, :2], backward=planes[:, 2:])

    def remove(self, first: int, last: int) -> None:
        """Delete the flow that begins or ends between two frames, these included."""
        for path in self._kept():
            match = _FILE.fullmatch(path.name)
            if match and any(first <= int(frame) <= last for frame in match.groups()):
                self._used -= path.stat().st_size
                path.unlink(missing_ok=True)

    def _estimate(self, previous: FrameView, current: FrameView) -> Tensor:
        pair = self._source.between(previous, current)
        return torch.cat((pair.forward, pair.backward), dim=1)[0].half().float()

    def _read(self, path: Path, size: tuple[int, int]) -> Tensor | None:
        """Return what is kept, or None where nothing is, or it is damaged."""
        try:
            planes = read_planes(path, _NAMES) if path.exists() else None
        except InputError:
            return None
        return planes if planes is not None and planes.shape[-2:] == size else None

    def _keep(self, path: Path, planes: Tensor) -> None:
        if self._used >= self._limit:
            self._tell_full()
            return
        try:
            write_planes(path, planes, names=_NAMES, half=True)
        except OutputError:  # flow can be had again: a full disk need not end the run here
            self._limit = 0
            self._tell_full()
            return
        self._used += path.stat().st_size
        if self._used > self._limit:
            self._used -= path.stat().st_size
            path.unlink()
            self._limit = self._used
            self._tell_full()

    def _tell_full(self) -> None:
        tell, self._when_full = self._when_full, None
        if tell is not None:
            tell()

    def _kept(self) -> list[Path]:
        return [path for path in self._folder.iterdir() if _FILE.fullmatch(path.name)]
