"""A predicted style as a card: the same as any trained one, and where a training may start."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from torch import Tensor

from vst_core.atomic import make_folder
from vst_core.features import load_encoder
from vst_core.hosts.hashes import known_hash
from vst_core.losses import gram_targets
from vst_core.styles import FileEntry, StyleCard, read_card
from vst_core.styles.half_weights import save_half
from vst_core.styles.painting import find_painting
from vst_core.styles.painting_reader import PAINTING_SHORT_SIDE, read_painting
from vst_core.styles.predicted import USUAL_STYLE_WEIGHT, PredictedBlend, Predictor
from vst_core.training.lite_grams import add_lite_grams
from vst_core.version import __version__
from vst_core.weights import has_weights

__all__ = ["PREDICTED", "write_predicted_card"]

PREDICTED = "any"
"""What `--from` calls the style that is predicted from the painting itself."""


def write_predicted_card(
    painting: Path,
    folder: Path,
    *,
    name: str,
    title: str = "",
    painting_license: str = "",
    style_weight: float = USUAL_STYLE_WEIGHT,
    style_scale: float = 1.0,
    weights_dir: Path | None = None,
) -> StyleCard:
    """Predict a style and write its card with both networks.

    Args:
        painting: Any picture.
        folder: Gets the card and its files.
        name: What `--style` will call it.
        title: For the card: title, artist, year.
        painting_license: For the card.
        style_weight: How much style, against the usual 20.
        style_scale: Size of the strokes.
        weights_dir: Searched first for VGG-16; where that is absent the card lacks its Gram
            matrices, which `vst eval` and --features vgg16 would want.

    Raises:
        InputError: The painting cannot be used.
        OutputError: The folder cannot be written.
        WeightsError: The predictor is absent or damaged.
    """
    predictor = Predictor()
    files: dict[str, FileEntry] = {}
    make_folder(folder)
    for method in ("itn", "vtn"):
        blend = PredictedBlend(
            [find_painting(str(painting))], method=method, scale=style_scale, predictor=predictor
        )
        state = blend.network([1.0], style_weight).state_dict()
        files[method] = save_half(state, folder / f"{name}-{method}.safetensors")
    if has_weights("vgg16", folder=weights_dir):
        grams = _grams(painting, style_scale, weights_dir)
        files["grams"] = save_half(grams, folder / f"{name}-grams.safetensors")
    card = StyleCard(
        name=name,
        title=title,
        painting_license=painting_license,
        width=predictor.card.width,
        inner=predictor.card.inner,
        row=0,
        family=f"{predictor.card.name}-{predictor.card.sha256[:8]}",
        files=files,
        recipe={
            "engine": __version__,
            "predicted": predictor.card.sha256,
            "painting": known_hash(painting),
            "painting_size": round(PAINTING_SHORT_SIDE * style_scale),
            "style_weight": style_weight,
        },
        folder=folder,
    )
    return read_card(add_lite_grams(card, painting))


def _grams(painting: Path, scale: float, weights_dir: Path | None) -> Mapping[str, Tensor]:
    encoder = load_encoder("vgg16", folder=weights_dir)
    picture = read_painting(painting, short_side=round(PAINTING_SHORT_SIDE * scale))
    return {layer: gram[0] for layer, gram in gram_targets(encoder, picture).items()}
