"""Where styles are found: shipped with the project, in `VST_STYLES`, or by path."""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import TypeAlias

from vst_core.catalog import METHODS, find_method
from vst_core.errors import UsageError, nearest
from vst_core.styles.card import StyleCard, read_card
from vst_core.styles.painting import Painting, find_painting, names_a_painting

__all__ = [
    "LIBRARY",
    "Style",
    "families",
    "find_card",
    "find_mix",
    "find_style",
    "find_transition",
    "list_cards",
]

Style: TypeAlias = StyleCard | Painting
"""What a picture can be painted in."""

LIBRARY = Path(__file__).parent / "library"

_NETWORKS = tuple(method.weights for method in METHODS if method.weights)


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


def find_mix(
    mix: Sequence[tuple[str, float]], *, method: str = "vtn"
) -> tuple[tuple[Style, float], ...]:
    """Return the styles of a mix with their weights.

    Args:
        mix: Names, paths of cards or paths of paintings, with their shares.
        method: The networks take cards of one family, or paintings; the optimizing methods take
            any.

    Raises:
        UsageError: A style is unknown, the method takes no paintings, or the styles are not
            of one family.
        InputError: A card or painting is absent or cannot be read.
    """
    if not find_method(method).weights:
        return tuple((find_style(style), weight) for style, weight in mix)
    found = tuple((_of_network(style, method), weight) for style, weight in mix)
    if not find_method(method).mixes:
        return found
    for (one, _), (other, _) in combinations(found, 2):
        if not _related(one, other):
            raise UsageError(
                f"'{one.name}' and '{other.name}' cannot be mixed: they were trained apart",
                fix="Mix styles whose cards name the same family (see `vst styles`), or "
                "paintings with paintings, or use --method gatys.",
            )
    return found


def find_transition(
    mixes: Sequence[Sequence[tuple[str, float]]], *, method: str = "vtn"
) -> tuple[tuple[Style, float], ...]:
    """Return the styles of several mixes that follow each other, each once.

    Args:
        mixes: In order; each of one family, where the method wants that.
        method: See `find_mix`.

    Returns:
        The styles in the order in which they first appear, with their shares of the first mix.

    Raises:
        UsageError, InputError: See `find_mix`.
    """
    found: dict[str, Style] = {}
    for mix in mixes:
        for (name, _), (style, _) in zip(mix, find_mix(mix, method=method), strict=True):
            found.setdefault(name, style)
    first = dict(mixes[0])
    return tuple((style, first.get(name, 0.0)) for name, style in found.items())


def families(styles: Sequence[Style]) -> tuple[tuple[int, ...], ...]:
    """Return the indices of the styles that one network can mix, family by family.

    All paintings are one family: their networks are predicted on one trunk.
    """
    found: list[list[int]] = []
    for index, style in enumerate(styles):
        for family in found:
            if _related(style, styles[family[0]]):
                family.append(index)
                break
        else:
            found.append([index])
    return tuple(map(tuple, found))


def find_style(style: str) -> Style:
    """Return a card by its name or path, or a painting by its path.

    Raises:
        UsageError: No style has this name.
        InputError: The file is absent, cannot be read, or is no card.
    """
    return find_painting(style) if names_a_painting(style) else find_card(style)


def _of_network(style: str, method: str) -> Style:
    if names_a_painting(style):
        if "painting" in find_method(method).accepts:
            return find_painting(style)
        able = " or ".join(one.name for one in METHODS if "painting" in one.accepts)
        raise UsageError(
            f"'{style}' is a painting, and --method {method} needs a trained style",
            fix=f"Use --method {able}, or train it: "
            f"vst train --painting {style} --from muse --photos DIR --out DIR",
        )
    card, kind = find_card(style), find_method(method).weights
    if kind and kind not in card.files:
        others = [one.name for one in METHODS if one.weights in card.files]
        raise UsageError(
            f"The style '{card.name}' has no network for --method {method}",
            fix=f"Use --method {' or '.join(others)}, or another style."
            if others
            else "Use another style: see `vst styles`.",
        )
    return card


def _related(one: Style, other: Style) -> bool:
    if isinstance(one, Painting) or isinstance(other, Painting):
        return isinstance(one, Painting) and isinstance(other, Painting)
    if (one.width, one.inner) != (other.width, other.inner):
        return False
    kinds = [kind for kind in _NETWORKS if kind in one.files or kind in other.files]
    same_files = all(one.files.get(kind) == other.files.get(kind) for kind in kinds)
    return same_files or (one.family != "" and one.family == other.family)


def _folders() -> list[Path]:
    extra = [Path(text) for text in os.environ.get("VST_STYLES", "").split(os.pathsep) if text]
    return [*extra, LIBRARY]
