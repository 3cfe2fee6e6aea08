"""What the style predictor is told of a painting: statistics of the shipped encoder's activations.

Gram matrices are what the style loss compares, so they hold all that it can ask for. The encoder's
channels are principal components in falling order (`vst_core.features.lite`), and of the products
between channels those of the first few are kept.
"""

from __future__ import annotations

import torch
from torch import Tensor

from vst_core.features import Encoder

__all__ = ["STATISTICS_LAYERS", "painting_statistics", "statistics_of"]

STATISTICS_LAYERS = ("relu1_1", "relu2_1", "relu3_1", "relu4_1")
_PAIRED = 24
_TINY = 1e-6


@torch.no_grad()
def painting_statistics(encoder: Encoder, painting: Tensor) -> Tensor:
    """Return what the predictor is told of paintings.

    Args:
        encoder: The shipped one, on the device of the paintings.
        painting: B x 3 x H x W in [0, 1]. Its size is the size of the strokes.

    Returns:
        B x D, float32: for every layer each channel's mean and the logarithm of its deviation,
        and the correlations of the first 24 channels.
    """
    seen = encoder(painting, STATISTICS_LAYERS)
    return torch.cat([statistics_of(seen[layer]) for layer in STATISTICS_LAYERS], dim=1)


def statistics_of(activation: Tensor) -> Tensor:
    """Return the numbers of one layer, B x (2 C + pairs), of B x C x H x W."""
    values = activation.flatten(2).float()
    mean = values.mean(2)
    away = values - mean[:, :, None]
    deviation = away.square().mean(2).sqrt()
    first = away[:, :_PAIRED] / deviation[:, :_PAIRED, None].clamp_min(_TINY)
    correlation = first @ first.transpose(1, 2) / values.shape[2]
    row, column = torch.triu_indices(first.shape[1], first.shape[1], 1, device=values.device)
    return torch.cat([mean, (deviation + _TINY).log(), correlation[:, row, column]], dim=1)
