"""A cut-out made opaque, without adding a color of its own."""

from __future__ import annotations

from torch import Tensor

__all__ = ["flattened"]


def flattened(picture: Tensor, alpha: Tensor) -> Tensor:
    """Return a picture over the mean of its visible colors.

    Whatever color is laid under a cut-out would be a color of the style; the mean, weighted by
    alpha as the picture is, adds the least to its Gram matrices.

    Args:
        picture: B x 3 x H x W, straight (not multiplied by alpha).
        alpha: B x 1 x H x W in [0, 1].

    Returns:
        B x 3 x H x W, in the range of what is visible; black where nothing is.
    """
    visible = alpha.sum(dim=(2, 3), keepdim=True).clamp_min(1e-6)
    mean = (picture * alpha).sum(dim=(2, 3), keepdim=True) / visible
    return picture * alpha + mean * (1 - alpha)
