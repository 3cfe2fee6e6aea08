"""Training of the style predictor: paintings and photographs in, a network for any painting out.

Files:

- `predicted_net`: a trunk and the predictor of its norms, trained as one
- `predictor_recipe`: what a training is told
- `predictor_session`: the whole training
- `scene_pool`: made scenes that serve several times, each time in other styles
- `sources`: which pictures it may see, and what is known of each
- `stage`: the losses: stills first, then motion
- `style_bank`: the styles that are learned
- `style_pictures`: paintings as training pictures: cut, turned, recolored
- `style_sheet`: a picture of how far it has come
"""

from vst_core.training.prediction.predictor_recipe import PredictorRecipe, load_predictor_recipe
from vst_core.training.prediction.predictor_session import PredictorRun, train_predictor

__all__ = ["PredictorRecipe", "PredictorRun", "load_predictor_recipe", "train_predictor"]
