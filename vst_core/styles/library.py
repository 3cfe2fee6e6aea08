"""Where cards are found: shipped with the project, in `VST_STYLES`, or by path."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from vst_core.errors import UsageError, nearest
from vst_core.styles.card import StyleCard, read_card

__all__ = ["LIBRARY", "find_card", "find_mix", "list_cards"]

LIBRARY = Path(__file__).parent / "library"


def list_cards() -> tuple[StyleCard, ...]:
    """Return every card of the library and of the folders in `VST_STYLES`, by name.

    A card in `VST_STYLES` (folders joined like `PATH`) hides a shipped one of its name.

    Raises:
        InputError: A card cannot be read.
    """
    found: dict[str, StyleCard] = {}
    for folder in _folders():
        for path in sorted(folder.glob("*.toml")):
            card = read_card(path)
            found.setdefault(card.name, card)
    return tuple(found[name] for name in sorted(found))


def find_card(style: str) -> StyleCard:
    """Return a card by name, or by the path of its `.toml` file.

    Raises:
        UsageError: No style has this name.
        InputError: The file is no card.
    """
    if style.endswith(".toml"):
        return read_card(Path(style))
    cards = {card.name: card for card in list_cards()}
    if style not in cards:
        raise UsageError(f"No style is called '{style}'", fix=nearest(style, cards))
    return cards[style]


def find_mix(mix: Sequence[tuple[str, float]]) -> tuple[tuple[StyleCard, float], ...]:
    """Return the cards of a mix of styles with their weights.

    Raises:
        UsageError: A style is unknown, or the styles are not of one family.
    """
    found = tuple((find_card(style), weight) for style, weight in mix)
    first = found[0][0]
    for card, _ in found[1:]:
        if not _related(card, first):
            raise UsageError(
                f"'{first.name}' and '{card.name}' cannot be mixed: they were trained apart",
                fix="Mix styles whose cards name the same family; see `vst styles`.",
            )
    return found


def _related(one: StyleCard, other: StyleCard) -> bool:
    if one.width != other.width:
        return False
    same_files = all(one.files[kind] == other.files[kind] for kind in ("itn", "vtn"))
    return same_files or (one.family != "" and one.family == other.family)


def _folders() -> list[Path]:
    extra = [Path(text) for text in os.environ.get("VST_STYLES", "").split(os.pathsep) if text]
    return [*extra, LIBRARY]
