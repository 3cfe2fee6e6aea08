"""What flow sources see of a run's frames."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from torch import Tensor

from vst_core.flow import FrameView
from vst_core.guidance import Viewer
from vst_core.image import Window, sample_channels
from vst_core.video.inputs import Input

__all__ = ["frame_viewer"]


def frame_viewer(source: Input, *, canvas: Window, display: Window) -> Viewer:
    """Return what makes views of frames: their files are read when they are asked for.

    Args:
        source: Where the frames come from.
        canvas: What every picture covers.
        display: The frames' display window.
    """

    def read(
        number: int, names: Sequence[str], *, size: tuple[int, int], path: Path | None
    ) -> Tensor:
        if path is None:
            return source.channels(number, names, canvas=canvas, size=size)
        return sample_channels(path, names, canvas=canvas, size=size, display=display)

    def view(number: int, picture: Tensor) -> FrameView:
        size = (canvas.height, canvas.width)
        return FrameView(number, picture, canvas=size, read=read)

    return view
