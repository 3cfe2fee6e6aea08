"""How far each frame of a clip is from the one before: in its pixels, and in its motion."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from vst_core.errors import InputError
from vst_core.flow import FlowSource, FrameView
from vst_core.image import ReadSettings, Window
from vst_core.motion import consistency_mask, inside
from vst_core.resizing import resize_picture
from vst_core.video.inputs import Input

__all__ = ["FrameChange", "measure_changes"]

_LONG_SIDE = 320
"""Pixels, to which frames are brought: grain averages out, and a long clip takes seconds."""
_SMALLEST = 16
_BLANK = 0.02


@dataclass(frozen=True, kw_only=True)
class FrameChange:
    """A frame of a clip, held against the frame before it.

    Attributes:
        frame: Its number.
        spread: The standard deviation of its values, in [0, 1]; next to 0 in an empty picture.
        mse: The mean squared difference of all pixels and channels, in [0, 1]; None for the first.
        motion: How far what both frames show has moved, on the mean over the picture, in parts of
            its diagonal; None where no source of motion was asked.
        hidden: The share of the picture that the frame before did not show (disocclusion: forth
            and back again does not end near the start, Ruder 2016, equation 5, or lies outside),
            in [0, 1]; None likewise.
    """

    frame: int
    spread: float
    mse: float | None = None
    motion: float | None = None
    hidden: float | None = None

    @property
    def is_blank(self) -> bool:
        """Whether there is next to nothing to see: a black frame, a white flash."""
        return self.spread < _BLANK


@torch.inference_mode()
def measure_changes(
    clip: Input,
    *,
    source: FlowSource | None = None,
    settings: ReadSettings | None = None,
    on_frame: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[FrameChange, ...]:
    """Hold every frame of a clip against the one before; two are in memory at a time.

    Args:
        clip: From `open_input`.
        source: Of motion; None measures pixels alone.
        settings: How the frames are read.
        on_frame: Told how many of how many frames were looked at.

    Returns:
        Frame after frame, in their order.

    Raises:
        InputError: A frame cannot be read, or has another size than the first.
    """
    settings = settings or ReadSettings()
    frames = clip.sequence.frames
    first = clip.header(clip.sequence.source(frames[0]), layer=settings.layer).display_window
    changes: list[FrameChange] = []
    before: Tensor | None = None
    for done, frame in enumerate(frames, start=1):
        picture = _small(_picture(clip, frame, first, settings))
        changes.append(_change(frame, before, picture, source))
        before = picture
        on_frame(done, len(frames))
    return tuple(changes)


def _picture(clip: Input, frame: int, first: Window, settings: ReadSettings) -> Tensor:
    own = clip.header(clip.sequence.source(frame), layer=settings.layer).display_window
    if (own.width, own.height) != (first.width, first.height):
        raise InputError(
            f"Sizes differ: {clip.sequence.source(frame)} is {own.width} x {own.height}, the "
            f"first frame {first.width} x {first.height}",
            fix="Leave it out with --frames, or give a clip of one size.",
        )
    if min(own.width, own.height) < _SMALLEST:
        what = f"{clip.sequence.place} is {own.width} x {own.height}"
        raise InputError(what, fix=f"Give frames of {_SMALLEST} x {_SMALLEST} or more.")
    return clip.plate(frame, canvas=own, settings=settings).picture


def _small(picture: Tensor) -> Tensor:
    height, width = picture.shape[-2:]
    factor = min(1.0, _LONG_SIDE / max(height, width))
    sides = (max(_SMALLEST, round(factor * side)) for side in (height, width))
    return resize_picture(picture, (next(sides), next(sides)))


def _change(
    frame: int, before: Tensor | None, picture: Tensor, source: FlowSource | None
) -> FrameChange:
    spread = picture.std(dim=(-2, -1)).max().item()
    if before is None:
        return FrameChange(frame=frame, spread=spread)
    mse = (picture - before).square().mean(dtype=torch.float64).item()
    if source is None:
        return FrameChange(frame=frame, spread=spread, mse=mse)
    flow = source.between(_view(frame - 1, before), _view(frame, picture))
    seen = consistency_mask(flow.forward, flow.backward) * inside(flow.backward)
    height, width = picture.shape[-2:]
    length = (flow.backward.norm(dim=1, keepdim=True) * seen).mean(dtype=torch.float64).item()
    return FrameChange(
        frame=frame,
        spread=spread,
        mse=mse,
        motion=length / (height**2 + width**2) ** 0.5,
        hidden=1 - seen.mean(dtype=torch.float64).item(),
    )


def _view(frame: int, picture: Tensor) -> FrameView:
    return FrameView(frame, picture, canvas=(picture.shape[-2], picture.shape[-1]))
