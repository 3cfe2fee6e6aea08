"""Frames made up for benchmarks and checks: texture that moves, the same everywhere."""

from __future__ import annotations

import math
from collections.abc import Iterator

import torch
from torch import Tensor

from vst_core.motion.warping import warp
from vst_core.resizing import resize_planes

__all__ = ["moving_frames"]

_OCTAVES = (4, 8, 16, 32, 64, 128)
_MARGIN = 32


def moving_frames(
    *,
    width: int,
    height: int,
    count: int,
    seed: int = 0,
    device: torch.device | None = None,
) -> Iterator[Tensor]:
    """Yield a textured picture that drifts, turns and breathes by a few pixels a frame.

    The texture has detail of every size, as a photograph has, so that flow finds its way,
    and the motion is smooth, so that most of the previous frame can be trusted.

    Args:
        width: In pixels, 16 or more.
        height: In pixels, 16 or more.
        count: How many frames.
        seed: Another one is another texture.
        device: Where they are made, and stay; the processor where None.

    Yields:
        float32 1 x 3 x height x width in [0, 1].
    """
    texture = _texture(width + 2 * _MARGIN, height + 2 * _MARGIN, seed, device)
    for index in range(count):
        moved = warp(texture, _motion(texture, index))
        yield moved[..., _MARGIN:-_MARGIN, _MARGIN:-_MARGIN].contiguous()


def _texture(width: int, height: int, seed: int, device: torch.device | None) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    texture = torch.zeros(1, 3, height, width, device=device)
    for places in _OCTAVES:
        size = (min(places, height), min(places * width // height + 1, width))
        noise = torch.rand(1, 3, *size, generator=generator) - 0.5
        texture += resize_planes(noise.to(texture), (height, width)) / math.sqrt(places)
    return (texture + 0.5).clamp_(0, 1)


def _motion(texture: Tensor, index: int) -> Tensor:
    """Return where frame `index` looks into the texture, 1 x 2 x H x W in pixels."""
    height, width = texture.shape[-2:]
    y, x = torch.meshgrid(
        torch.linspace(-1, 1, height, device=texture.device),
        torch.linspace(-1, 1, width, device=texture.device),
        indexing="ij",
    )
    drift, turn = 12 * math.sin(0.15 * index), 6 * math.sin(0.11 * index)
    wave = 3 * torch.sin(3 * x + 0.2 * index) * torch.cos(2 * y)
    return torch.stack((drift + turn * y + wave, 0.5 * drift - turn * x + wave))[None]
