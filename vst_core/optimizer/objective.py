"""The loss of one picture at one size, and its parts by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor
from torch.utils.checkpoint import checkpoint

from vst_core.features import Encoder
from vst_core.losses import (
    content_loss,
    gram_matrix,
    range_loss,
    style_loss,
    temporal_loss,
    total_variation,
)
from vst_core.optimizer.targets import Grams, TemporalTarget
from vst_core.optimizer.tiles import Tile

__all__ = ["Objective", "Region"]

_RANGE_WEIGHT = 1000.0
"""High enough that clamping the finished picture changes nothing that can be seen."""
_NOTHING = 1e-12

_Place = tuple[str | int, str]
"""`content` or the number of a region, and a layer."""
_Sight = dict[_Place, Tensor]
"""Content losses, and Gram matrices of regions."""


@dataclass(frozen=True, kw_only=True)
class Region:
    """A style and where it belongs.

    Attributes:
        grams: Layer -> 1 x C x C.
        weight: Before its loss.
        mattes: Layer -> 1 x 1 x H x W of that layer; empty means everywhere.
    """

    grams: Grams
    weight: float = 1.0
    mattes: Mapping[str, Tensor] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Objective:
    """Content, style, temporal terms and smoothness of a picture (Gatys 2016, eq. 7).

    Attributes:
        encoder: What sees content and style.
        content: Layer -> its activation of the frame.
        content_weights: Layer -> weight before its loss.
        counts: Layer -> 1 x 1 x H x W of that layer, what of the content counts; empty means all.
        style: The styles, each with its region.
        style_weights: Layer -> weight before its loss.
        temporal: Earlier frames.
        tv_weight: Before the total variation.
        tiles: What is looked at in turn; together they are the picture.
    """

    encoder: Encoder
    content: Mapping[str, Tensor]
    content_weights: Mapping[str, float]
    style: Sequence[Region]
    style_weights: Mapping[str, float]
    temporal: Sequence[TemporalTarget] = ()
    tv_weight: float = 0.0
    tiles: Sequence[Tile]
    counts: Mapping[str, Tensor] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """What the parts are called, in their order."""
        return (
            *(f"content {layer}" for layer in self.content_weights),
            *(f"style {layer}" for layer in self.style_weights),
            *(f"temporal {place}" for place in range(1, len(self.temporal) + 1)),
            "variation",
            "range",
        )

    @property
    def weights(self) -> tuple[float, ...]:
        """What stands before each part in the sum."""
        return (
            *self.content_weights.values(),
            *self.style_weights.values(),
            *(target.weight for target in self.temporal),
            self.tv_weight,
            _RANGE_WEIGHT,
        )

    def parts(self, picture: Tensor) -> Tensor:
        """Return every part without its weight.

        Args:
            picture: 1 x 3 x H x W; values outside [0, 1] are allowed, at a price.
        """
        seen = self._seen(picture)
        content = [seen["content", name] for name in self.content_weights]
        style = [self._style(seen, name) for name in self.style_weights]
        temporal = [temporal_loss(picture, each.warped, each.trust) for each in self.temporal]
        smooth = [total_variation(picture), range_loss(picture)]
        return torch.cat([*content, *style, *temporal, *smooth])

    def _style(self, seen: _Sight, layer: str) -> Tensor:
        losses = [
            region.weight * style_loss(seen[place, layer], region.grams[layer])
            for place, region in enumerate(self.style)
        ]
        return torch.stack(losses).sum(0)

    def _seen(self, picture: Tensor) -> _Sight:
        """Return the content losses, and the Gram matrices of each region.

        Of several tiles they are the means, each tile counted by its size. Nothing is kept of
        one but these few numbers: for the derivative it is looked at again (Chen et al. 2016,
        "Training deep nets with sublinear memory cost").
        """
        if len(self.tiles) == 1:
            return self._look(picture, self.tiles[0])[0]
        sums: _Sight = {}
        sizes: dict[_Place, Tensor | int] = {}
        for tile in self.tiles:
            found, own = checkpoint(
                self._look, picture, tile, use_reentrant=False, preserve_rng_state=False
            )
            for place, value in found.items():
                sums[place] = sums.get(place, 0) + own[place] * value
                sizes[place] = sizes.get(place, 0) + own[place]
        return {place: value / sizes[place] for place, value in sums.items()}

    def _look(self, picture: Tensor, tile: Tile) -> tuple[_Sight, dict[_Place, Tensor | int]]:
        """Return what is seen of a tile, and how much each part of it counts."""
        found = self.encoder(
            tile.crop(picture).contiguous(memory_format=torch.channels_last),
            {*self.content_weights, *self.style_weights},
        )
        seen: _Sight = {}
        sizes: dict[_Place, Tensor | int] = {}
        for layer in self.content_weights:
            target = tile.part(self.content[layer], layer)
            counts = self.counts.get(layer)
            there = None if counts is None else tile.part(counts, layer)
            seen["content", layer] = content_loss(tile.kept(found[layer], layer), target, there)
            size = target.float().square()
            size = size.sum() if there is None else (size * there).sum()
            sizes["content", layer] = size.clamp_min(_NOTHING)
        for layer in self.style_weights:
            own = tile.kept(found[layer], layer)
            for place, region in enumerate(self.style):
                matte = region.mattes.get(layer)
                mine = None if matte is None else tile.part(matte, layer)
                seen[place, layer] = gram_matrix(own, mine)
                sizes[place, layer] = own[0, 0].numel() if mine is None else _area(mine)
        return seen, sizes


def _area(matte: Tensor) -> Tensor:
    return matte.square().sum().clamp_min(_NOTHING)
