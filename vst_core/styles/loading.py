"""From cards to a network that is ready to run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Protocol

from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from vst_core.catalog import find_method
from vst_core.errors import UsageError, WeightsError
from vst_core.features import lite_hash
from vst_core.hosts.hashes import known_hash
from vst_core.nets import ITN_CHANNELS, VTN_CHANNELS, RecurrentNet, TransformNet, pair_net
from vst_core.styles.card import StyleCard
from vst_core.styles.library import Style
from vst_core.styles.packing import unpacked
from vst_core.styles.painting import Painting
from vst_core.styles.predicted import USUAL_STYLE_WEIGHT, PredictedBlend

__all__ = [
    "CARD_ENCODER",
    "LIGHT_ENCODER",
    "Blend",
    "NetworkBlend",
    "grams_kind",
    "is_known_to",
    "load_grams",
    "load_moments",
    "load_network",
    "load_recurrent",
    "load_state",
    "open_blend",
    "pick_row",
]

CARD_ENCODER = "vgg16"
"""The encoder that styles are trained with: every card has its Gram matrices."""
LIGHT_ENCODER = "lite"
"""The encoder that travels with the project: cards may have its Gram matrices too."""

_TRUNKS: dict[str, Callable[[StyleCard], TransformNet]] = {
    "itn": lambda card: TransformNet(width=card.width, inner=card.inner, channels=ITN_CHANNELS),
    "vtn": lambda card: TransformNet(width=card.width, inner=card.inner, channels=VTN_CHANNELS),
    "huang": lambda card: pair_net(width=card.width),
}
"""Method -> its network of a single style, of a card's size."""


def load_recurrent(card: StyleCard) -> RecurrentNet:
    """Return a card's LSTM network, float32, ready for inference.

    Raises:
        WeightsError: The weights are absent, damaged or not what the card promises.
    """
    state = load_state(card, "lstm")
    net = RecurrentNet.of_state(state, width=card.width, inner=card.inner)
    _check_shapes(card, state, net, "lstm")
    net.load_state_dict(state)
    return net.eval().requires_grad_(False)


class Blend(Protocol):
    """Networks of several styles, ready to be mixed again and again."""

    def network(
        self, shares: Sequence[float], style_weight: float = USUAL_STYLE_WEIGHT
    ) -> TransformNet:
        """Return the network of a mixture, of a single style, ready for inference.

        Args:
            shares: Of the styles, with the sum 1.
            style_weight: For paintings; a trained style is as strong as it was trained to be.
        """
        ...


def open_blend(styles: Sequence[Style], *, method: str, scale: float = 1.0) -> Blend:
    """Return the networks of styles of one family: of cards, or of paintings.

    Args:
        styles: Of one family, see `vst_core.styles.families`.
        method: `itn` or `vtn`.
        scale: Size of the paintings' strokes.

    Raises:
        UsageError: There are cards and paintings.
        InputError: A painting cannot be used.
        WeightsError: See `load_network`.
    """
    paintings = [style for style in styles if isinstance(style, Painting)]
    if not paintings:
        return NetworkBlend(styles, method=method)
    if len(paintings) < len(styles):
        fix = "Use either alone, or --method gatys."
        raise UsageError("A painting and a trained style have no network in common", fix=fix)
    return PredictedBlend(paintings, method=method, scale=scale)


def load_network(styles: Sequence[tuple[Style, float]], *, method: str) -> TransformNet:
    """Return one network that paints in the mixture of the cards' styles.

    Every number is mixed. On one trunk that comes down to mixing the rows of the
    conditional norms (Dumoulin 2017, section 3.2); trunks that were fine-tuned from one
    ancestor are close enough for all of their weights to be mixed the same way.

    Args:
        styles: From `find_mix`, of one family, with weights that sum to 1.
        method: `itn`, `vtn` or `huang`.

    Returns:
        A network of a single style, float32, ready for inference.

    Raises:
        UsageError: There are cards and paintings.
        InputError: A painting cannot be used.
        WeightsError: The weights are absent, damaged or not what the card promises.
    """
    blend = open_blend([style for style, _ in styles], method=method)
    return blend.network([weight for _, weight in styles])


