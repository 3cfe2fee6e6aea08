"""Distillation of the small encoder: the stage that the training loop runs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from vst_core.features import LITE_LAYERS, Encoder
from vst_core.losses import content_loss, gram_matrix, style_loss
from vst_core.training.distiller import Distiller
from vst_core.training.disturb import disturbed
from vst_core.training.features_recipe import FeaturesRecipe
from vst_core.training.photographs import Photographs

__all__ = ["DistilBatch", "DistilStage", "School"]

_STYLE = ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1")
_CONTENT = "relu4_2"


@dataclass(frozen=True, kw_only=True)
class School:
    """What the stage draws on.

    Attributes:
        recipe: The numbers.
        photographs: Content pictures.
        paintings: Style pictures.
        teacher: The encoder to learn from.
        device: Where it is trained.
    """

    recipe: FeaturesRecipe
    photographs: Photographs
    paintings: Photographs
    teacher: Encoder
    device: torch.device

    def place(self, value: Tensor) -> Tensor:
        """Move pictures to the device, channels last."""
        return value.to(self.device, memory_format=torch.channels_last)

    @torch.no_grad()
    def teach(self, pictures: Tensor) -> dict[str, Tensor]:
        """Return the teacher's activations of placed pictures, layer -> B x C x ..., bf16."""
        return self.teacher(pictures.bfloat16(), LITE_LAYERS)

    def picture(self, random: np.random.Generator) -> Tensor:
        """Draw a disturbed picture, 3 x S x S in [0, 1]; of six, one comes from a painting."""
        size = self.recipe.crop
        source = self.paintings if random.random() < 1 / 6 else self.photographs
        other = self.paintings if random.random() < 0.5 else self.photographs
        one, two = source.crop(size, random=random), other.crop(size, random=random)
        return disturbed(one, two, random=random) if random.random() < 0.7 else one


@dataclass(frozen=True, kw_only=True)
class DistilBatch:
    """The pictures of a step.

    Attributes:
        shown: (1 + F) x 3 x S x S: first the painting whose style the visited optimisations
            follow, then disturbed pictures.
        seen: Layer -> what the teacher's activations of `shown` are.
        rows: V rows of the pool to visit.
        contents: V x 3 x S x S, what an optimisation that begins anew is to show.
        begins: V x 3 x S x S, where it begins.
        ends: V, true where the optimisation of that row is given up for a new one.
    """

    shown: Tensor
    seen: dict[str, Tensor]
    rows: Tensor
    contents: Tensor
    begins: Tensor
    ends: Tensor


class DistilStage:
    """Holds the student's activations and Gram matrices against the teacher's.

    Besides pictures and disturbed pictures the student is shown those that it itself leads an
    optimiser to: a pool of optimisations with the *student's* losses is under way, and at
    every step some of them go on by a step. So it learns to be right where its own errors
    lead, which a student that was only shown photographs is not (the idea of DAgger, Ross,
    Gordon and Bagnell 2011).
    """

    name = "features"

    def __init__(self, school: School) -> None:
        self.school = school
        self.steps, self.rate = school.recipe.steps, school.recipe.rate

    def batch(self, step: int) -> DistilBatch:
        """Draw the pictures of a step, and let the teacher look at those that can be known."""
        recipe, school = self.school.recipe, self.school
        random = np.random.default_rng((recipe.seed, 3, step))
        visited = recipe.visited
        fresh = [school.picture(random) for _ in range(recipe.fresh)]
        contents = school.photographs.crops(visited, recipe.crop, random=random)
        painting = school.paintings.crop(recipe.crop, random=random)
        shown = school.place(torch.stack([painting, *fresh]))
        return DistilBatch(
            shown=shown,
            seen=school.teach(shown),
            rows=torch.from_numpy(random.permutation(recipe.pool)[:visited]),
            contents=contents,
            begins=torch.stack([_begin(content, random) for content in contents]),
            ends=torch.from_numpy(random.random(visited) < 1 / recipe.life),
        )

    def losses(self, net: Distiller, batch: DistilBatch) -> dict[str, Tensor]:
        """Return the terms of the distillation, and move the visited optimisations on."""
        self._begin_anew(net, batch)
        states = self.school.place(net.states[batch.rows]).requires_grad_()
        found = self._student(net, torch.cat([states, batch.shown]), LITE_LAYERS)
        self._move_on(net, batch, states, found)
        seen = self.school.teach(states)
        with torch.no_grad():
            wanted = net.components({k: torch.cat([seen[k], batch.seen[k]]) for k in seen})
        return self._distance(found, wanted)

    def _student(
        self, net: Distiller, pictures: Tensor, layers: Collection[str]
    ) -> dict[str, Tensor]:
        with torch.autocast(self.school.device.type, torch.bfloat16):
            found: dict[str, Tensor] = net(pictures, layers)
        return found

    def _distance(self, found: dict[str, Tensor], wanted: dict[str, Tensor]) -> dict[str, Tensor]:
        near = [content_loss(found[layer], wanted[layer]).mean() for layer in LITE_LAYERS]
        grams = [
            style_loss(gram_matrix(found[layer]), gram_matrix(wanted[layer])).mean()
            for layer in LITE_LAYERS
        ]
        terms = {f"{layer}": value for layer, value in zip(LITE_LAYERS, near, strict=True)}
        return {**terms, "gram": self.school.recipe.gram * torch.stack(grams).sum()}

    @torch.no_grad()
    def _begin_anew(self, net: Distiller, batch: DistilBatch) -> None:
        anew = batch.ends.to(net.ages.device) | (net.ages[batch.rows] < 0)
        rows = batch.rows[anew.cpu()]
        net.starts[rows] = batch.contents[anew.cpu()].to(net.starts)
        net.states[rows] = batch.begins[anew.cpu()].to(net.states)
        net.ages[rows] = 0.0

    def _move_on(
        self, net: Distiller, batch: DistilBatch, states: Tensor, found: dict[str, Tensor]
    ) -> None:
        """Take one step of each visited optimisation, by the student's own losses."""
        count = len(states)
        with torch.no_grad():
            starts = self.school.place(net.starts[batch.rows])
            drawing = self._student(net, starts, (_CONTENT,))[_CONTENT]
        grams = {layer: gram_matrix(found[layer][: count + 1]) for layer in _STYLE}
        style = [style_loss(gram[:count], gram[count:].detach()) for gram in grams.values()]
        content = content_loss(found[_CONTENT][:count], drawing)
        goal = (content + 20 * torch.stack(style).mean(0)).sum()
        (slope,) = torch.autograd.grad(goal, states, retain_graph=True)
        with torch.no_grad():
            ages = net.ages[batch.rows]
            rate = (0.03 / (1 + ages / 8)).view(-1, 1, 1, 1)
            unit = slope / slope.abs().mean(dim=(1, 2, 3), keepdim=True).clamp_min(1e-12)
            moved = states - rate * unit.clamp(-4, 4)
            net.states[batch.rows] = moved.clamp(-0.1, 1.1)
            net.ages[batch.rows] = ages + 1


def _begin(content: Tensor, random: np.random.Generator) -> Tensor:
    """Where an optimisation begins: at the picture, or (one in four) at noise."""
    if random.random() < 0.75:
        return content
    noise = torch.from_numpy(random.standard_normal(content.shape, dtype=np.float32))
    return (0.5 + 0.2 * noise).clamp(0, 1)
