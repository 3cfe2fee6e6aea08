"""The encoder that travels with the project: small, fast, and faithful to VGG-19.

A narrow network of VGG's layout, distilled from VGG-19 by `vst train features`. What it
hands out at a layer is its own activation through a linear head that predicts the teacher's
principal components there. Their basis is orthonormal, so distances of Gram matrices and of
activations in these few channels are those of the teacher's many, but for the small share
that lies outside of the components.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load
from torch import Tensor, nn

from vst_core.errors import WeightsError
from vst_core.features.encoder import Encoder, Pooling, activations
from vst_core.hosts.hashes import known_hash
from vst_core.toml_text import from_toml

__all__ = ["LITE_LAYERS", "LiteEncoder", "LiteTrunk", "lite_hash", "lite_heads", "load_lite"]

LITE_LAYERS = ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu4_2", "relu5_1")
"""The teacher's layers that the student gives."""

_CARD = Path(__file__).parent / "lite.toml"
_MEAN = (0.485, 0.456, 0.406)
_STD = (0.229, 0.224, 0.225)

Widths = Mapping[str, int]


def _conv(before: int, rank: int | None, width: int) -> nn.Module:
    if rank is None:
        return nn.Conv2d(before, width, 3, padding=1)
    down = nn.Conv2d(before, rank, (3, 1), padding=(1, 0), bias=False)
    across = nn.Conv2d(rank, rank, (1, 3), padding=(0, 1), bias=False)
    return nn.Sequential(down, across, nn.Conv2d(rank, width, 1))


class LiteTrunk(nn.Module):
    """The student's convolutions: 3 x 3 with ReLU, a pooling before each stage's first.

    Args:
        widths: Layer -> channels, in order, named after stage and place like VGG's.
        ranks: Layer -> channels that its 3 x 3 kernels are squeezed through (Zhang et al.
            2016, "Accelerating very deep convolutional networks", 3.4): a 3 x 1 convolution
            to that few, a 1 x 3 convolution, and a 1 x 1 convolution to the layer's width.
            Layers without an entry are plain.
        pooling: Between the stages.
    """

    mean: Tensor
    std: Tensor

    def __init__(self, widths: Widths, ranks: Widths, *, pooling: Pooling = "max") -> None:
        super().__init__()
        self.pooling = pooling
        pairs = zip(widths, [3, *widths.values()], widths.values(), strict=False)
        self.convs = nn.ModuleDict(
            {layer: _conv(before, ranks.get(layer), width) for layer, before, width in pairs}
        )
        self.register_buffer("mean", torch.tensor(_MEAN).view(1, 3, 1, 1), persistent=False)
        self.register_buffer("std", torch.tensor(_STD).view(1, 3, 1, 1), persistent=False)

    def forward(self, picture: Tensor, layers: Collection[str]) -> dict[str, Tensor]:
        """Return layer -> B x C x H/2^k x W/2^k, after the ReLU; nothing deeper is computed.

        Args:
            picture: B x 3 x H x W in [0, 1].
            layers: Names of `widths`.
        """
        x = ((picture - self.mean) / self.std).to(next(self.convs.parameters()).dtype)
        return activations(self.convs, x, layers, pooling=self.pooling)


def lite_heads(widths: Widths, heads: Widths) -> nn.ModuleDict:
    """Return the linear heads, layer -> 1 x 1 convolution to its components."""
    return nn.ModuleDict(
        {layer: nn.Conv2d(widths[layer], heads[layer], 1) for layer in LITE_LAYERS}
    )


class LiteEncoder(Encoder):
    """The student with its linear heads, frozen.

    Args:
        widths: As in `LiteTrunk`; must hold `LITE_LAYERS`.
        ranks: As in `LiteTrunk`.
        heads: Layer of `LITE_LAYERS` -> principal components that it predicts.
        pooling: Between the stages; it was trained with `max`.
    """

    name = "lite"
    layers = LITE_LAYERS
    style_layers = ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1")
    content_layer = "relu4_2"
    style_gain = 1.32
    """By VGG-19's measure it falls short of the style, not of the content."""

    def __init__(
        self, widths: Widths, ranks: Widths, heads: Widths, *, pooling: Pooling = "max"
    ) -> None:
        super().__init__()
        self.trunk = LiteTrunk(widths, ranks, pooling=pooling)
        self.heads = lite_heads(widths, heads)
        self.requires_grad_(False)
        self.eval()

    def forward(self, picture: Tensor, layers: Collection[str]) -> dict[str, Tensor]:
        """Return the activations of `layers`, computing no layer beyond the deepest.

        Args:
            picture: B x 3 x H x W working picture in [0, 1].
            layers: Of `LITE_LAYERS`.

        Returns:
            Name -> B x C x H/2^k x W/2^k; of either sign.

        Raises:
            UsageError: A layer is unknown.
        """
        self.check(layers)
        found = self.trunk(picture, layers)
        return {layer: self.heads[layer](value) for layer, value in found.items()}


def load_lite(card: Path = _CARD, *, pooling: Pooling = "max") -> LiteEncoder:
    """Read the student that a card describes, the shipped one where none is named.

    Raises:
        WeightsError: The card or its file is absent or damaged, or the hash differs.
    """
    try:
        table = _described(card)
        shape = (table["widths"], table.get("ranks", {}), table["heads"])
        encoder = LiteEncoder(*shape, pooling=pooling)
        _fill(encoder, _tensors(card, table))
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError) as error:
        raise WeightsError(
            f"'{card}' describes no encoder that can be read ({error})",
            fix="Install vst again, or make one with `vst train features`.",
        ) from error
    return encoder


def lite_hash(card: Path = _CARD) -> str:
    """Return the SHA-256 of an encoder's weights, the shipped one's, as its card tells.

    Raises:
        WeightsError: The card is absent or damaged.
    """
    try:
        return str(_described(card)["sha256"])
    except (OSError, ValueError, KeyError) as error:
        fix = "Install vst again."
        raise WeightsError(f"'{card}' cannot be read ({error})", fix=fix) from error


def _described(card: Path) -> dict[str, Any]:
    table: dict[str, Any] = from_toml(card.read_text(encoding="utf-8"))
    return table


def _fill(encoder: LiteEncoder, tensors: Mapping[str, Tensor]) -> None:
    try:
        encoder.load_state_dict({name: value.float() for name, value in tensors.items()})
    except RuntimeError as error:  # torch lists every tensor
        raise ValueError("its weights are not those of its widths and ranks") from error


def _tensors(card: Path, table: Mapping[str, Any]) -> dict[str, Tensor]:
    path = card.parent / table["file"]
    found = known_hash(path)
    if found != table["sha256"]:
        raise ValueError(f"{path.name} has SHA-256 {found[:16]}..., not {table['sha256'][:16]}...")
    tensors: dict[str, Tensor] = load(path.read_bytes())
    return tensors
