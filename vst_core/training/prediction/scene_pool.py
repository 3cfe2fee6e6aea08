"""Made scenes that serve several times, each time in other styles."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import torch
from torch import Tensor

from vst_core.training.photograph_stack import PhotographStack
from vst_core.training.prediction.predictor_recipe import PredictorRecipe
from vst_core.training.scenes import Scene, make_scene

__all__ = ["ScenePool"]


class ScenePool:
    """Scenes by the step that wants one; which one follows from the step alone.

    Making a scene takes a graphics card as long as a step of training.

    Args:
        stills: Of which scenes are made, on their device.
        recipe: How large, how long, how many, how often.
        device: Of the scenes.
    """

    def __init__(
        self, stills: PhotographStack, recipe: PredictorRecipe, device: torch.device
    ) -> None:
        self._stills, self._recipe, self._device = stills, recipe, device
        self._made: dict[int, tuple[int, Scene]] = {}

    def scene(self, step: int) -> Scene:
        """Return the scene of a step, as long as the longest walk."""
        recipe = self._recipe
        place = step % recipe.scenes
        # Neighbors are made anew at different times.
        version = (step // recipe.scenes + place) // recipe.reuse
        found = self._made.get(place)
        if found is None or found[0] != version:
            found = version, self._new(place, version)
            self._made[place] = found
        return found[1]

    def _new(self, place: int, version: int) -> Scene:
        recipe = self._recipe
        random = np.random.default_rng((recipe.seed, 9, place, version))
        with torch.device(self._device):
            scene = make_scene(
                self._stills,
                count=recipe.batch,
                size=recipe.crop,
                length=recipe.recurrence + 1,
                random=random,
            )
        kept: dict[str, tuple[Tensor, ...]] = {
            entry.name: tuple(plane.contiguous() for plane in getattr(scene, entry.name))
            for entry in fields(scene)
        }
        return Scene(**kept)
