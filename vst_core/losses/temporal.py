"""The temporal loss of video style transfer."""

from __future__ import annotations

from torch import Tensor

__all__ = ["temporal_loss"]


def temporal_loss(output: Tensor, warped: Tensor, trust: Tensor) -> Tensor:
    """Return the masked mean square of Agria 2020, eq. 5.7, for each picture of a batch.

    Args:
        output: B x 3 x H x W, the stylized frame.
        warped: B x 3 x H x W, the previous stylized frame warped to it.
        trust: B x 1 x H x W in [0, 1], 1 where `warped` can be trusted.

    Returns:
        B values: the sum of `(trust * (output - warped))^2`, divided by D = 3 x H x W.
    """
    return (trust * (output - warped)).square().mean(dim=(1, 2, 3))
