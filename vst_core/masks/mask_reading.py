"""From files to masks over the canvas."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from vst_core.cryptomatte import read_mattes
from vst_core.errors import InputError
from vst_core.image import Channel, Plate, Window, read_channel
from vst_core.image.arrays import FloatArray
from vst_core.job import Mask
from vst_core.resizing import resize_planes

__all__ = ["read_masks"]


def read_masks(masks: Sequence[Mask], paths: Sequence[Path], plate: Plate) -> torch.Tensor | None:
    """Read the masks of a frame.

    White is 1; of a color picture the brightest channel counts, its alpha does not. Masks of
    another size than the picture's are resized to it. A mask's data window is surrounded by 0;
    where the canvas goes on beyond the mask's picture, so does its border.

    Args:
        masks: The upper ones first.
        paths: The files of those that have any, from `MaskFiles.of`.
        plate: The frame.

    Returns:
        R x 1 x H x W in [0, 1], H x W being the plate's canvas; None where there are no
        masks, or the engine makes it itself.

    Raises:
        InputError: A file cannot be used, or the picture has no alpha or no mattes.
    """
    if not masks or masks[0].source == "made":
        return None
    files = iter(paths)
    places = [next(files) if mask.has_files else plate.header.path for mask in masks]
    mattes = _mattes(masks, places)
    values = (
        mattes[index] if index in mattes else _values(mask, place, plate)
        for index, (mask, place) in enumerate(zip(masks, places, strict=True))
    )
    return torch.from_numpy(np.stack([_placed(one, plate) for one in values]))[:, None]


def _mattes(masks: Sequence[Mask], places: Sequence[Path]) -> dict[int, Channel]:
    """Return those of objects by name, each file read once, by their place in `masks`."""
    found: dict[int, Channel] = {}
    by_file: dict[Path, list[int]] = {}
    for index, mask in enumerate(masks):
        if mask.source == "crypto":
            by_file.setdefault(places[index], []).append(index)
    for path, indices in by_file.items():
        wanted = [(masks[index].layer, masks[index].names) for index in indices]
        found.update(zip(indices, read_mattes(path, wanted), strict=True))
    return found


def _values(mask: Mask, path: Path, plate: Plate) -> Channel:
    if mask.source == "alpha":
        return _alpha(plate)
    channel = read_channel(path, mask.channel)
    if mask.number is None:
        values = channel.values.clip(0.0, 1.0)
    else:
        values = (np.abs(channel.values - mask.number) < 0.5).astype(np.float32)
    return Channel(values, channel.data_window, channel.display_window)


def _alpha(plate: Plate) -> Channel:
    header = plate.header
    if not header.has_alpha:
        what = f"{header.path}: has no alpha, and so no mask"
        raise InputError(what, fix="Render with alpha, or name mask files: --mask in/mask.%04d.png")
    values = plate.pixels[..., -1].astype(np.float32)
    if plate.pixels.dtype.kind == "u":
        values /= np.float32(np.iinfo(plate.pixels.dtype).max)
    values = np.nan_to_num(values, nan=0.0, posinf=1.0, neginf=0.0).clip(0.0, 1.0)
    return Channel(values, header.data_window, header.display_window)


def _placed(channel: Channel, plate: Plate) -> FloatArray:
    """Return a mask over the plate's canvas."""
    display, own = plate.header.display_window, channel.display_window
    if (own.width, own.height) == (display.width, display.height):
        around = own.union(channel.data_window)
        values = channel.within(around)
        x, y = around.x - own.x + display.x, around.y - own.y + display.y
    else:
        found = torch.from_numpy(channel.within(own))[None, None]
        values = resize_planes(found, (display.height, display.width))[0, 0].clamp(0, 1).numpy()
        x, y = display.x, display.y
    return _spread(values, x, y, plate.canvas)


def _spread(values: FloatArray, x: int, y: int, canvas: Window) -> FloatArray:
    """Return values that lie at (x, y) over the canvas; beyond them their border goes on."""
    height, width = values.shape
    rows = np.arange(canvas.y - y, canvas.bottom - y).clip(0, height - 1)
    columns = np.arange(canvas.x - x, canvas.right - x).clip(0, width - 1)
    return np.ascontiguousarray(values[np.ix_(rows, columns)])
