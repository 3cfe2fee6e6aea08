"""From cards to a network that is ready to run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from vst_core.errors import WeightsError
from vst_core.nets import ITN_CHANNELS, VTN_CHANNELS, TransformNet
from vst_core.styles.card import StyleCard
from vst_core.weights import file_hash

__all__ = ["Blend", "load_blend", "load_grams", "load_state"]

CHANNELS = {"itn": ITN_CHANNELS, "vtn": VTN_CHANNELS}


@dataclass(frozen=True, kw_only=True)
class Blend:
    """A trunk and the mixture of its styles to run it with (1 x styles, summing to 1)."""

    net: TransformNet
    mix: Tensor


def load_blend(cards: Sequence[tuple[StyleCard, float]], *, method: str) -> Blend:
    """Load the trunk that the cards share.

    Args:
        cards: From `find_mix`.
        method: `itn` or `vtn`.

    Raises:
        WeightsError: The weights are absent, damaged or not what the card promises.
    """
    card = cards[0][0]
    state = load_state(card, method)
    styles = len(state["enter.norm.scale"])
    net = TransformNet(width=card.width, styles=styles, channels=CHANNELS[method])
    try:
        net.load_state_dict(state)
    except RuntimeError as error:
        raise WeightsError(
            f"'{card.path(method)}' does not hold a {method} of width {card.width}",
            fix="Install again, or train the style again.",
        ) from error
    mix = torch.zeros(1, styles)
    for entry, weight in cards:
        mix[0, entry.row] += weight
    return Blend(net=net.eval().requires_grad_(False), mix=mix)


def load_state(card: StyleCard, kind: str) -> dict[str, Tensor]:
    """Return the tensors of one of the card's files as float32.

    Raises:
        WeightsError: The file is absent, damaged or not what the card promises.
    """
    path = card.path(kind)
    if not path.is_file():
        raise WeightsError(f"Style '{card.name}' lacks its file '{path}'", fix="Install again.")
    if file_hash(path) != card.files[kind].sha256:
        raise WeightsError(
            f"'{path}' is not the file that the card of '{card.name}' promises",
            fix="Install again, or train the style again.",
        )
    return _read(path)


def load_grams(card: StyleCard) -> dict[str, Tensor]:
    """Return the painting's Gram matrices, layer -> 1 x C x C.

    Raises:
        WeightsError: The file is absent, damaged or not what the card promises.
    """
    return {name: value[None] for name, value in load_state(card, "grams").items()}


def _read(path: Path) -> dict[str, Tensor]:
    try:
        return {name: value.float() for name, value in load_file(path).items()}
    except (SafetensorError, OSError) as error:
        raise WeightsError(f"'{path}' is damaged ({error})", fix="Install again.") from error
