"""LPIPS: how different two pictures look, by learned features (Zhang et al. 2018, equation 1).

The calibrated weights are those that the wheel of `lpips` ships (version 0.1, VGG-16). The
network below them is the encoder that also measures style, whose activations are then needed only
once. It ends before relu5_3, the last of the paper's five layers, so the sum runs over the other
four: figures are below the published ones, and compare with each other only.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

import torch
from torch import Tensor

from vst_core.errors import UsageError
from vst_core.losses import STYLE_LAYERS

__all__ = ["LearnedDistance", "has_lpips", "load_lpips"]

_WEIGHTS = "weights/v0.1/vgg.pth"
_TINY = 1e-10


def has_lpips() -> bool:
    """Whether the package that ships the weights is installed."""
    return find_spec("lpips") is not None


def load_lpips(device: torch.device) -> LearnedDistance:
    """Return the distance with the weights of the installed wheel.

    Raises:
        UsageError: The wheel is not installed.
    """
    found = find_spec("lpips")  # not imported: it would load SciPy, and much of torchvision
    if found is None or not found.submodule_search_locations:
        raise UsageError("LPIPS needs the package lpips", fix="Run: pip install 'vst[eval]'")
    path = Path(next(iter(found.submodule_search_locations))) / _WEIGHTS
    state: dict[str, Tensor] = torch.load(path, map_location=device, weights_only=True)
    return LearnedDistance(
        {layer: state[f"lin{place}.model.1.weight"] for place, layer in enumerate(STYLE_LAYERS)}
    )


class LearnedDistance:
    """The distance of two pictures' activations.

    Args:
        weights: Layer -> 1 x C x 1 x 1, how much each channel counts; not below 0.
    """

    def __init__(self, weights: Mapping[str, Tensor]) -> None:
        self._weights = dict(weights)

    def __call__(self, one: Mapping[str, Tensor], other: Mapping[str, Tensor]) -> float:
        """Return the sum over layers of the mean over positions of w . (y1 - y2)^2.

        Args:
            one: Layer -> 1 x C x h x w, activations of VGG-16; y1 is each position's, of length 1.
            other: Those of the other picture.
        """
        return sum(
            ((_unit(one[layer]) - _unit(other[layer])).square() * weight)
            .sum(dim=1)
            .mean(dtype=torch.float64)
            .item()
            for layer, weight in self._weights.items()
        )


def _unit(activation: Tensor) -> Tensor:
    length = activation.square().sum(dim=1, keepdim=True).sqrt()
    return activation / (length + _TINY)
