"""The style library: cards, the weights they name, and what is known about them.

This door is light, so that styles are listed and names checked at once; what needs torch is
in `vst_core.styles.loading`.

Files:

- `card`: a style card: which files make a style, where they come from, and how good it is
- `half_weights`: trained numbers on disk
- `library`: where styles are found: shipped with the project, in `VST_STYLES`, or by path
- `loading`: from cards and paintings to a network that is ready to run
- `packing`: symmetric matrices in half of the space
- `painting`: a painting as a style: no training, nothing but its file
- `painting_reader`: the one reader of paintings
- `painting_statistics`: what the style predictor is told of a painting
- `predicted`: any painting as a style of the networks
- `predictor_card`: the style predictor on disk
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
