"""What the tuning of VGG-16's last convolution is told."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from vst_core.errors import UsageError
from vst_core.training.recipe import build, read_table

__all__ = ["PaintingRecipe", "load_painting_recipe"]

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, kw_only=True)
class PaintingRecipe:
    """Everything that decides the outcome, besides the pictures.

    Attributes:
        size: Short side to which all pictures are brought first, in pixels: no larger than most
            of them, so that their sizes tell nothing.
        crop: Side of the crops, in pixels; they are taken at a scale between that and `size`.
        painting_crops: Crops of a painting.
        photo_crops: Crops of a photograph.
        batch: Crops a step.
        steps: Optimizer steps.
        rate: Adam's learning rate at the start; it falls to a twentieth along a cosine.
        keep: Weight of the squared distance from VGG-16's own convolution, over its square.
        seed: Of everything random.
    """

    size: int = 200
    crop: int = 144
    painting_crops: int = 6
    photo_crops: int = 2
    batch: int = 32
    steps: int = 300
    rate: float = 1e-4
    keep: float = 1.0
    seed: int = 0


def load_painting_recipe(name: str = "paintings") -> PaintingRecipe:
    """Return a recipe by name, or from a TOML file.

    Raises:
        UsageError: There is no such recipe, or it holds an unknown entry or a senseless value.
        InputError: The file cannot be read or is not TOML.
    """
    recipe = build(PaintingRecipe, read_table(name, folder=_FOLDER))
    if recipe.crop > recipe.size:
        what = f"A crop of {recipe.crop} does not fit into a short side of {recipe.size}"
        raise UsageError(what, fix="Give a larger size, or a smaller crop.")
    return recipe
