"""What a painter is told besides its pictures."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import torch

from vst_core.errors import UsageError

__all__ = ["ITERATIONS", "LayerWeights", "PainterSettings", "parse_layers"]

LayerWeights = tuple[tuple[str, float], ...]
"""Layers of an encoder, each with its weight against the others."""


ITERATIONS = 200
"""Of a picture that starts from nothing but its frame."""


@dataclass(frozen=True, kw_only=True)
class PainterSettings:
    """How a picture is optimized.

    The weights stand before losses that are scaled by the size of their targets (see
    `vst_core.losses`), so they mean the same for every encoder, painting and picture size.

    Attributes:
        optimizer: `lbfgs` (Gatys 2016, section 2) or `adam`.
        iterations: Over all scales together; 0 = `ITERATIONS`.
        content_weight: alpha of Gatys 2016, eq. 7.
        style_weight: beta; multiplied by the encoder's `style_gain`.
        tv_weight: Of the total variation.
        style_layers: Empty takes those of the targets.
        content_layers: Empty takes the encoder's.
        scales: How many sizes are painted, each twice the one before; 1 paints only the full
            size, 0 as many as the picture's size asks for.
        start: What a picture is before its first iteration, where nothing else is given.
        sketch: Part of the iterations, from 0 to less than 1, that a sketcher does, if the
            painter has one.
        tile: Side in pixels of the tiles that a picture is looked at in; 0 looks at it as a
            whole. The picture is the same but for rounding; it takes less memory, more time.
        tolerance: A scale is done when, over ten iterations, the loss falls by less than
            this part of itself.
        precision: Number type of the encoder's convolutions.
        seed: Of the noise.
    """

    optimizer: Literal["lbfgs", "adam"] = "lbfgs"
    iterations: int = 0
    content_weight: float = 1.0
    style_weight: float = 20.0
    tv_weight: float = 1.0
    style_layers: LayerWeights = ()
    content_layers: LayerWeights = ()
    scales: int = 0
    start: Literal["content", "noise"] = "content"
    sketch: float = 0.4
    tile: int = 0
    tolerance: float = 1e-3
    precision: torch.dtype = torch.float32
    seed: int = 0


def parse_layers(text: str) -> LayerWeights:
    """Read ``relu1_1:1,relu3_1:0.5`` or ``relu1_1,relu3_1`` (1 each); nothing gives nothing.

    Raises:
        UsageError: A layer has no name or comes twice, or a weight is no number above 0.

    >>> parse_layers("relu1_1, relu3_1:0.5")
    (('relu1_1', 1.0), ('relu3_1', 0.5))
    """
    parts = [part.strip() for part in text.split(",")] if text.strip() else []
    layers = tuple((name.strip(), _weight(text, weight)) for name, weight in map(_split, parts))
    names = [name for name, _ in layers]
    if not all(names) or len(set(names)) < len(names):
        raise _unreadable(text)
    return layers


def _split(part: str) -> tuple[str, str]:
    name, colon, weight = part.partition(":")
    return name, weight if colon else "1"


def _weight(text: str, weight: str) -> float:
    try:
        number = float(weight)
    except ValueError:
        number = -1.0
    if not 0 < number < math.inf:
        raise _unreadable(text)
    return number


def _unreadable(text: str) -> UsageError:
    fix = "Write layers once each, with weights above 0 if you like: relu1_1:1,relu3_1:0.5"
    return UsageError(f"The layers '{text}' cannot be read", fix=fix)
