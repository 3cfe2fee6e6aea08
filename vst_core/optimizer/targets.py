"""What a picture is held against: paintings by their Gram matrices, frames before it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from vst_core.features import Encoder
from vst_core.losses import gram_matrix
from vst_core.optimizer.palette import Palette
from vst_core.optimizer.tiles import encoded, plan_tiles
from vst_core.resizing import resize_picture, resize_planes

__all__ = ["Grams", "StyleTarget", "TemporalTarget", "mixed_target", "style_target"]

Grams = Mapping[str, Tensor]
"""Layer -> 1 x C x C."""

_SMALLEST = 32
"""Pixels a side; below, the deepest layers see no more than a point or two."""


@dataclass(frozen=True, kw_only=True)
class StyleTarget:
    """A style, as an encoder sees it.

    Attributes:
        grams: Layer -> 1 x C x C, at the full size of the picture to be painted.
        weight: Its part of a mixture, or before its own region's loss.
        coarser: The same at half the size, a quarter, ...; where one is absent, the last that
            is there serves. So strokes keep their place in the picture at every scale.
        palette: The painting's colors, where the painting itself is at hand.
    """

    grams: Grams
    weight: float = 1.0
    coarser: tuple[Grams, ...] = ()
    palette: Palette | None = None

    def at(self, level: int) -> Grams:
        """Return the Gram matrices for a picture halved `level` times."""
        every = (self.grams, *self.coarser)
        return every[min(level, len(every) - 1)]


@dataclass(frozen=True, kw_only=True)
class TemporalTarget:
    """An earlier stylized frame that the picture is held to.

    Attributes:
        warped: 1 x 3 x H x W, moved along to now.
        trust: 1 x 1 x H x W in [0, 1], how much each point counts.
        weight: Before its loss.
    """

    warped: Tensor
    trust: Tensor
    weight: float

    def resized(self, size: tuple[int, int]) -> TemporalTarget:
        """Return the same for a picture of another size."""
        return TemporalTarget(
            warped=resize_picture(self.warped, size),
            trust=resize_planes(self.trust, size),
            weight=self.weight,
        )


def mixed_target(styles: Sequence[StyleTarget]) -> StyleTarget:
    """Return one style, of weight 1, that is the mixture of several by their weights.

    Args:
        styles: At least one; their weights have a sum above 0.
    """
    total = sum(style.weight for style in styles)
    levels = 1 + max(len(style.coarser) for style in styles)

    def grams(level: int) -> Grams:
        seen = [(style.weight / total, style.at(level)) for style in styles]
        return {
            layer: torch.stack([share * each[layer] for share, each in seen]).sum(0)
            for layer in styles[0].grams
        }

    every = [grams(level) for level in range(levels)]
    return StyleTarget(grams=every[0], coarser=tuple(every[1:]))


def style_target(
    encoder: Encoder,
    painting: Tensor,
    *,
    size: tuple[int, int],
    levels: int,
    layers: Collection[str],
    weight: float = 1.0,
    scale: float = 1.0,
    tile: int = 0,
) -> StyleTarget:
    """Look at a painting in the sizes in which a picture of `size` will be painted.

    The painting is brought to the picture's area, so that it would just cover it, times
    `scale` on each side; never above its own size, for enlarged paint has no strokes.

    Args:
        encoder: Where it lies and in its precision.
        painting: 1 x 3 x H x W in [0, 1].
        size: (height, width) of the picture.
        levels: How many sizes there will be, each half of the one before.
        layers: Where Gram matrices are wanted.
        weight: Of the style.
        scale: Of the strokes.
        tile: As in `PainterSettings`.
    """
    height, width = painting.shape[-2:]
    factor = min(1.0, scale * (size[0] * size[1] / (height * width)) ** 0.5)
    sizes = (_at_least(painting, factor / 2**level) for level in range(levels))
    grams = [_grams(encoder, seen, layers, tile) for seen in sizes]
    return StyleTarget(
        grams=grams[0], weight=weight, coarser=tuple(grams[1:]), palette=Palette.of(painting)
    )


def _at_least(painting: Tensor, factor: float) -> Tensor:
    """Return the painting `factor` times as large, but not below the encoder's reach."""
    height, width = painting.shape[-2:]
    factor = max(factor, _SMALLEST / min(height, width))
    return resize_picture(painting, (round(height * factor), round(width * factor)))


def _grams(
    encoder: Encoder, painting: Tensor, layers: Collection[str], tile: int
) -> dict[str, Tensor]:
    device = next(encoder.parameters()).device
    # What is made in inference mode would take no part in derivatives later.
    with torch.inference_mode(False):
        picture = painting.to(device)
        tiles = plan_tiles((picture.shape[-2], picture.shape[-1]), side=tile)
        found = encoded(encoder, picture, layers, tiles)
        return {layer: gram_matrix(found[layer]) for layer in layers}
