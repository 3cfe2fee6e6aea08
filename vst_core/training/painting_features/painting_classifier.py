"""The last convolution with a head on top, and the stage that tunes both."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vst_core.training.painting_features.painting_recipe import PaintingRecipe
from vst_core.training.precision import autocast

__all__ = ["KindBatch", "PaintingClassifier", "PaintingStage", "SeenCrops", "fit_head"]

_RIDGE = 1e-2


@dataclass(frozen=True, kw_only=True)
class SeenCrops:
    """What VGG-16's layers below the last one make of crops; these layers stay as they are.

    Attributes:
        activations: N x 512 x H x W, half floats, what the last convolution is given.
        paintings: N, 1 for a crop of a painting, 0 of a photograph.
    """

    activations: Tensor
    paintings: Tensor

    @property
    def weights(self) -> Tensor:
        """N, how much each crop counts: both kinds alike in sum, with the mean 1."""
        share = self.paintings.mean()
        return torch.where(self.paintings > 0.5, 0.5 / share, 0.5 / (1 - share))


class PaintingClassifier(nn.Module):
    """Pools what the convolution gives: each channel's mean and deviation, and a line through them.

    Args:
        conv: VGG-16's own; copied.
    """

    def __init__(self, conv: nn.Conv2d) -> None:
        super().__init__()
        channels = conv.out_channels
        self.conv = nn.Conv2d(conv.in_channels, channels, 3, padding=1)
        self.conv.load_state_dict(conv.state_dict())
        self.register_buffer("own", conv.weight.detach().clone())
        self.register_buffer("center", torch.zeros(2 * channels))
        self.register_buffer("spread", torch.ones(2 * channels))
        self.head = nn.Linear(2 * channels, 1)

    own: Tensor
    center: Tensor
    spread: Tensor

    def pooled(self, activations: Tensor) -> Tensor:
        """Return N x 1024 of N x 512 x H x W."""
        with autocast(activations.device):
            x = F.relu(self.conv(activations))
        x = x.float()
        return torch.cat([x.mean(dim=(2, 3)), x.std(dim=(2, 3))], dim=1)

    def forward(self, activations: Tensor) -> Tensor:
        """Return N log odds that a crop is of a painting."""
        scaled = (self.pooled(activations.float()) - self.center) / self.spread
        odds: Tensor = self.head(scaled)[:, 0]
        return odds

    @property
    def strayed(self) -> Tensor:
        """The squared distance of the convolution from VGG-16's own, over its square."""
        return (self.conv.weight - self.own).square().sum() / self.own.square().sum()


@torch.no_grad()
def fit_head(net: PaintingClassifier, seen: SeenCrops, *, batch: int) -> None:
    """Fit the head to the convolution as it is, by least squares with a ridge.

    A head that fits from the start leaves the features whole while it is tuned together with them
    (Kumar et al. 2022, "Fine-tuning can distort pretrained features").
    """
    parts = [net.pooled(part.float()) for part in torch.split(seen.activations, batch)]
    pooled = torch.cat(parts)
    net.center.copy_(pooled.mean(0))
    net.spread.copy_(pooled.std(0).clamp_min(1e-6))
    rows = ((pooled - net.center) / net.spread).double()
    goals = (seen.paintings * 2 - 1).double()
    weights = seen.weights.double()
    center = (weights * goals).sum() / weights.sum()
    moments = rows.T @ (rows * weights[:, None]) / len(rows)
    moments += _RIDGE * torch.eye(len(moments), dtype=torch.float64)
    slope = torch.linalg.solve(moments, rows.T @ (weights * (goals - center)) / len(rows))
    net.head.weight.copy_(2 * slope.float()[None])  # from -1 .. 1 to log odds, softly
    net.head.bias.copy_(2 * center.float()[None])


@dataclass(frozen=True, kw_only=True)
class KindBatch:
    """Crops as the last convolution is given them, their kinds, and how much each counts."""

    activations: Tensor
    paintings: Tensor
    weights: Tensor


class PaintingStage:
    """Tells paintings from photographs by crops, in log odds."""

    name = "painting"

    def __init__(self, recipe: PaintingRecipe, seen: SeenCrops, device: torch.device) -> None:
        self._recipe, self._seen, self._device = recipe, seen, device
        self._weights = seen.weights
        self.steps, self.rate = recipe.steps, recipe.rate

    def batch(self, step: int) -> KindBatch:
        """Draw the crops of a step."""
        random = np.random.default_rng((self._recipe.seed, 4, step))
        rows = torch.from_numpy(random.integers(len(self._weights), size=self._recipe.batch))
        return KindBatch(
            activations=self._seen.activations[rows].to(self._device),
            paintings=self._seen.paintings[rows].to(self._device),
            weights=self._weights[rows].to(self._device),
        )

    def losses(self, net: PaintingClassifier, batch: KindBatch) -> dict[str, Tensor]:
        """Return the cross-entropy, and how far the convolution has strayed."""
        kind = F.binary_cross_entropy_with_logits(
            net(batch.activations), batch.paintings, weight=batch.weights
        )
        return {"kind": kind, "strayed": self._recipe.keep * net.strayed}
