"""A network that predicts a style: from numbers about a painting to the norms of a trunk."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vst_core.nets.layers import ConditionalNorm

__all__ = ["StylePredictor", "norm_channels"]

_FIRST_CHANGE = 0.02


def norm_channels(trunk: nn.Module) -> dict[str, int]:
    """Return the conditional norms of a trunk, name -> channels."""
    return {
        name: module.scale.shape[1]
        for name, module in trunk.named_modules()
        if isinstance(module, ConditionalNorm)
    }


class StylePredictor(nn.Module):
    """Scale and shift of every conditional norm, predicted from a painting.

    The style prediction network of Ghiasi 2017 (section 2.2), which trains an Inception-v3 for
    it. This one looks at statistics of an encoder that is trained already
    (`vst_core.styles.painting_statistics`), so it is a few matrices. Deviation: it is told how
    much style is wanted, too, in octaves of the style loss's weight; one network so holds the
    whole range from a touch of the painting to all of it.

    Args:
        inputs: Length of the statistics, D.
        norms: Name of a norm in the trunk -> its channels.
        hidden: Numbers between the layers.
    """

    mean: Tensor
    spread: Tensor

    def __init__(self, *, inputs: int, norms: Mapping[str, int], hidden: int = 512) -> None:
        super().__init__()
        self.norms = dict(norms)
        self.register_buffer("mean", torch.zeros(inputs))
        self.register_buffer("spread", torch.ones(inputs))
        self.enter = nn.Linear(inputs + 1, hidden)
        self.blocks = nn.ModuleList(nn.Linear(hidden, hidden) for _ in range(2))
        self.leave = nn.Linear(hidden, 2 * sum(self.norms.values()))
        nn.init.normal_(self.leave.weight, std=_FIRST_CHANGE * hidden**-0.5)
        nn.init.zeros_(self.leave.bias)

    def forward(self, statistics: Tensor, strength: Tensor) -> dict[str, Tensor]:
        """Predict.

        Args:
            statistics: B x D of the paintings.
            strength: B, the style loss's weight in octaves over that of the recipe.

        Returns:
            `<norm>.scale` and `<norm>.shift` -> B x C: what is added to the trunk's own.
        """
        seen = ((statistics - self.mean) / self.spread).clamp(-5, 5)
        x = F.silu(self.enter(torch.cat([seen, strength[:, None]], dim=1)))
        for block in self.blocks:
            x = x + F.silu(block(F.layer_norm(x, x.shape[1:])))
        numbers = self.leave(F.layer_norm(x, x.shape[1:])).float()
        parts = numbers.split([width for width in self.norms.values() for _ in range(2)], dim=1)
        names = [f"{name}.{part}" for name in self.norms for part in ("scale", "shift")]
        return dict(zip(names, parts, strict=True))
