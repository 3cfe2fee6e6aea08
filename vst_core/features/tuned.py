"""VGG-16 whose last convolution was tuned to tell paintings from photographs.

Its card holds that one convolution; all others are VGG-16's own, found as always.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load
from torch import Tensor

from vst_core.errors import WeightsError
from vst_core.features.encoder import Pooling
from vst_core.features.vgg import VGG16_STAGES, Vgg, load_vgg_weights
from vst_core.hosts.hashes import known_hash
from vst_core.toml_text import from_toml
from vst_core.weights import find_weights, search_folders

__all__ = ["TUNED_LAYER", "find_tuned", "is_tuned_card", "load_tuned", "tuned_hash", "untuned"]

TUNED_LAYER = "relu5_1"
"""The last layer that losses look at, and the one whose convolution is tuned."""
_NAME = "painting"
_FIX = "Make one with `vst train painting-features`."


def untuned(*, folder: Path | None = None, pooling: Pooling = "max") -> Vgg:
    """Return VGG-16 with the layers of the tuned one, and its own weights.

    Raises:
        WeightsError: VGG-16's weights are absent or damaged.
    """
    network = Vgg(
        VGG16_STAGES,
        name=_NAME,
        style_layers=("relu1_2", "relu2_2", "relu3_3", "relu4_3", TUNED_LAYER),
        content_layer="relu4_2",
        pooling=pooling,
    )
    path = find_weights("vgg16", folder=folder)
    load_vgg_weights(network, path, stages=VGG16_STAGES, title="VGG-16")
    return network


def find_tuned(*, folder: Path | None = None) -> Path:
    """Return the card `painting.toml` in the folders of weights.

    Raises:
        WeightsError: There is none.
    """
    places = list(search_folders(folder))
    for place in places:
        if (place / f"{_NAME}.toml").is_file():
            return place / f"{_NAME}.toml"
    searched = ", ".join(map(str, places))
    fix = f"{_FIX[:-1]}, and name its folder with --weights-dir."
    raise WeightsError(f"There is no {_NAME}.toml in {searched}", fix=fix)


def is_tuned_card(card: Path) -> bool:
    """Whether a card is that of a tuned VGG-16, as far as it can be read."""
    try:
        return "tuned" in _described(card)
    except (OSError, ValueError):
        return False


def load_tuned(card: Path, *, folder: Path | None = None, pooling: Pooling = "max") -> Vgg:
    """Return VGG-16 with the convolution that a card describes.

    Args:
        card: Its TOML file.
        folder: Searched first for VGG-16's weights.
        pooling: Between the stages.

    Raises:
        WeightsError: The card, its file or VGG-16's weights are absent or damaged.
    """
    try:
        tensors = _tensors(card, _described(card))
        network = untuned(folder=folder, pooling=pooling)
        network.convs[TUNED_LAYER].load_state_dict(tensors)
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError) as error:
        what = f"'{card}' describes no tuned VGG-16 that can be read ({error})"
        raise WeightsError(what, fix=_FIX) from error
    return network


def tuned_hash(card: Path) -> str:
    """Return the SHA-256 of the tuned convolution's weights, as its card tells.

    Raises:
        WeightsError: The card is absent or damaged.
    """
    try:
        return str(_described(card)["sha256"])
    except (OSError, ValueError, KeyError) as error:
        raise WeightsError(f"'{card}' cannot be read ({error})", fix=_FIX) from error


def _described(card: Path) -> dict[str, Any]:
    table: dict[str, Any] = from_toml(card.read_text(encoding="utf-8"))
    return table


def _tensors(card: Path, table: dict[str, Any]) -> dict[str, Tensor]:
    path = card.parent / table["file"]
    if known_hash(path) != table["sha256"]:
        raise ValueError(f"{path.name} is not the file that it promises")
    layer = f"{TUNED_LAYER}."
    return {
        name.removeprefix(layer): value.float()
        for name, value in load(path.read_bytes()).items()
        if name.startswith(layer)
    }
