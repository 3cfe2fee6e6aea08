"""The student in training: its trunk, its heads, the teacher's components, and its own visits."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vst_core.features import LITE_LAYERS, LiteTrunk, lite_heads

__all__ = ["Distiller"]


class Distiller(nn.Module):
    """What is trained, and what has to travel with it in a checkpoint.

    The optimizations that the student is followed on (pictures, what they are to show and how,
    the means of slopes and squared slopes), and the teacher's principal components, are part of
    the state, so that a run that was broken off goes on exactly.

    Args:
        widths: Layer -> channels of the student.
        ranks: Layer -> channels that its kernels are squeezed through.
        heads: Layer of `LITE_LAYERS` -> components of the teacher.
        hints: More layers, whose activations are read by linear maps that are not shipped.
        teacher: Layer -> channels of the teacher.
        pool: Optimizations under way.
        size: Side of the pictures.
    """

    states: Tensor
    contents: Tensor
    styles: Tensor
    slopes: Tensor
    squares: Tensor
    ages: Tensor

    def __init__(
        self,
        widths: Mapping[str, int],
        ranks: Mapping[str, int],
        heads: Mapping[str, int],
        hints: Collection[str],
        teacher: Mapping[str, int],
        *,
        pool: int,
        size: int,
    ) -> None:
        super().__init__()
        self.trunk = LiteTrunk(widths, ranks)
        self.heads = lite_heads(widths, heads)
        self.bases = nn.ModuleDict(
            {layer: nn.Conv2d(teacher[layer], heads[layer], 1, bias=False) for layer in LITE_LAYERS}
        ).requires_grad_(False)
        self.hints = nn.ModuleDict(
            {layer: nn.Conv2d(widths[layer], teacher[layer], 1) for layer in hints}
        )
        for name in ("states", "contents", "styles", "slopes", "squares"):
            self.register_buffer(name, torch.zeros(pool, 3, size, size))
        self.register_buffer("ages", torch.full((pool,), -1.0))

    def forward(self, picture: Tensor, layers: Collection[str] = LITE_LAYERS) -> dict[str, Tensor]:
        """Return layer -> B x K x H/2^k x W/2^k: what it takes the components to be.

        Of layers with a hint, what it takes the teacher's activations to be.
        """
        found = self.trunk(picture, layers)
        return {layer: self._reader(layer)(value) for layer, value in found.items()}

    def _reader(self, layer: str) -> nn.Module:
        return (self.hints if layer in self.hints else self.heads)[layer]

    def components(self, activations: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Return the teacher's activations in their components, layer -> B x K x ...

        Those of layers with a hint are returned as they are.
        """
        bases = {layer: self.get_parameter(f"bases.{layer}.weight") for layer in self.bases}
        return {
            layer: F.conv2d(value, bases[layer].to(value.dtype)) if layer in bases else value
            for layer, value in activations.items()
        }
