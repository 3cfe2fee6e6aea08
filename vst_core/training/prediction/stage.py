"""The one stage of the style predictor's training: stills first, then motion."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np
import torch
from torch import Tensor

from vst_core.features import Encoder
from vst_core.losses import PerceptualLoss, checkerboard_loss, temporal_loss, total_variation
from vst_core.motion import warp
from vst_core.nets import vtn_input
from vst_core.training.hardships import Hardship, draw_hardship
from vst_core.training.photograph_stack import PhotographStack
from vst_core.training.precision import autocast, training_precision
from vst_core.training.prediction.predicted_net import PredictedNet
from vst_core.training.prediction.predictor_recipe import PredictorRecipe
from vst_core.training.prediction.scene_pool import ScenePool
from vst_core.training.prediction.style_bank import StyleBank, Styles
from vst_core.training.scenes import Scene

__all__ = ["PredictorBatch", "PredictorStage"]

_UNTOLD = 0.05


@dataclass(frozen=True, kw_only=True)
class PredictorBatch:
    """The pictures of a step.

    Attributes:
        frames: One B x 3 x S x S picture a moment; a single one is a still.
        scene: How they move; None for a still.
        styles: One a picture.
        told: B x D, which of a style's statistics the predictor is told; the others are taken to
            be as usual.
        strength: B, in octaves.
        hardship: What befell them.
    """

    frames: tuple[Tensor, ...]
    scene: Scene | None
    styles: Styles
    told: Tensor
    strength: Tensor
    hardship: Hardship | None


class PredictorStage:
    """Content, style and, in the last part of the steps, the temporal loss; see `VtnStage`.

    Args:
        recipe: The numbers.
        stills: Photographs on the device.
        bank: The styles.
        encoder: VGG-16 on the device.
        device: Where it is trained.
        compiled: Whether the network is compiled. It then gets a weight in every step, because
            each kind of call is compiled by itself, which takes half a minute.
    """

    name = "predictor"

    def __init__(
        self,
        recipe: PredictorRecipe,
        *,
        stills: PhotographStack,
        bank: StyleBank,
        encoder: Encoder,
        device: torch.device,
        compiled: bool = False,
    ) -> None:
        self.recipe, self.steps, self.rate = recipe, recipe.steps, recipe.rate
        self.stills, self.bank, self._encoder, self._device = stills, bank, encoder, device
        self._compiled = compiled
        self.share_at: Callable[[int], float] = lambda step: step / recipe.steps
        """How much of the training is done at a step; a run that ends by time says otherwise."""
        self._pool = ScenePool(stills, recipe, device)

    def batch(self, step: int) -> PredictorBatch:
        """Draw the pictures of a step."""
        recipe = self.recipe
        random = np.random.default_rng((recipe.seed, 5, step))
        hardship = self._hardship(random)
        walk = self._walk(step, random)
        scene = self._pool.scene(step) if walk else None
        frames = (
            scene.frames[: walk + 1]
            if scene
            else (self.stills.crops(recipe.batch, recipe.crop, random=random),)
        )
        if hardship is not None:
            with torch.device(self._device):
                frames = tuple(hardship.befall(frame, random=random) for frame in frames)
        strength = random.uniform(-recipe.octaves, recipe.octaves, recipe.batch)
        styles = self.bank.draw(recipe.batch, random=random)
        told = torch.from_numpy(random.random(styles.statistics.shape) >= _UNTOLD)
        return PredictorBatch(
            frames=tuple(map(self._placed, frames)),
            scene=scene,
            styles=styles,
            told=told.to(self._device),
            strength=torch.from_numpy(strength).float().to(self._device),
            hardship=hardship,
        )

    def _hardship(self, random: np.random.Generator) -> Hardship | None:
        if random.random() >= self.recipe.hardships:
            return None
        with torch.device(self._device):
            return draw_hardship(self.recipe.batch, self.recipe.crop, random=random)

    def _walk(self, step: int, random: np.random.Generator) -> int:
        """Return how many frames to walk before the one that is judged."""
        recipe = self.recipe
        begun = self.share_at(step) - (1 - recipe.moving)
        if begun < 0 or random.random() < recipe.fresh:
            return 0
        longest = recipe.recurrence if begun > recipe.moving / 3 else 1
        return int(random.integers(1, longest + 1))

    def _placed(self, picture: Tensor) -> Tensor:
        return picture.to(self._device, memory_format=torch.channels_last)

    def losses(self, net: PredictedNet, batch: PredictorBatch) -> dict[str, Tensor]:
        """Return the terms; only the last step of a walk is differentiated."""
        seen = torch.where(batch.told, batch.styles.statistics, net.predictor.mean)
        norms = net.norms(seen, batch.strength)
        weight = self._weight(batch)
        nothing = torch.zeros_like(batch.frames[0])
        joined = vtn_input(batch.frames[0], nothing, nothing[:, :1])
        output = nothing
        for moment, frame in enumerate(batch.frames[1:]):
            assert batch.scene is not None
            with torch.no_grad():
                output = self._stylize(net, joined, norms, weight)
            warped = warp(output, batch.scene.estimated[moment])
            joined = vtn_input(frame, warped, batch.scene.trust[moment])
        result = self._stylize(net, joined, norms, weight)
        terms = self._perceptual(result, batch)
        if batch.scene is not None:
            terms["temporal"] = self._temporal(result, output, batch.scene, len(batch.frames) - 2)
        return terms

    def _weight(self, batch: PredictorBatch) -> Tensor | None:
        weight = None if batch.hardship is None else batch.hardship.weight
        if weight is None and self._compiled:
            return torch.ones_like(batch.frames[0][:, :1])
        return weight

    def _stylize(
        self,
        net: PredictedNet,
        joined: Tensor,
        norms: dict[str, Tensor],
        weight: Tensor | None,
    ) -> Tensor:
        with autocast(self._device):
            output: Tensor = net(joined, norms, weight)
        return output.float()

    def _perceptual(self, output: Tensor, batch: PredictorBatch) -> dict[str, Tensor]:
        recipe, precision = self.recipe, training_precision(self._device)
        weight = None if batch.hardship is None else batch.hardship.weight
        loss = PerceptualLoss(
            encoder=self._encoder,
            targets=batch.styles.grams,
            layer_weights=asdict(recipe.layers),
        )
        frame, mix = batch.frames[-1], torch.eye(len(output), device=output.device)
        content, style = loss(output.to(precision), frame.to(precision), mix, weight)
        # A dark or flat painting has tiny Gram matrices, and a picture far from it a huge loss.
        style = torch.where(style < 1, style, 1 + style.clamp_min(1).log())
        # A strong style must not drown the gentle ones of its batch.
        share = torch.exp2(-batch.strength / 2)
        wanted = recipe.weight * torch.exp2(batch.strength)
        return {
            "content": (share * content).mean(),
            "style": (share * wanted * style).mean(),
            "smooth": recipe.smoothness * total_variation(output).mean(),
            "checkerboard": recipe.checkerboard * checkerboard_loss(output).mean(),
        }

    def _temporal(self, result: Tensor, output: Tensor, scene: Scene, moment: int) -> Tensor:
        """Hold the result against the *exact* flow, so that flow errors are not copied."""
        warped = warp(output, scene.exact[moment])
        return self.recipe.temporal * temporal_loss(result, warped, scene.visible[moment]).mean()
