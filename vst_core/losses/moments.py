"""Style as means and deviations of channels (Huang and Belongie 2017, equation 13).

A second opinion beside the Gram matrices: it holds no products of channels, so a picture cannot
please it by having the right pairs of features alone. Like the Gram loss it is divided by the size
of its target, which the paper does not do, so that layers and styles compare.
"""

from __future__ import annotations

import torch
from torch import Tensor

from vst_core.features import Encoder
from vst_core.losses.perceptual import STYLE_LAYERS

__all__ = ["channel_moments", "moment_loss", "moment_targets"]


def channel_moments(activation: Tensor) -> Tensor:
    """Return B x 2 x C: of every channel the mean over positions, and the standard deviation.

    Args:
        activation: B x C x H x W.
    """
    values = activation.flatten(2).float()
    return torch.stack((values.mean(dim=2), values.std(dim=2, correction=0)), dim=1)


def moment_loss(moments: Tensor, target: Tensor) -> Tensor:
    """Return (|mu - mu_s|^2 + |sigma - sigma_s|^2) / (|mu_s|^2 + |sigma_s|^2) for each picture.

    Args:
        moments: B x 2 x C of the pictures.
        target: 1 or B x 2 x C of the paintings.
    """
    return (moments - target).square().sum(dim=(1, 2)) / target.square().sum(dim=(1, 2))


@torch.no_grad()
def moment_targets(encoder: Encoder, painting: Tensor) -> dict[str, Tensor]:
    """Return the painting's means and deviations, layer of `STYLE_LAYERS` -> 1 x 2 x C.

    Args:
        encoder: VGG-16.
        painting: 1 x 3 x H x W working picture.
    """
    found = encoder(painting, STYLE_LAYERS)
    return {name: channel_moments(value) for name, value in found.items()}
