"""Channels of a file at the size of the work: motion vectors, depth, indices. Nothing is mixed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from vst_core.image.arrays import FloatArray
from vst_core.image.channels import Channel, read_channels
from vst_core.image.window import Window

IndexArray = np.ndarray[tuple[int], np.dtype[np.int64]]

__all__ = ["sample_channels"]


def sample_channels(
    path: Path | str,
    names: Sequence[str],
    *,
    canvas: Window,
    size: tuple[int, int],
    display: Window | None = None,
) -> Tensor:
    """Read channels and return at each pixel of a picture the nearest of their values.

    Args:
        path: The file.
        names: Of the channels; see `read_channel`.
        canvas: What the picture covers.
        size: Height and width of the picture.
        display: The display window of the frame that the canvas belongs to, where the file is
            another one: the two display windows then cover each other, whatever their sizes.

    Returns:
        C x H x W, float32, as the file has them, not-a-number kept; 0 outside the data window.

    Raises:
        InputError: The file cannot be used, or has no such channel; names it.
    """
    channels = read_channels(path, names)
    planes = [_sampled(channel, canvas, size, display) for channel in channels]
    return torch.from_numpy(np.stack(planes))


def _sampled(
    channel: Channel, canvas: Window, size: tuple[int, int], display: Window | None
) -> FloatArray:
    own, data = channel.display_window, channel.data_window
    shown = display or own
    height = (canvas.y - shown.y, canvas.height, own.height / shown.height)
    width = (canvas.x - shown.x, canvas.width, own.width / shown.width)
    rows = _centers(size[0], *height) + own.y - data.y
    columns = _centers(size[1], *width) + own.x - data.x
    inside = _within(rows, data.height)[:, None] & _within(columns, data.width)
    rows, columns = rows.clip(0, data.height - 1), columns.clip(0, data.width - 1)
    sampled = channel.values[np.ix_(rows, columns)]
    return np.where(inside, sampled, np.float32(0))


def _centers(count: int, start: int, length: int, scale: float) -> IndexArray:
    """Return the pixels, along one axis, in which the centers of `count` pixels lie.

    These cover `length` pixels from `start` on, `scale` times as large in the file.
    """
    places = start + (np.arange(count) + 0.5) * (length / count)
    pixels: IndexArray = np.floor(places * scale).astype(np.int64)
    return pixels


def _within(places: IndexArray, length: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return (places >= 0) & (places < length)
