"""Pictures as they come: faint, grainy, letterboxed, cut out, half empty.

A network that has only seen bright, sharp, full photographs paints the grain of a dark one, and
is led astray where most of a picture is no picture. At run time a frame's own level is undone
before it is painted (`vst_core.content.level`) and what is no picture counts nothing; here the
network meets what is left of both.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from vst_core.content import filled_in
from vst_core.training.scenes import blob_mattes, white_noise

__all__ = ["Hardship", "draw_hardship"]

_SMALLEST_GAIN = 0.04
_MOST_GRAIN = 2.5


@dataclass(frozen=True, kw_only=True)
class Hardship:
    """What befalls the pictures of a step.

    Attributes:
        gain: Of the contrast that the picture was recorded with, in (0, 1]; stretched back to
            1, it shows the steps of 8 bits and the grain.
        grain: Standard deviation of its noise, in 255ths of what was recorded.
        weight: B x 1 x S x S in [0, 1], what of it counts; all of it where None.
        dark: What does not count is black, as around a title; else the picture's own colors
            fill it, as under alpha 0 and behind bars.
    """

    gain: float = 1.0
    grain: float = 0.0
    weight: Tensor | None = None
    dark: bool = False

    def befall(self, picture: Tensor, *, random: np.random.Generator) -> Tensor:
        """Return B x 3 x S x S pictures in [0, 1] as they would reach a network."""
        if self.gain < 1:
            picture = self._recorded(picture, random)
        if self.weight is None:
            return picture
        return picture * self.weight if self.dark else filled_in(picture, self.weight)

    def _recorded(self, picture: Tensor, random: np.random.Generator) -> Tensor:
        faint = 255 * self.gain * picture + self.grain * white_noise(random, *picture.shape)
        return (faint.round() / (255 * self.gain)).clamp(0, 1)


def draw_hardship(count: int, size: int, *, random: np.random.Generator) -> Hardship:
    """Draw one of the kinds for `count` pictures of `size` pixels square."""
    kind = int(random.integers(4))
    if kind == 0:
        gain = float(np.exp(random.uniform(np.log(_SMALLEST_GAIN), np.log(0.5))))
        return Hardship(gain=gain, grain=float(random.uniform(0, _MOST_GRAIN)))
    if kind == 1:
        return Hardship(weight=_between_bars(count, size, random))
    return Hardship(weight=blob_mattes(count, size, random=random), dark=kind == 2)


def _between_bars(count: int, size: int, random: np.random.Generator) -> Tensor:
    """Return 1 between two bars, at the top and bottom or left and right."""
    weight = torch.zeros(count, 1, size, size)
    first, last = (int(random.uniform(0.04, 0.3) * size) for _ in range(2))
    weight[:, :, first : size - last] = 1
    return weight.transpose(2, 3).contiguous() if random.random() < 0.5 else weight
