"""VGG networks (Simonyan and Zisserman 2015) as encoders that stop where they may."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from vst_core.errors import WeightsError
from vst_core.features.encoder import Encoder, Pooling, activations
from vst_core.features.winograd import FrozenConv

__all__ = ["VGG16_STAGES", "VGG19_STAGES", "Vgg", "layer_names", "load_vgg_weights"]

Stages = tuple[tuple[int, ...], ...]

VGG16_STAGES: Stages = ((64, 64), (128, 128), (256,) * 3, (512,) * 3, (512,))
VGG19_STAGES: Stages = ((64, 64), (128, 128), (256,) * 4, (512,) * 4, (512,))

_MEAN = (0.485, 0.456, 0.406)
_STD = (0.229, 0.224, 0.225)


def layer_names(stages: Stages) -> tuple[str, ...]:
    """Return the layers' names, after stage and place: `relu1_1`, `relu1_2`, `relu2_1`, ..."""
    return tuple(
        f"relu{stage}_{place}"
        for stage, widths in enumerate(stages, start=1)
        for place in range(1, len(widths) + 1)
    )


class Vgg(Encoder):
    """The convolutions of a VGG network, frozen, with ImageNet's mean and spread inside.

    Args:
        stages: Channels of every convolution, grouped by the pooling between them.
        name: Its key in `ENCODERS`.
        style_layers: The default style layers; every stage's first, where none are named.
        content_layer: The default content layer; the last, where none is named.
        pooling: Between the stages.
    """

    mean: Tensor
    std: Tensor

    def __init__(
        self,
        stages: Stages = VGG16_STAGES,
        *,
        name: str = "vgg",
        style_layers: tuple[str, ...] = (),
        content_layer: str = "",
        pooling: Pooling = "max",
    ) -> None:
        super().__init__()
        self.name, self.pooling, self.layers = name, pooling, layer_names(stages)
        self.style_layers = style_layers or tuple(x for x in self.layers if x.endswith("_1"))
        self.content_layer = content_layer or self.layers[-1]
        widths = [width for stage in stages for width in stage]
        self.convs = nn.ModuleDict(
            {
                layer: FrozenConv(before, width)
                for layer, before, width in zip(self.layers, [3, *widths], widths, strict=False)
            }
        )
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
        self.check(layers)
        x = ((picture - self.mean) / self.std).to(next(self.convs.parameters()).dtype)
        return activations(self.convs, x, layers, pooling=self.pooling)


def load_vgg_weights(network: Vgg, path: Path, *, stages: Stages, title: str) -> None:
    """Fill a network from a file with torchvision's names.

    Args:
        network: Built with the same `stages`.
        path: .safetensors, or torchvision's own .pth.
        stages: As in `Vgg`.
        title: What the file should hold, for the message.

    Raises:
        WeightsError: The file is damaged or lacks a layer.
    """
    try:
        network.convs.load_state_dict(_renamed(_read(path), stages))
    except (KeyError, RuntimeError) as error:
        raise WeightsError(
            f"'{path}' does not hold {title} ({error})", fix=f"Use the official {title} weights."
        ) from error


def _renamed(state: Mapping[str, Tensor], stages: Stages) -> dict[str, Tensor]:
    """Return torchvision's tensors of the convolutions under the names of `Vgg.convs`."""
    positions = zip(layer_names(stages), _torchvision_indices(stages), strict=True)
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


def _torchvision_indices(stages: Stages) -> list[int]:
    """Positions of the convolutions in torchvision's `features` (conv, ReLU, ..., pool)."""
    indices, position = [], 0
    for widths in stages:
        for _ in widths:
            indices.append(position)
            position += 2
        position += 1
    return indices
