"""From trained weights to style cards that `vst-seq` can use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from torch import Tensor

from vst_core.atomic import make_folder
from vst_core.losses import STYLE_LAYERS
from vst_core.styles import FileEntry, StyleCard
from vst_core.styles.half_weights import save_half
from vst_core.training.lite_grams import add_lite_grams
from vst_core.training.recipe import Recipe
from vst_core.version import __version__

__all__ = ["Trained", "export"]


@dataclass(frozen=True, kw_only=True)
class Trained:
    """The outcome of a run: both networks' weights and the paintings' Gram targets.

    Attributes:
        itn: State of the ITN.
        vtn: State of the VTN.
        grams: Layer -> S x C x C, by VGG-16.
        paintings: The S pictures.
        moments: Layer -> S x 2 x C, their means and deviations by VGG-16; None if unknown.
    """

    itn: Mapping[str, Tensor]
    vtn: Mapping[str, Tensor]
    grams: Mapping[str, Tensor]
    paintings: Sequence[Path]
    moments: Mapping[str, Tensor] | None = None


def export(
    trained: Trained, *, recipe: Recipe, folder: Path, start: StyleCard | None = None
) -> list[Path]:
    """Write the trunk once and a card a style, all numbers as half floats.

    Returns:
        The paths of the cards.

    Raises:
        OutputError: The folder cannot be written.
    """
    make_folder(folder)
    names = [entry.name for entry in recipe.styles]
    trunk = names[0] if len(names) == 1 else f"trunk-{recipe.width}"
    nets = {
        "itn": save_half(trained.itn, folder / f"{trunk}-itn.safetensors"),
        "vtn": save_half(trained.vtn, folder / f"{trunk}-vtn.safetensors"),
    }
    paths = []
    for row, entry in enumerate(recipe.styles):
        seen = _seen(trained, row, folder / entry.name)
        card = StyleCard(
            name=entry.name,
            title=entry.title,
            painting_license=entry.license,
            width=recipe.width,
            inner=recipe.inner,
            row=row,
            family=start.family if start else f"{trunk}-{nets['itn'].sha256[:8]}",
            files={**nets, **seen},
            recipe=_story(recipe, row, start),
            folder=folder,
        )
        paths.append(add_lite_grams(card, trained.paintings[row]))
    return paths


def _seen(trained: Trained, row: int, stem: Path) -> dict[str, FileEntry]:
    """Write what VGG-16 saw of one painting, and return the files by their kinds."""
    known = {"grams": trained.grams, "moments": trained.moments}
    return {
        kind: save_half(
            {layer: targets[layer][row] for layer in STYLE_LAYERS if layer in targets},
            stem.with_name(f"{stem.name}-{kind}.safetensors"),
        )
        for kind, targets in known.items()
        if targets is not None
    }


def _story(recipe: Recipe, row: int, start: StyleCard | None) -> dict[str, Any]:
    return {
        "engine": __version__,
        "from": start.name if start else "",
        "crop": recipe.crop,
        "batch": recipe.batch,
        "painting_size": recipe.painting_size,
        "seed": recipe.seed,
        "features": recipe.features,
        "style_weight": recipe.styles[row].weight,
        "smoothness": recipe.smoothness,
        "checkerboard": recipe.checkerboard,
        "hardships": recipe.hardships,
        "layers": asdict(recipe.layers),
        "itn": asdict(recipe.itn),
        "vtn": asdict(recipe.vtn),
    }
