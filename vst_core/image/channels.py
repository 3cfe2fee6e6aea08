"""Single channels of a file as plain numbers: masks, indices. No color is involved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from OpenImageIO import ImageInput

from vst_core.errors import InputError, nearest
from vst_core.image.arrays import FloatArray
from vst_core.image.blocks import read_block
from vst_core.image.exr_layers import choose_layer, layers_of_part
from vst_core.image.header import Part, walk_parts
from vst_core.image.oiio_file import opened
from vst_core.image.plate import finite
from vst_core.image.window import Window

__all__ = ["Channel", "channel_windows", "check_channel", "read_channel", "read_channels"]


@dataclass(frozen=True, eq=False)
class Channel:
    """One channel.

    Attributes:
        values: h x w over the data window, float32; code values of whole numbers are in [0, 1],
            floating point is as it is.
        data_window: Where there are pixels.
        display_window: What is meant to be seen.
    """

    values: FloatArray = field(repr=False)
    data_window: Window
    display_window: Window

    def within(self, window: Window) -> FloatArray:
        """Return the values over `window`, 0 where there are none."""
        values = np.zeros((window.height, window.width), np.float32)
        seen = self.data_window.intersection(window)
        if seen is not None:
            values[seen.slices_in(window)] = self.values[seen.slices_in(self.data_window)]
        return values


def read_channel(path: Path | str, name: str = "") -> Channel:
    """Read a channel.

    Args:
        path: Any image file that OpenImageIO reads.
        name: The channel's full name (`ViewLayer.IndexOB.X`), also behind the name of its part
            (`ViewLayer.Depth.Z`); empty = the brightest of the picture's colors, or the only
            channel that there is.

    Returns:
        The channel, its values finite.

    Raises:
        InputError: The file cannot be used, or has no such channel; names it.
    """
    path = Path(path)
    with opened(path) as source:
        part, indices = _find(path, walk_parts(path, source), name)
        values: FloatArray = finite(_read(path, source, part, indices))
    return Channel(values, part.data_window, part.display_window)


def read_channels(path: Path | str, names: Sequence[str]) -> tuple[Channel, ...]:
    """Read several channels, as they are: not-a-number and infinity are kept.

    Args:
        path: Any image file that OpenImageIO reads.
        names: Of the channels, see `read_channel`; not empty. They may lie in several parts.

    Raises:
        InputError: The file cannot be used, or has no such channel; names it.
    """
    path = Path(path)
    with opened(path) as source:
        parts = walk_parts(path, source)
        found = [_find(path, parts, name) for name in names]
        blocks = _read_runs(path, source, found)
    return tuple(
        Channel(blocks[part.index, indices], part.data_window, part.display_window)
        for part, indices in found
    )


def check_channel(path: Path | str, name: str = "") -> Window:
    """Return the display window of the part that has the channel, without reading pixels.

    Raises:
        InputError: The file cannot be used, or has no such channel.
    """
    path = Path(path)
    with opened(path) as source:
        return _find(path, walk_parts(path, source), name)[0].display_window


def channel_windows(path: Path | str) -> dict[str, Window]:
    """Return the channels of a file by the names that `read_channel` knows, without their pixels.

    Returns:
        Name -> display window of its part; deep parts are left out.

    Raises:
        InputError: The file cannot be used.
    """
    path = Path(path)
    with opened(path) as source:
        parts = [part for part in walk_parts(path, source) if not part.deep]
    found = {name: part.display_window for part in parts for name in part.channels}
    for part in parts:
        for name in part.channels:
            found.setdefault(f"{part.name}.{name}", part.display_window)
    return found


def _find(path: Path, parts: Sequence[Part], name: str) -> tuple[Part, tuple[int, ...]]:
    found = _named(path, parts, name) if name else _brightest(path, parts)
    if found[0].deep:
        raise InputError(f"{path}: deep EXR cannot be used", fix="Flatten it first.")
    return found


def _named(path: Path, parts: Sequence[Part], name: str) -> tuple[Part, tuple[int, ...]]:
    known: set[str] = set()
    for part in parts:
        for index, channel in enumerate(part.channels):
            if name in (channel, f"{part.name}.{channel}"):
                return part, (index,)
            known.add(channel if len(parts) == 1 or "." in channel else f"{part.name}.{channel}")
    raise InputError(f"{path}: no channel '{name}'", fix=nearest(name, known))


def _brightest(path: Path, parts: Sequence[Part]) -> tuple[Part, tuple[int, ...]]:
    if len(parts) == 1 and len(parts[0].channels) == 1:
        return parts[0], (0,)
    layers = [
        layer
        for part in parts
        for layer in layers_of_part(part.index, part.channels, name=part.name)
    ]
    chosen = choose_layer(path, layers, "")
    return parts[chosen.part], (chosen.red, chosen.green, chosen.blue)


def _read_runs(
    path: Path, source: ImageInput, found: Sequence[tuple[Part, tuple[int, ...]]]
) -> dict[tuple[int, tuple[int, ...]], FloatArray]:
    """Read channels, those that follow each other in a part at once: each read unpacks them all."""
    blocks: dict[tuple[int, tuple[int, ...]], FloatArray] = {}
    parts = {part.index: part for part, _ in found}
    for number, part in parts.items():
        singles = sorted({each[0] for one, each in found if one is part and len(each) == 1})
        for first, end in _runs(singles):
            block = read_block(path, source, part, first=first, end=end, kind="float")
            blocks.update({(number, (at,)): block[..., at - first] for at in range(first, end)})
    for part, indices in found:
        if len(indices) > 1:
            blocks[part.index, indices] = _read(path, source, part, indices)
    return blocks


def _runs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Return numbers in rising order as first and behind-the-last of those without gaps."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number:
            runs[-1] = (runs[-1][0], number + 1)
        else:
            runs.append((number, number + 1))
    return runs


def _read(path: Path, source: ImageInput, part: Part, indices: tuple[int, ...]) -> FloatArray:
    first, end = min(indices), max(indices) + 1
    block = read_block(path, source, part, first=first, end=end, kind="float")
    wanted = block[..., [index - first for index in indices]]
    values: FloatArray = wanted.max(axis=2)
    return values
