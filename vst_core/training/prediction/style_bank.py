"""The styles that are learned: what the predictor is told of each, and what the loss asks for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from vst_core.features import Encoder
from vst_core.losses import STYLE_LAYERS, gram_matrix
from vst_core.styles.painting_statistics import painting_statistics
from vst_core.training.prediction.style_pictures import StylePictures

__all__ = ["StyleBank", "Styles"]

_BLOCK = 8


@dataclass(frozen=True, kw_only=True)
class Styles:
    """Some styles of the bank.

    Attributes:
        statistics: B x D, see `painting_statistics`.
        grams: Layer -> B x C x C by VGG-16.
    """

    statistics: Tensor
    grams: dict[str, Tensor]


class StyleBank:
    """Styles that are made when they are first asked for, eight at a time, and kept.

    Every block follows from the seed and its own number, so a run that goes on finds the styles
    that it had.

    Args:
        pictures: Where their pictures come from.
        light: The shipped encoder, on the device.
        heavy: VGG-16, on the device.
        size: How many styles there are; 0.7 MB of memory each.
        seed: Of the pictures.
    """

    def __init__(
        self, pictures: StylePictures, *, light: Encoder, heavy: Encoder, size: int, seed: int
    ) -> None:
        self.pictures, self._light, self._heavy = pictures, light, heavy
        self._blocks = max(1, size // _BLOCK)
        self._seed = seed
        self._made: set[int] = set()
        self._held: Styles | None = None

    def draw(self, count: int, *, random: np.random.Generator) -> Styles:
        """Return `count` styles, drawn alike."""
        numbers = random.integers(self._blocks * _BLOCK, size=count)
        for block in sorted(set(numbers // _BLOCK)):
            self._make(int(block))
        held = self._held
        assert held is not None  # there is at least one block now
        rows = torch.from_numpy(numbers).to(held.statistics.device)
        return Styles(
            statistics=held.statistics[rows],
            grams={layer: grams[rows].float() for layer, grams in held.grams.items()},
        )

    def spread(self, blocks: int = 64) -> tuple[Tensor, Tensor]:
        """Return the mean and the deviation of each of the D statistics over some of the bank."""
        count = min(blocks, self._blocks)
        for number in range(count):
            self._make(number)
        assert self._held is not None  # there is at least one block now
        deviation, mean = torch.std_mean(self._held.statistics[: count * _BLOCK], dim=0)
        return mean, deviation.clamp_min(1e-3)

    def statistics(self, pictures: Tensor) -> Tensor:
        """Return what the predictor is told of B x 3 x H x W pictures."""
        return painting_statistics(self._light, pictures)

    def _make(self, number: int) -> None:
        if number in self._made:
            return
        random = np.random.default_rng((self._seed, 7, number))
        seen = self._seen(self.pictures.draw(_BLOCK, random=random))
        if self._held is None:
            self._held = self._room(seen)
        rows = slice(number * _BLOCK, (number + 1) * _BLOCK)
        self._held.statistics[rows] = seen.statistics
        for layer, grams in seen.grams.items():
            self._held.grams[layer][rows] = grams
        self._made.add(number)

    def _room(self, like: Styles) -> Styles:
        """Return memory for the whole bank; a processor takes it only where it is written."""

        def room(one: Tensor) -> Tensor:
            return one.new_empty((self._blocks * _BLOCK, *one.shape[1:]))

        grams = {layer: room(one) for layer, one in like.grams.items()}
        return Styles(statistics=room(like.statistics), grams=grams)

    @torch.no_grad()
    def _seen(self, pictures: Tensor) -> Styles:
        pictures = pictures.contiguous(memory_format=torch.channels_last)
        activations = self._heavy(pictures, STYLE_LAYERS)
        return Styles(
            statistics=self.statistics(pictures),
            grams={name: gram_matrix(value).bfloat16() for name, value in activations.items()},
        )
