"""The two stages of Agria 2020: the ITN (algorithm 1), then the VTN (algorithm 2)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from vst_core.losses import PerceptualLoss, checkerboard_loss, temporal_loss, total_variation
from vst_core.motion import warp
from vst_core.nets import TransformNet, itn_input, vtn_input
from vst_core.training.hardships import Hardship, draw_hardship
from vst_core.training.photograph_stack import PhotographStack
from vst_core.training.photographs import Photographs
from vst_core.training.precision import autocast, training_precision
from vst_core.training.recipe import Recipe, StageSettings
from vst_core.training.scenes import Scene, make_scene

__all__ = ["ItnBatch", "ItnStage", "StyleContext", "VtnBatch", "VtnStage"]


@dataclass(frozen=True, kw_only=True)
class StyleContext:
    """What both stages share.

    Attributes:
        recipe: The numbers.
        photographs: The content pictures; scenes are made where these give their crops.
        loss: Encoder and paintings' Gram targets.
        device: Where the network is trained.
    """

    recipe: Recipe
    photographs: Photographs | PhotographStack
    loss: PerceptualLoss
    device: torch.device

    def draw_styles(self, random: np.random.Generator) -> Tensor:
        """Return batch x styles, one style a picture, drawn by their shares."""
        shares = np.array([style.share for style in self.recipe.styles])
        rows = random.choice(len(shares), size=self.recipe.batch, p=shares / shares.sum())
        return torch.eye(len(shares))[torch.from_numpy(rows)]

    def place(self, value: Tensor) -> Tensor:
        """Move to the device, channels last where there are channels."""
        if value.dim() == 4:
            return value.to(self.device, memory_format=torch.channels_last)
        return value.to(self.device)

    def hardship(self, random: np.random.Generator) -> Hardship | None:
        """Draw what befalls the pictures of a step; nothing befalls most of them."""
        if random.random() >= self.recipe.hardships:
            return None
        return draw_hardship(self.recipe.batch, self.recipe.crop, random=random)

    def weight(self, hardship: Hardship | None) -> Tensor | None:
        """Return what counts of a step's pictures, B x 1 x S x S; None where all does."""
        if hardship is None or hardship.weight is None:
            return None
        return self.place(hardship.weight)

    def stylize(
        self, net: TransformNet, joined: Tensor, mix: Tensor, weight: Tensor | None = None
    ) -> Tensor:
        """Run the network, in bf16 where that pays; B x 3 x H x W in [0, 1], float32."""
        with autocast(self.device):
            output: Tensor = net(joined, mix, weight)
        return output.float()

    def perceptual(
        self, output: Tensor, frame: Tensor, mix: Tensor, weight: Tensor | None = None
    ) -> dict[str, Tensor]:
        """Return the weighted terms that every output has, moving or not."""
        precision = training_precision(self.device)
        content, style = self.loss(output.to(precision), frame.to(precision), mix, weight)
        weights = torch.tensor([entry.weight for entry in self.recipe.styles], device=mix.device)
        return {
            "content": content.mean(),
            "style": (style * (mix @ weights)).mean(),
            "smooth": self.recipe.smoothness * total_variation(output).mean(),
            "checkerboard": self.recipe.checkerboard * checkerboard_loss(output).mean(),
        }


@dataclass(frozen=True, kw_only=True)
class ItnBatch:
    """Stills, B x 3 x S x S, the style of each, B x styles, and what befell them."""

    frames: Tensor
    mix: Tensor
    hardship: Hardship | None = None


