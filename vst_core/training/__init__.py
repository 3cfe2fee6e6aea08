"""Training: from a painting and photographs to a style card; from VGG-19 to a small encoder.

Imports and runs with torch, numpy, safetensors and Pillow alone, because the machines
that train are often bare.

Files:

- `augment`: pictures as an optimizer finds them on its way: noisy, soft, tinted, half something
  else
- `clip_settings`: what the trainings on moving clips are told
- `clips/`: networks that need no flow at run time, trained on moving clips with exact flow
- `distillation/`: from VGG-19 to a small encoder
- `export`: from trained weights to style cards that `vst-seq` can use
- `hardships`: pictures as they come: faint, grainy, letterboxed, cut out, half empty
- `lite_grams`: what the light encoder sees of a style's painting, kept beside the card
- `muon`: Muon: momentum whose matrices are made orthogonal (Jordan et al. 2024, "Muon")
- `painting_features/`: VGG-16's last convolution, tuned to tell paintings from photographs
- `photographs`: photographs as training pictures: decoded once, cropped and scaled at random
- `photograph_stack`: photographs held on the training device, cropped a batch at a time
- `precision`: which number type the convolutions of a training compute in
- `predicted_card`: a predicted style as a card: where a training may start
- `prediction/`: training of the style predictor
- `preview`: A picture of how far a run has come: some photographs in every style
- `recipe`: what a training run is told: recipes as TOML, with every number named
- `request`: from what somebody asks for to a training run: the recipe, and what is given on top of
  it
- `run_lock`: whose checkpoints lie in a work folder, so that no run goes on with another one's
- `scenes`: moving scenes made from stills, with exact flow and exact disocclusion
- `session`: A whole training run: paintings and photographs in, style cards out
- `stages`: the two stages of Agria 2020: the ITN (algorithm 1), then the VTN (algorithm 2)
- `training_loop`: one training loop: schedule, averaged weights, checkpoints, resume
"""

from vst_core.training.distillation.features_recipe import FeaturesRecipe, load_features_recipe
from vst_core.training.distillation.features_session import FeaturesRun, train_features
from vst_core.training.lite_grams import add_lite_grams
from vst_core.training.painting_features.painting_recipe import (
    PaintingRecipe,
    load_painting_recipe,
)
from vst_core.training.painting_features.painting_session import (
    PaintingFeatures,
    PaintingFeaturesRun,
    train_painting_features,
)
from vst_core.training.predicted_card import write_predicted_card
from vst_core.training.prediction import (
    PredictorRecipe,
    PredictorRun,
    load_predictor_recipe,
    train_predictor,
)
from vst_core.training.recipe import Recipe, StageSettings, StyleEntry, load_recipe, recipe_names
from vst_core.training.request import TrainingRequest, plan_training, run_training
from vst_core.training.session import TrainingRun, train
from vst_core.training.training_loop import TrainingProgress

__all__ = [
    "FeaturesRecipe",
    "FeaturesRun",
    "PaintingFeatures",
    "PaintingFeaturesRun",
    "PaintingRecipe",
    "PredictorRecipe",
    "PredictorRun",
    "Recipe",
    "StageSettings",
    "StyleEntry",
    "TrainingProgress",
    "TrainingRequest",
    "TrainingRun",
    "add_lite_grams",
    "load_features_recipe",
    "load_painting_recipe",
    "load_predictor_recipe",
    "load_recipe",
    "plan_training",
    "recipe_names",
    "run_training",
    "train",
    "train_features",
    "train_painting_features",
    "train_predictor",
    "write_predicted_card",
]
