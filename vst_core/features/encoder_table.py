"""The encoders by name, and which one serves when none is named."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from vst_core.errors import UsageError, nearest
from vst_core.features.encoder import Encoder, Pooling
from vst_core.features.lite import lite_hash, load_lite
from vst_core.features.tuned import find_tuned, is_tuned_card, load_tuned, tuned_hash
from vst_core.features.vgg import VGG16_STAGES, VGG19_STAGES, Vgg, load_vgg_weights
from vst_core.weights import find_weights, has_weights

__all__ = ["ENCODERS", "EncoderEntry", "encoder_mark", "load_encoder", "pick_encoder"]


@dataclass(frozen=True, kw_only=True)
class EncoderEntry:
    """One line of the table.

    Attributes:
        title: Its full name.
        stages: Channels of the convolutions up to conv5_1 (VGG networks); empty for those that
            a card describes.
        style_layers: Its default style layers.
        content_layer: Its default content layer.
    """

    title: str
    stages: tuple[tuple[int, ...], ...] = ()
    style_layers: tuple[str, ...] = ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1")
    content_layer: str = "relu4_2"


ENCODERS: dict[str, EncoderEntry] = {
    "lite": EncoderEntry(title="the shipped encoder"),
    "vgg19": EncoderEntry(title="VGG-19", stages=VGG19_STAGES),
    "vgg19-gatys": EncoderEntry(title="VGG-19 as normalized by Gatys", stages=VGG19_STAGES),
    "vgg16": EncoderEntry(
        title="VGG-16",
        stages=VGG16_STAGES,
        style_layers=("relu1_2", "relu2_2", "relu3_3", "relu4_3"),  # Agria 2020, 3.2
        content_layer="relu3_3",
    ),
    "painting": EncoderEntry(title="VGG-16 tuned to know paintings"),
}

_PREFERRED = ("vgg19", "vgg19-gatys")


def pick_encoder(name: str, *, folder: Path | None = None) -> str:
    """Return the name of the encoder that serves `name`.

    Args:
        name: A key of `ENCODERS`, or `auto`: VGG-19, else the one normalized by Gatys, where
            its file is on this machine (nothing is downloaded), else `lite`.
        folder: Searched first for weights.

    Raises:
        UsageError: There is no such encoder.
    """
    if name == "auto":
        return next((each for each in _PREFERRED if has_weights(each, folder=folder)), "lite")
    if name not in ENCODERS:
        known = ["auto", *ENCODERS]
        raise UsageError(f"No encoder is called '{name}'", fix=nearest(name, known))
    return name


def encoder_mark(name: str, *, folder: Path | None = None) -> str:
    """Return what tells one encoder's results from another's.

    Those that cards describe are trained anew now and then, so their weights count besides their
    names; the files of the others are verified to be those of their names.

    Args:
        name: A key of `ENCODERS`, or the path of a card.
        folder: Searched first for weights.

    Raises:
        WeightsError: The card is absent or damaged.
    """
    if name.endswith(".toml"):
        return tuned_hash(Path(name)) if is_tuned_card(Path(name)) else lite_hash(Path(name))
    if name == "lite":
        return f"{name} {lite_hash()[:12]}"
    return f"{name} {tuned_hash(find_tuned(folder=folder))[:12]}" if name == "painting" else name


def load_encoder(name: str, *, folder: Path | None = None, pooling: Pooling = "max") -> Encoder:
    """Build an encoder with its weights, on the CPU in float32.

    Args:
        name: A key of `ENCODERS` or `auto` (see `pick_encoder`), or the path of the card (.toml)
            that `vst train features` or `vst train painting-features` wrote.
        folder: Searched first for weights.
        pooling: Between the stages. All were trained with `max`.

    Raises:
        UsageError: There is no such encoder.
        WeightsError: The weights are absent, damaged or lack a layer.
    """
    if name.endswith(".toml"):
        card = Path(name)
        if is_tuned_card(card):
            return load_tuned(card, folder=folder, pooling=pooling)
        return load_lite(card, pooling=pooling)
    name = pick_encoder(name, folder=folder)
    if name == "painting":
        return load_tuned(find_tuned(folder=folder), folder=folder, pooling=pooling)
    entry = ENCODERS[name]
    if not entry.stages:
        return load_lite(pooling=pooling)
    path = find_weights(name, folder=folder)
    network = Vgg(
        entry.stages,
        name=name,
        style_layers=entry.style_layers,
        content_layer=entry.content_layer,
        pooling=pooling,
    )
    load_vgg_weights(network, path, stages=entry.stages, title=entry.title)
    return network
