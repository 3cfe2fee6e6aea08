"""What mattes a file has: names, how much each covers, and a picture of them in false colors."""

from __future__ import annotations

import colorsys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from vst_core.cryptomatte.matte_layers import MatteLayer, Ranks, read_ranks
from vst_core.image import Channel

__all__ = ["Matte", "false_colors", "list_mattes"]

_GOLDEN = 0.618034


@dataclass(frozen=True, kw_only=True)
class Matte:
    """One object.

    Attributes:
        name: Its name; empty where the manifest has none for it.
        id: What stands for it in pixels, 32 bits.
        coverage: Its share of the display window, 0 to 1.
    """

    name: str
    id: int
    coverage: float


def list_mattes(layer: MatteLayer, ranks: Ranks) -> tuple[Matte, ...]:
    """Return the mattes of a layer, the largest first: those in pixels and those in the manifest.

    Args:
        layer: From `matte_layers`.
        ranks: Its pixels.
    """
    ids, places = np.unique(ranks.ids, return_inverse=True)
    sums = np.bincount(places.ravel(), ranks.coverage.ravel(), len(ids))
    area = layer.window.width * layer.window.height
    shares = {int(one): float(total) / area for one, total in zip(ids, sums, strict=True) if total}
    shares.pop(0, None)  # nothing
    named = {number: name for name, number in layer.manifest.ids.items()}
    known = dict.fromkeys([*layer.manifest.ids.values(), *shares])
    mattes = (Matte(name=named.get(n, ""), id=n, coverage=shares.get(n, 0.0)) for n in known)
    return tuple(sorted(mattes, key=lambda matte: (-matte.coverage, matte.name)))


def false_colors(path: Path | str, layer: MatteLayer) -> torch.Tensor:
    """Return a picture in which each object has a color of its own, mixed where they share pixels.

    Returns:
        1 x 3 x H x W in [0, 1] over the display window; black is nothing.

    Raises:
        InputError: The file cannot be used.
    """
    ranks = read_ranks(path, layer)
    ids, places = np.unique(ranks.ids, return_inverse=True)
    table = np.array([_color(int(one)) for one in ids], np.float32)
    mixed = np.einsum("rhw,rhwc->chw", ranks.coverage, table[places.reshape(ranks.ids.shape)])
    planes = (
        Channel(plane.clip(0, 1), ranks.data_window, ranks.display_window).within(layer.window)
        for plane in mixed
    )
    return torch.from_numpy(np.stack(list(planes)))[None]


def _color(number: int) -> tuple[float, float, float]:
    """Return a bright color that the bits of an id decide."""
    if number == 0:
        return (0.0, 0.0, 0.0)
    hue = number * _GOLDEN % 1.0
    return colorsys.hsv_to_rgb(hue, 0.45 + (number >> 8 & 3) * 0.15, 0.7 + (number >> 16 & 3) * 0.1)
