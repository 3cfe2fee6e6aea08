"""The style library: cards, the weights they name, and what is known about them.

This door is light, so that styles are listed and names checked at once; what needs torch is
in `vst_core.styles.loading`.
"""

from vst_core.styles.card import FileEntry, StyleCard, read_card, write_card
from vst_core.styles.library import (
    LIBRARY,
    Style,
    families,
    find_card,
    find_mix,
    find_style,
    find_transition,
    list_cards,
)
from vst_core.styles.painting import Painting, painting_file

__all__ = [
    "LIBRARY",
    "FileEntry",
    "Painting",
    "Style",
    "StyleCard",
    "families",
    "find_card",
    "find_mix",
    "find_style",
    "find_transition",
    "list_cards",
    "painting_file",
    "read_card",
    "write_card",
]