class ItnStage:
    """Algorithm 1: stills in, content and style loss, no temporal term."""

    name = "itn"

    def __init__(self, context: StyleContext, settings: StageSettings) -> None:
        self.context, self.steps, self.rate = context, settings.steps, settings.rate

    def batch(self, step: int) -> ItnBatch:
        """Draw the stills of a step."""
        recipe = self.context.recipe
        random = np.random.default_rng((recipe.seed, 1, step))
        frames = self.context.photographs.crops(recipe.batch, recipe.crop, random=random)
        mix, hardship = self.context.draw_styles(random), self.context.hardship(random)
        if hardship is not None:
            frames = hardship.befall(frames, random=random)
        return ItnBatch(frames=frames, mix=mix, hardship=hardship)

    def losses(self, net: TransformNet, batch: ItnBatch) -> dict[str, Tensor]:
        """Return content and style terms."""
        frames, mix = self.context.place(batch.frames), self.context.place(batch.mix)
        weight = self.context.weight(batch.hardship)
        output = self.context.stylize(net, itn_input(frames), mix, weight)
        return self.context.perceptual(output, frames, mix, weight)


@dataclass(frozen=True, kw_only=True)
class VtnBatch:
    """A moving scene, the style of each picture, and how many steps to walk (0 = a still).

    What befell it stays the same over the scene: a bar does not move.
    """

    scene: Scene
    mix: Tensor
    walk: int
    hardship: Hardship | None = None


class VtnStage:
    """Algorithm 2 on scenes made from stills, with recurrence (Ruder 2018, multi-frame).

    Deviation: the first frame goes through the VTN itself with an empty previous frame,
    not through the ITN, because that is what happens at run time.
    """

    name = "vtn"

    def __init__(self, context: StyleContext, settings: StageSettings) -> None:
        self.context, self.steps, self.rate = context, settings.steps, settings.rate
        self.settings = settings

    def batch(self, step: int) -> VtnBatch:
        """Make the scene of a step; recurrence grows in the second half."""
        recipe = self.context.recipe
        random = np.random.default_rng((recipe.seed, 2, step))
        walk = self._walk(step, random)
        scene = make_scene(
            self.context.photographs,
            count=recipe.batch,
            size=recipe.crop,
            length=walk + 1,
            random=random,
        )
        mix, hardship = self.context.draw_styles(random), self.context.hardship(random)
        if hardship is not None:
            frames = tuple(hardship.befall(frame, random=random) for frame in scene.frames)
            scene = replace(scene, frames=frames)
        return VtnBatch(scene=scene, mix=mix, walk=walk, hardship=hardship)

    def _walk(self, step: int, random: np.random.Generator) -> int:
        if random.random() < self.settings.fresh:
            return 0
        longest = self.settings.recurrence if 2 * step >= self.steps else 1
        return int(random.integers(1, longest + 1))

    def losses(self, net: TransformNet, batch: VtnBatch) -> dict[str, Tensor]:
        """Return content, style and, with a previous frame, the temporal term.

        Only the last step of a walk is differentiated; the steps before it feed the
        network its own output, as at run time.
        """
        context, scene, mix = self.context, batch.scene, self.context.place(batch.mix)
        frames = [context.place(frame) for frame in scene.frames]
        weight = context.weight(batch.hardship)
        nothing = torch.zeros_like(frames[0])
        joined = vtn_input(frames[0], nothing, nothing[:, :1])
        output = nothing
        for moment in range(1, batch.walk + 1):
            with torch.no_grad():
                output = context.stylize(net, joined, mix, weight)
            joined = self._joined(frames[moment], output, scene, moment)
        result = context.stylize(net, joined, mix, weight)
        terms = context.perceptual(result, frames[batch.walk], mix, weight)
        if batch.walk:
            terms["temporal"] = self._temporal(result, output, scene, batch.walk)
        return terms

    def _joined(self, frame: Tensor, output: Tensor, scene: Scene, moment: int) -> Tensor:
        flow = self.context.place(scene.estimated[moment - 1])
        trust = self.context.place(scene.trust[moment - 1])
        return vtn_input(frame, warp(output, flow), trust)

    def _temporal(self, result: Tensor, output: Tensor, scene: Scene, moment: int) -> Tensor:
        """Hold the result against the *exact* flow, so that flow errors are not copied."""
        flow = self.context.place(scene.exact[moment - 1])
        visible = self.context.place(scene.visible[moment - 1])
        loss = temporal_loss(result, warp(output, flow), visible)
        return self.settings.temporal * loss.mean()
