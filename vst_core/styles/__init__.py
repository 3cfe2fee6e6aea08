"""The style library: cards, the weights they name, and what is known about them."""

from vst_core.styles.card import FileEntry, StyleCard, read_card, write_card
from vst_core.styles.library import LIBRARY, find_card, find_mix, list_cards
from vst_core.styles.loading import Blend, load_blend, load_grams

__all__ = [
    "LIBRARY",
    "Blend",
    "FileEntry",
    "StyleCard",
    "find_card",
    "find_mix",
    "list_cards",
    "load_blend",
    "load_grams",
    "read_card",
    "write_card",
]
