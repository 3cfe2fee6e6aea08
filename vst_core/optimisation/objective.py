"""The loss of one picture at one size, and its parts by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from vst_core.features import Encoder
from vst_core.losses import (
    content_loss,
    gram_matrix,
    range_loss,
    style_loss,
    temporal_loss,
    total_variation,
)
from vst_core.optimisation.targets import Grams, TemporalTarget

__all__ = ["Objective", "Region"]

_RANGE_WEIGHT = 1000.0
"""High enough that clamping the finished picture changes nothing that can be seen."""


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
        style: The styles, each with its region.
        style_weights: Layer -> weight before its loss.
        temporal: Earlier frames.
        tv_weight: Before the total variation.
    """

    encoder: Encoder
    content: Mapping[str, Tensor]
    content_weights: Mapping[str, float]
    style: Sequence[Region]
    style_weights: Mapping[str, float]
    temporal: Sequence[TemporalTarget] = ()
    tv_weight: float = 0.0

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
        found = self.encoder(
            picture.contiguous(memory_format=torch.channels_last),
            {*self.content_weights, *self.style_weights},
        )
        content = [content_loss(found[name], self.content[name]) for name in self.content_weights]
        style = [self._style(found[name], name) for name in self.style_weights]
        temporal = [temporal_loss(picture, each.warped, each.trust) for each in self.temporal]
        smooth = [total_variation(picture), range_loss(picture)]
        return torch.cat([*content, *style, *temporal, *smooth])

    def _style(self, activation: Tensor, layer: str) -> Tensor:
        losses = []
        for region in self.style:
            gram = gram_matrix(activation, region.mattes.get(layer))
            losses.append(region.weight * style_loss(gram, region.grams[layer]))
        return torch.stack(losses).sum(0)
