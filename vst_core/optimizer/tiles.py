"""Looking at a large picture tile by tile, so that memory is that of a tile.

A tile is seen together with a margin as wide as the deepest layer reaches, and what the layers
make of the margin is left out. So what is seen is the same as in the whole picture.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import pairwise, product

import torch
from torch import Tensor

from vst_core.features import Encoder, halvings

__all__ = ["Tile", "encoded", "plan_tiles"]

_GRID = 16
"""Pixels that become one in the deepest stage: tiles begin where their poolings do."""
_REACH = 96
"""At least as far as relu5_1 sees: 85 pixels, the convolutions' 70 and the poolings' 15."""


@dataclass(frozen=True, kw_only=True)
class Tile:
    """A part of a picture; all numbers in pixels.

    Attributes:
        own: (top, bottom), (left, right) of what it stands for.
        seen: The same with its margin, cut off at the picture's borders.
        last: Whether it reaches the lower border, and the right one.
    """

    own: tuple[tuple[int, int], tuple[int, int]]
    seen: tuple[tuple[int, int], tuple[int, int]]
    last: tuple[bool, bool]

    def crop(self, picture: Tensor) -> Tensor:
        """Return what is seen of B x C x H x W."""
        (top, bottom), (left, right) = self.seen
        return picture[..., top:bottom, left:right]

    def part(self, activation: Tensor, layer: str) -> Tensor:
        """Return its own part of a layer's activation of the whole picture."""
        return self._cut(activation, layer, ((0, 0), (0, 0)))

    def kept(self, activation: Tensor, layer: str) -> Tensor:
        """Return its own part of a layer's activation of what is seen."""
        return self._cut(activation, layer, self.seen)

    def _cut(
        self, activation: Tensor, layer: str, origin: tuple[tuple[int, int], tuple[int, int]]
    ) -> Tensor:
        step = 2 ** halvings(layer)
        down, across = (
            slice((first - start) // step, None if last else (end - start) // step)
            for (first, end), (start, _), last in zip(self.own, origin, self.last, strict=True)
        )
        return activation[..., down, across]


def plan_tiles(size: tuple[int, int], *, side: int) -> tuple[Tile, ...]:
    """Return tiles that cover a picture.

    Args:
        size: (height, width) of the picture.
        side: Of a tile without its margin, at most and about; 0 takes the picture as one.
    """
    rows, columns = (_spans(length, side or length) for length in size)
    return tuple(
        Tile(
            own=(down, across),
            seen=(_widened(down, size[0]), _widened(across, size[1])),
            last=(down[1] == size[0], across[1] == size[1]),
        )
        for down, across in product(rows, columns)
    )


@torch.no_grad()
def encoded(
    encoder: Encoder, picture: Tensor, layers: Collection[str], tiles: Collection[Tile]
) -> dict[str, Tensor]:
    """Return a picture's activations, layer -> B x C x ..., seen tile by tile."""
    whole: dict[str, Tensor] = {}
    for tile in tiles:
        crop = tile.crop(picture).contiguous(memory_format=torch.channels_last)
        for layer, value in encoder(crop, layers).items():
            if len(tiles) == 1:
                whole[layer] = value
                continue
            if layer not in whole:
                whole[layer] = _room(value, layer, picture)
            tile.part(whole[layer], layer).copy_(tile.kept(value, layer))
    return whole


def _room(like: Tensor, layer: str, picture: Tensor) -> Tensor:
    """Return room for a layer's activation of a picture, of the kind that a tile's is."""
    height, width = (side >> halvings(layer) for side in picture.shape[-2:])
    room = like.new_empty(*like.shape[:2], height, width)
    return room.contiguous(memory_format=torch.channels_last)


def _spans(length: int, side: int) -> list[tuple[int, int]]:
    """Cut a length into equal parts of at most `side`, at multiples of the grid."""
    count = -(-length // side)
    edges = [round(place * length / count / _GRID) * _GRID for place in range(count)]
    return [span for span in pairwise([*edges, length]) if span[0] < span[1]]


def _widened(span: tuple[int, int], length: int) -> tuple[int, int]:
    return max(0, span[0] - _REACH), min(length, span[1] + _REACH)
