"""From a distilled student to an encoder's card and weights that `load_encoder` reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from torch import Tensor

from vst_core.atomic import atomic_path, make_folder
from vst_core.styles.half_weights import save_half
from vst_core.toml_text import to_toml
from vst_core.training.distillation.features_recipe import FeaturesRecipe
from vst_core.version import __version__

__all__ = ["export_encoder"]

_SHIPPED = ("trunk.", "heads.")


def export_encoder(
    state: Mapping[str, Tensor],
    *,
    recipe: FeaturesRecipe,
    folder: Path,
    data: Mapping[str, Any],
    metrics: Mapping[str, float],
) -> Path:
    """Write trunk and heads as half floats, and the card that describes them.

    Args:
        state: Of a `Distiller`.
        recipe: How it was trained.
        folder: Gets `lite.safetensors` and `lite.toml`.
        data: What it was trained on: plain values by name.
        metrics: What was measured.

    Returns:
        The path of the card.

    Raises:
        OutputError: The folder cannot be written.
    """
    make_folder(folder)
    weights, card = folder / "lite.safetensors", folder / "lite.toml"
    kept = {name: value for name, value in state.items() if name.startswith(_SHIPPED)}
    saved = save_half(kept, weights)
    settings = asdict(recipe)
    table = {
        "name": "lite",
        "license": "CC-BY-4.0",  # the student begins as the teacher, so it takes its license
        "attribution": "Made from VGG-19 (Karen Simonyan and Andrew Zisserman, Oxford)",
        "teacher": recipe.teacher,
        "file": saved.file,
        "sha256": saved.sha256,
        "widths": settings.pop("widths"),
        "ranks": settings.pop("ranks"),
        "heads": settings.pop("heads"),
        "recipe": {"engine": __version__, **settings},
        "data": dict(data),
        "metrics": {name: round(value, 4) for name, value in metrics.items()},
    }
    with atomic_path(card) as temporary:
        temporary.write_text(to_toml(table), encoding="utf-8")
    return card
