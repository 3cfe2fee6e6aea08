"""Flow from .flo files, made by any other program.

The file with frame number t belongs to frame t: the forward file holds t -> t+1, the
backward file t -> t-1, each living on frame t.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import reduce
from pathlib import Path

from torch import Tensor

from vst_core.errors import InputError, UsageError
from vst_core.flow.flo import read_flo
from vst_core.flow.frame_view import FrameView
from vst_core.flow.source import FlowPair, FlowSettings
from vst_core.frames import FramePattern
from vst_core.motion import compose, resize_flow

__all__ = ["FlowFiles", "open_files"]

# Middlebury marks a pixel of unknown flow by a value above this.
_UNKNOWN = 1e9


@dataclass(frozen=True, kw_only=True)
class FlowFiles:
    """Flow read from two series of .flo files.

    Frames that are not neighbors get the composition of the steps between them; a pair
    given in reverse order gets the same fields with their roles exchanged. A field of
    another size is scaled where its proportions are the picture's (a smaller proxy).
    Pixels of unknown flow (above 1e9) become NaN, which no trust mask trusts.

    Attributes:
        forward: The names of the files t -> t+1.
        backward: The names of the files t -> t-1.
    """

    forward: FramePattern
    backward: FramePattern

    @property
    def name(self) -> str:
        """The text that opens this source again."""
        return f"files:{self.forward},{self.backward}"

    def between(self, previous: FrameView, current: FrameView) -> FlowPair:
        """Return the motion between two frames; see `FlowSource.between`.

        Raises:
            InputError: A file is absent or damaged, or its size does not fit the picture.
        """
        one, other = previous.number, current.number
        up, down = (_chain(paths, current.picture) for paths in self._steps(one, other))
        if one <= other:
            return FlowPair(forward=up, backward=down)
        return FlowPair(forward=down, backward=up)

    def files_between(self, one: int, other: int) -> tuple[Path, ...]:
        """Return the files that the motion between two frames is read from."""
        up, down = self._steps(one, other)
        return (*up, *down)

    def _steps(self, one: int, other: int) -> tuple[list[Path], list[Path]]:
        """Return the files from the lower frame to the higher one, and of the way back."""
        first, last = min(one, other), max(one, other)
        up = [self.forward.path(frame) for frame in range(first, last)]
        return up, [self.backward.path(frame) for frame in range(last, first, -1)]


def open_files(argument: str, settings: FlowSettings) -> FlowFiles:
    """Open the source `files:<forward pattern>,<backward pattern>`.

    Raises:
        UsageError: There are not two patterns, or one has no place for a frame number.
    """
    texts = [part.strip() for part in argument.split(",")]
    if len(texts) != 2:
        raise UsageError(
            f"The flow files '{argument}' are not two patterns, forward and backward",
            fix="Write them as 'files:flow/forward_%04d.flo,flow/backward_%04d.flo'.",
        )
    forward, backward = (_pattern(text, settings.base or Path()) for text in texts)
    return FlowFiles(forward=forward, backward=backward)


def _pattern(text: str, base: Path) -> FramePattern:
    pattern = FramePattern.parse(text)
    return replace(pattern, folder=base / pattern.folder)


def _chain(paths: list[Path], picture: Tensor) -> Tensor:
    """Return the composition of the fields in the order in which they are passed."""
    if not paths:  # A frame and itself.
        batch, _, height, width = picture.shape
        return picture.new_zeros(batch, 2, height, width)
    return reduce(compose, (_fitted(path, picture) for path in paths))


def _fitted(path: Path, picture: Tensor) -> Tensor:
    flow = read_flo(path)
    flow = flow.masked_fill(flow.abs() > _UNKNOWN, float("nan"))
    height, width = picture.shape[-2:]
    found_height, found_width = flow.shape[-2:]
    if abs(found_width * height / found_height - width) > 1:
        raise InputError(
            f"The flow in '{path}' is {found_width} x {found_height}, "
            f"the picture {width} x {height}",
            fix="Give flow of the picture's size, or of its proportions.",
        )
    return resize_flow(flow.to(picture.device), (height, width))
