"""The colors of a picture as a whole: their mean and how they spread."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

__all__ = ["Palette", "recolored"]

_LEAST = 1e-6


@dataclass(frozen=True, kw_only=True)
class Palette:
    """Mean and covariance of a picture's colors.

    Attributes:
        mean: 3 x 1, double precision, for flat pictures have hardly any spread; on the processor
            where a device has no such numbers.
        covariance: 3 x 3.
    """

    mean: Tensor
    covariance: Tensor

    @classmethod
    def of(cls, picture: Tensor, weight: Tensor | None = None) -> Palette:
        """Return the palette of a picture.

        Args:
            picture: 1 x 3 x H x W in [0, 1].
            weight: 1 x 1 x H x W in [0, 1], what of it counts; all of it where None, or where
                nothing does.
        """
        colors = _points(picture)
        if weight is None or float(weight.sum()) < 1:
            return cls(mean=colors.mean(1, keepdim=True), covariance=torch.cov(colors))
        counts = _precise(weight[0].flatten())
        share = counts / counts.sum()
        mean = (colors * share).sum(1, keepdim=True)
        apart = colors - mean
        return cls(mean=mean, covariance=(apart * share) @ apart.T)

    def on(self, device: torch.device) -> Palette:
        """Return the same on a device."""
        device = _able(device)
        return Palette(mean=self.mean.to(device), covariance=self.covariance.to(device))


def recolored(picture: Tensor, palette: Palette, weight: Tensor | None = None) -> Tensor:
    """Return a picture with the mean and covariance of a palette, cut to [0, 1].

    Of the linear maps that do it, this is the one of image analogies,
    A = C_palette^(1/2) C_picture^(-1/2) (Gatys 2016, "Preserving Color", section 4.1).

    Args:
        picture: 1 x 3 x H x W in [0, 1].
        palette: On the same device.
        weight: 1 x 1 x H x W, what of the picture has the say; all of it where None.
    """
    own = Palette.of(picture, weight)
    change = _power(palette.covariance, 0.5) @ _power(own.covariance, -0.5)
    matched = change @ (_points(picture) - own.mean) + palette.mean
    return matched.clamp(0, 1).to(picture).view_as(picture)


def _points(picture: Tensor) -> Tensor:
    return _precise(picture[0].flatten(1))


def _precise(numbers: Tensor) -> Tensor:
    return numbers.to(_able(numbers.device)).double()


def _able(device: torch.device) -> torch.device:
    """Return where double precision is computed for a device: Metal has none."""
    return torch.device("cpu") if device.type == "mps" else device


def _power(covariance: Tensor, exponent: float) -> Tensor:
    values, vectors = torch.linalg.eigh(covariance)
    power: Tensor = vectors @ torch.diag(values.clamp_min(_LEAST) ** exponent) @ vectors.T
    return power
