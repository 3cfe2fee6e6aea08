"""Training: from a painting and photographs to a style card; from VGG-19 to a small encoder.

Imports and runs with torch, numpy, safetensors and Pillow alone, because the machines
that train are often bare.
"""

from vst_core.training.features_recipe import FeaturesRecipe, load_features_recipe
from vst_core.training.features_session import FeaturesRun, train_features
from vst_core.training.lite_grams import add_lite_grams
from vst_core.training.loop import Progress
from vst_core.training.recipe import Recipe, StageSettings, StyleEntry, load_recipe, recipe_names
from vst_core.training.session import TrainingRun, train

__all__ = [
    "FeaturesRecipe",
    "FeaturesRun",
    "Progress",
    "Recipe",
    "StageSettings",
    "StyleEntry",
    "TrainingRun",
    "add_lite_grams",
    "load_features_recipe",
    "load_recipe",
    "recipe_names",
    "train",
    "train_features",
]
