"""The style library: cards, the weights they name, and what is known about them."""

from vst_core.styles.card import FileEntry, StyleCard, read_card, write_card
from vst_core.styles.library import LIBRARY, find_card, find_mix, list_cards
from vst_core.styles.loading import load_grams, load_network, load_state, pick_row

__all__ = [
    "LIBRARY",
    "FileEntry",
    "StyleCard",
    "find_card",
    "find_mix",
    "list_cards",
    "load_grams",
    "load_network",
    "load_state",
    "pick_row",
    "read_card",
    "write_card",
]
