"""What the light encoder sees of a style's painting, kept beside the card.

So a named style can be painted by the optimizing methods where VGG-16's weights are absent.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor

from vst_core.features import lite_hash, load_lite
from vst_core.losses import gram_matrix
from vst_core.styles import StyleCard, write_card
from vst_core.styles.half_weights import save_half
from vst_core.styles.packing import packed
from vst_core.styles.painting_reader import PAINTING_SHORT_SIDE, read_painting

__all__ = ["add_lite_grams"]


def add_lite_grams(card: StyleCard, painting: Path) -> Path:
    """Let the light encoder look at a style's painting, and write what it sees beside the card.

    The painting is taken at the size that the style was trained with. When the encoder changes,
    what an earlier one saw is of no use any more, and this is called again.

    Args:
        card: Its folder gets `<name>-lite.safetensors`, and the card is written anew.
        painting: The picture that the style was trained on.

    Returns:
        The path of the card.

    Raises:
        InputError: The painting is absent or no picture.
        OutputError: The folder cannot be written.
        WeightsError: The light encoder is absent or damaged.
    """
    side = int(card.recipe.get("painting_size", PAINTING_SHORT_SIDE))
    grams = _lite_grams(read_painting(painting, short_side=side))
    seen = save_half(grams, card.folder / f"{card.name}-lite.safetensors")
    files = {**card.files, "lite": replace(seen, encoder=lite_hash())}
    return write_card(replace(card, files=files))


@torch.no_grad()
def _lite_grams(painting: Tensor) -> dict[str, Tensor]:
    """Return layer -> C (C + 1) / 2 numbers of the Gram matrix, of 1 x 3 x H x W in [0, 1]."""
    encoder = load_lite()
    seen = encoder(painting, encoder.style_layers)
    return {layer: packed(gram_matrix(value)[0]) for layer, value in seen.items()}
