"""What a picture is held against: paintings by their Gram matrices, frames before it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from vst_core.errors import UsageError
from vst_core.features import Encoder
from vst_core.losses import gram_matrix
from vst_core.optimisation.scales import resized

__all__ = ["Grams", "StyleTarget", "TemporalTarget", "style_target"]

Grams = Mapping[str, Tensor]
"""Layer -> 1 x C x C."""

_SMALLEST = 32


@dataclass(frozen=True, kw_only=True)
class StyleTarget:
    """A style, as an encoder sees it.

    Attributes:
        grams: Layer -> 1 x C x C, at the full size of the picture to be painted.
        weight: Its part of a mixture, or before its own region's loss.
        coarser: The same at half the size, a quarter, ...; where one is absent, the last that
            is there serves. So strokes keep their place in the picture at every scale.
    """

    grams: Grams
    weight: float = 1.0
    coarser: tuple[Grams, ...] = ()

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


def style_target(
    encoder: Encoder,
    painting: Tensor,
    *,
    size: tuple[int, int],
    levels: int,
    layers: Collection[str],
    weight: float = 1.0,
    scale: float = 1.0,
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

    Raises:
        UsageError: The painting is too small to have strokes.
    """
    check_painting(painting)
    height, width = painting.shape[-2:]
    factor = min(1.0, scale * (size[0] * size[1] / (height * width)) ** 0.5)
    grams = [
        _grams(encoder, _at_least(painting, factor / 2**level), layers) for level in range(levels)
    ]
    return StyleTarget(grams=grams[0], weight=weight, coarser=tuple(grams[1:]))


def check_painting(painting: Tensor) -> None:
    """Refuse a painting that is too small to have strokes.

    Raises:
        UsageError: A side is shorter than 32 pixels.
    """
    height, width = painting.shape[-2:]
    if min(height, width) < _SMALLEST:
        fix = f"Give one of at least {_SMALLEST} x {_SMALLEST} pixels."
        raise UsageError(f"A painting of {width} x {height} pixels shows no strokes", fix=fix)


def _at_least(painting: Tensor, factor: float) -> Tensor:
    """Return the painting `factor` times as large, but not below the encoder's reach."""
    height, width = painting.shape[-2:]
    factor = max(factor, _SMALLEST / min(height, width))
    return resized(painting, (round(height * factor), round(width * factor)))


@torch.no_grad()
def _grams(encoder: Encoder, painting: Tensor, layers: Collection[str]) -> dict[str, Tensor]:
    device = next(encoder.parameters()).device
    seen = painting.to(device).contiguous(memory_format=torch.channels_last)
    found = encoder(seen, layers)
    return {layer: gram_matrix(found[layer]) for layer in layers}
