"""Whether a mask fits its picture."""

from __future__ import annotations

from pathlib import Path

from vst_core.errors import InputError
from vst_core.image import Window

__all__ = ["check_shape"]

_SAME_SHAPE = 0.01


def check_shape(path: Path, window: Window, display: Window) -> None:
    """Make sure that a mask's display window is the pictures', at this size or another.

    Raises:
        InputError: It has another shape.
    """
    if not _same_shape(window, display):
        raise InputError(
            f"The mask {path} is {window.width} x {window.height}, but the frames are "
            f"{display.width} x {display.height}",
            fix="Make it at the size of the frames, or at any size of the same shape.",
        )


def _same_shape(one: Window, other: Window) -> bool:
    """Whether one is the other enlarged; half a pixel of rounding does not count."""
    across, down = one.width / other.width, one.height / other.height
    slack = max(0.5 / one.width + 0.5 / one.height, _SAME_SHAPE)
    return abs(across / down - 1) <= slack
