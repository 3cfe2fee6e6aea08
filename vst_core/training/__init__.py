"""Training: from a painting and photographs to a style card.

Imports and runs with torch, numpy, safetensors and Pillow alone, because the machines
that train are often bare.
"""

from vst_core.training.loop import Progress
from vst_core.training.recipe import Recipe, StageSettings, StyleEntry, load_recipe, recipe_names
from vst_core.training.session import TrainingRun, train

__all__ = [
    "Progress",
    "Recipe",
    "StageSettings",
    "StyleEntry",
    "TrainingRun",
    "load_recipe",
    "recipe_names",
    "train",
]