class NetworkBlend:
    """The networks of several styles, ready to be mixed again and again.

    Args:
        styles: Cards of one family.
        method: `itn`, `vtn` or `huang`.

    Raises:
        UsageError, WeightsError: See `load_network`.
    """

    def __init__(self, styles: Sequence[Style], *, method: str) -> None:
        cards = [_card(style) for style in styles]
        self._new = partial(_TRUNKS[method], cards[0])
        self._states = [_single_state(card, self._new(), method) for card in cards]

    def network(
        self, shares: Sequence[float], style_weight: float = USUAL_STYLE_WEIGHT
    ) -> TransformNet:
        """Return the network of a mixture; see `Blend`."""
        del style_weight
        mixed: dict[str, Tensor] = {}
        for state, share in zip(self._states, shares, strict=True):
            for name, value in state.items():
                mixed[name] = mixed.get(name, 0) + share * value
        net = self._new()
        net.load_state_dict(mixed)
        return net.eval().requires_grad_(False)


def _card(style: Style) -> StyleCard:
    if isinstance(style, Painting):
        fix = "Use an optimizing method, such as gatys."
        raise UsageError(f"'{style.path}' is a painting, and networks are trained", fix=fix)
    return style


def _single_state(card: StyleCard, net: TransformNet, method: str) -> dict[str, Tensor]:
    """Return the numbers of the card's style alone; `net` says what there must be."""
    row = card.row if find_method(method).mixes else 0
    state = pick_row(load_state(card, method), row)
    _check_shapes(card, state, net, method)
    return state


def _check_shapes(
    card: StyleCard, state: Mapping[str, Tensor], net: nn.Module, method: str
) -> None:
    wanted = {name: value.shape for name, value in net.state_dict().items()}
    if {name: value.shape for name, value in state.items()} != wanted:
        raise WeightsError(
            f"'{card.path(method)}' does not hold row {card.row} of a {method} of width "
            f"{card.width}",
            fix="Install again, or train the style again.",
        )


def pick_row(state: Mapping[str, Tensor], row: int) -> dict[str, Tensor]:
    """Return the state of a trunk that carries only the style of one row."""
    return {
        name: value[row : row + 1] if name.endswith((".scale", ".shift")) else value
        for name, value in state.items()
    }


def load_state(card: StyleCard, kind: str) -> dict[str, Tensor]:
    """Return the tensors of one of the card's files as float32.

    Raises:
        WeightsError: The file is absent, damaged or not what the card promises.
    """
    path = card.path(kind)
    if not path.is_file():
        raise WeightsError(f"Style '{card.name}' lacks its file '{path}'", fix="Install again.")
    if known_hash(path) != card.files[kind].sha256:
        raise WeightsError(
            f"'{path}' is not the file that the card of '{card.name}' promises",
            fix="Install again, or train the style again.",
        )
    return _read(path)


def is_known_to(card: StyleCard, encoder: str) -> bool:
    """Whether a card has the painting's Gram matrices by an encoder, as it is installed.

    Raises:
        WeightsError: The light encoder's own card is absent or damaged.
    """
    entry = card.files.get(grams_kind(encoder))
    if encoder != LIGHT_ENCODER:
        return encoder == CARD_ENCODER and entry is not None
    return entry is not None and entry.encoder == lite_hash()


def grams_kind(encoder: str) -> str:
    """Return which of a card's files holds the Gram matrices by an encoder."""
    return "lite" if encoder == LIGHT_ENCODER else "grams"


def load_grams(card: StyleCard, encoder: str = CARD_ENCODER) -> dict[str, Tensor]:
    """Return the painting's Gram matrices by an encoder that knows it, layer -> 1 x C x C.

    Raises:
        WeightsError: The file is absent, damaged or not what the card promises.
    """
    state = load_state(card, grams_kind(encoder))
    return {
        name: (unpacked(value) if value.dim() == 1 else value)[None]
        for name, value in state.items()
    }


def load_moments(card: StyleCard) -> dict[str, Tensor] | None:
    """Return the painting's means and deviations by VGG-16, layer -> 1 x 2 x C; None if unknown.

    Cards that were made before they were kept do not have them.

    Raises:
        WeightsError: The file is absent, damaged or not what the card promises.
    """
    if "moments" not in card.files:
        return None
    return {name: value[None] for name, value in load_state(card, "moments").items()}


def _read(path: Path) -> dict[str, Tensor]:
    try:
        return {name: value.float() for name, value in load_file(path).items()}
    except (SafetensorError, OSError) as error:
        raise WeightsError(f"'{path}' is damaged ({error})", fix="Install again.") from error
