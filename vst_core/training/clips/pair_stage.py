"""Huang 2017: pairs of frames, both painted, held to each other by flow that is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from vst_core.losses import temporal_loss
from vst_core.motion import warp
from vst_core.nets import TransformNet, itn_input
from vst_core.training.clip_settings import PairSettings
from vst_core.training.clips.moving_clip import MovingPictures, draw_moving
from vst_core.training.stages import StyleContext

__all__ = ["PairBatch", "PairStage"]


_TAUGHT_WEIGHT = 100.0


@dataclass(frozen=True, kw_only=True)
class PairBatch:
    """Scenes of two frames; or stills, B x 3 x S x S, that are to be painted as the ITN does."""

    moving: MovingPictures | None = None
    stills: Tensor | None = None


class PairStage:
    """Content, style and smoothness of both frames, and the temporal loss (Huang 2017, eq. 1 to 7).

    Deviations: losses by VGG-16 at this project's layers, as all networks here are trained, so
    that their figures compare (the paper: VGG-19, content at relu4_2); motion is made and exact
    (the paper: videos, flow by DeepFlow); first the ITN teaches.

    Args:
        context: Photographs, losses, device.
        settings: The numbers.
        itn: The style's trained image network.
    """

    name = "huang"

    def __init__(self, context: StyleContext, settings: PairSettings, *, itn: TransformNet) -> None:
        self.context, self.settings, self._itn = context, settings, itn
        self.steps, self.rate = settings.steps, settings.rate

    def batch(self, step: int) -> PairBatch:
        """Make the pictures of a step."""
        recipe, settings = self.context.recipe, self.settings
        random = np.random.default_rng((recipe.seed, 4, step))
        if step >= settings.taught:
            return PairBatch(moving=draw_moving(self.context, 2, random=random))
        stills = self.context.photographs.crops(settings.taught_batch, recipe.crop, random=random)
        return PairBatch(stills=stills)

    def losses(self, net: TransformNet, batch: PairBatch) -> dict[str, Tensor]:
        """Return the terms of both frames, with gradients through both; or what the ITN teaches."""
        if batch.moving is not None:
            return self._of_pairs(net, batch.moving)
        assert batch.stills is not None  # it is one or the other
        return self._of_teacher(net, self.context.place(batch.stills))

    def _of_pairs(self, net: TransformNet, moving: MovingPictures) -> dict[str, Tensor]:
        context, scene = self.context, moving.scene
        mix = context.place(moving.mix).repeat(2, 1)
        frames = torch.cat([context.place(frame) for frame in scene.frames])
        weight = context.weight(moving.hardship)
        weight = None if weight is None else weight.repeat(2, 1, 1, 1)
        output = context.stylize(net, itn_input(frames), mix, weight)
        terms = context.perceptual(output, frames, mix, weight)
        first, second = output.chunk(2)
        flow, visible = context.place(scene.exact[0]), context.place(scene.visible[0])
        held = temporal_loss(second, warp(first, flow), visible).mean()
        return {**terms, "temporal": self.settings.temporal * held}

    def _of_teacher(self, net: TransformNet, stills: Tensor) -> dict[str, Tensor]:
        mix = torch.ones(len(stills), 1, device=stills.device)
        output = self.context.stylize(net, itn_input(stills), mix)
        with torch.no_grad():
            wanted = self.context.stylize(self._itn, itn_input(stills), mix)
        return {"taught": _TAUGHT_WEIGHT * (output - wanted).square().mean()}
