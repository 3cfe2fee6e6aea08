"""VGG-16 (Simonyan and Zisserman 2015) as an encoder that stops where it may."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional as F

from vst_core.errors import UsageError, WeightsError, nearest
from vst_core.weights import find_weights

__all__ = ["VGG16_LAYERS", "Vgg", "load_vgg16"]

_VGG16_CHANNELS = ((64, 64), (128, 128), (256, 256, 256), (512, 512, 512), (512,))
_MEAN = (0.485, 0.456, 0.406)
_STD = (0.229, 0.224, 0.225)

VGG16_LAYERS = tuple(
    f"relu{stage}_{place}"
    for stage, widths in enumerate(_VGG16_CHANNELS, start=1)
    for place in range(1, len(widths) + 1)
)


class Vgg(nn.Module):
    """The convolutions of a VGG network, frozen, with ImageNet's mean and spread inside.

    Args:
        stages: Channels of every convolution, grouped by the max pooling between them.
    """

    mean: Tensor
    std: Tensor

    def __init__(self, stages: tuple[tuple[int, ...], ...] = _VGG16_CHANNELS) -> None:
        super().__init__()
        self.convs = nn.ModuleDict()
        before = 3
        for stage, widths in enumerate(stages, start=1):
            for place, width in enumerate(widths, start=1):
                self.convs[f"relu{stage}_{place}"] = nn.Conv2d(before, width, 3, padding=1)
                before = width
        self.register_buffer("mean", torch.tensor(_MEAN).view(1, 3, 1, 1), persistent=False)
        self.register_buffer("std", torch.tensor(_STD).view(1, 3, 1, 1), persistent=False)
        self.requires_grad_(False)
        self.eval()

    def forward(self, picture: Tensor, layers: Collection[str]) -> dict[str, Tensor]:
        """Return the activations of `layers`, computing no layer beyond the deepest.

        Args:
            picture: B x 3 x H x W working picture in [0, 1].
            layers: Names like `relu3_3`.

        Returns:
            Name -> B x C x H/2^k x W/2^k, after the ReLU.

        Raises:
            UsageError: A layer is unknown.
        """
        for name in layers:
            if name not in self.convs:
                raise UsageError(f"No layer is called '{name}'", fix=nearest(name, self.convs))
        found: dict[str, Tensor] = {}
        x = (picture - self.mean) / self.std
        for name, conv in self.convs.items():
            if len(found) == len(set(layers)):
                break
            if name.endswith("_1") and name != "relu1_1":
                x = F.max_pool2d(x, 2)
            x = F.relu(conv(x))
            if name in layers:
                found[name] = x
        return found


def load_vgg16(*, folder: Path | None = None) -> Vgg:
    """Build VGG-16 up to conv5_1 with torchvision's ImageNet weights.

    Raises:
        WeightsError: The weights are absent, damaged or lack a layer.
    """
    path = find_weights("vgg16", folder=folder)
    network = Vgg()
    try:
        network.convs.load_state_dict(_renamed(_read(path)))
    except (KeyError, RuntimeError) as error:
        raise WeightsError(
            f"'{path}' does not hold VGG-16 ({error})", fix="Use torchvision's own VGG-16 weights."
        ) from error
    return network


def _renamed(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return torchvision's tensors of the convolutions under the names of `Vgg.convs`."""
    positions = zip(VGG16_LAYERS, _torchvision_indices(_VGG16_CHANNELS), strict=True)
    return {
        f"{layer}.{part}": state[f"features.{index}.{part}"]
        for layer, index in positions
        for part in ("weight", "bias")
    }


def _read(path: Path) -> dict[str, Tensor]:
    if path.suffix == ".safetensors":
        return load_file(path)
    state: dict[str, Tensor] = torch.load(path, map_location="cpu", weights_only=True)
    return state


def _torchvision_indices(stages: tuple[tuple[int, ...], ...]) -> list[int]:
    """Positions of the convolutions in torchvision's `features` (conv, ReLU, ..., pool)."""
    indices, position = [], 0
    for widths in stages:
        for _ in widths:
            indices.append(position)
            position += 2
        position += 1
    return indices
