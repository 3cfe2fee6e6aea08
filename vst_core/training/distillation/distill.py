"""Distillation of the small encoder: the stage that the training loop runs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from vst_core.features import LITE_LAYERS, Encoder
from vst_core.losses import content_loss, gram_matrix, style_loss
from vst_core.training.augment import disturbed
from vst_core.training.distillation.distiller import Distiller
from vst_core.training.distillation.features_recipe import FeaturesRecipe
from vst_core.training.photographs import Photographs
from vst_core.training.precision import autocast

__all__ = ["DistillBatch", "DistillContext", "DistillStage"]

_STYLE = ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1")
_CONTENT = "relu4_2"
_STYLE_WEIGHT = 20.0


@dataclass(frozen=True, kw_only=True)
class DistillContext:
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
        """Return the teacher's activations of placed pictures, layer -> B x C x ...

        In bf16 where that pays.
        """
        return self.teacher(pictures, self.layers)

    @property
    def layers(self) -> tuple[str, ...]:
        """What teacher and student are asked for."""
        return (*LITE_LAYERS, *self.recipe.hints)

    def picture(self, random: np.random.Generator) -> Tensor:
        """Draw a disturbed picture, 3 x S x S in [0, 1]; of six, one comes from a painting."""
        size = self.recipe.crop
        source = self.paintings if random.random() < 1 / 6 else self.photographs
        other = self.paintings if random.random() < 0.5 else self.photographs
        one, two = source.crop(size, random=random), other.crop(size, random=random)
        return disturbed(one, two, random=random) if random.random() < 0.7 else one


@dataclass(frozen=True, kw_only=True)
class DistillBatch:
    """The pictures of a step.

    Attributes:
        fresh: F x 3 x S x S disturbed pictures.
        seen: Layer -> the teacher's activations of `fresh`.
        rows: V rows of the pool to visit.
        contents: V x 3 x S x S, what an optimization that begins anew is to show.
        styles: V x 3 x S x S, in whose style.
        begins: V x 3 x S x S, where it begins.
        ends: V, true where the optimization of that row is given up for a new one.
        hints: What is left of the weights of the hints, from 1 at the first step down to 0.
    """

    fresh: Tensor
    seen: dict[str, Tensor]
    rows: Tensor
    contents: Tensor
    styles: Tensor
    begins: Tensor
    ends: Tensor
    hints: float


class DistillStage:
    """Holds the student's activations and Gram matrices against the teacher's.

    Besides pictures and disturbed pictures the student is shown those that it itself leads an
    optimizer to: a pool of optimizations with the *student's* losses is under way, and at
    every step some of them go on by a step. So it learns to be right where its own errors
    lead, which a student that was only shown photographs is not (the idea of DAgger, Ross,
    Gordon and Bagnell 2011).
    """

    name = "features"

    def __init__(self, context: DistillContext) -> None:
        self.context = context
        self.steps, self.rate = context.recipe.steps, context.recipe.rate

    def batch(self, step: int) -> DistillBatch:
        """Draw the pictures of a step, and let the teacher look at those that can be known."""
        recipe, context = self.context.recipe, self.context
        random = np.random.default_rng((recipe.seed, 3, step))
        visited = recipe.visited
        fresh = context.place(torch.stack([context.picture(random) for _ in range(recipe.fresh)]))
        contents = context.photographs.crops(visited, recipe.crop, random=random)
        return DistillBatch(
            fresh=fresh,
            seen=context.teach(fresh),
            rows=torch.from_numpy(random.permutation(recipe.pool)[:visited]),
            contents=contents,
            styles=context.paintings.crops(visited, recipe.crop, random=random),
            begins=torch.stack([_begin(content, random) for content in contents]),
            ends=torch.from_numpy(random.random(visited) < 1 / recipe.life),
            hints=1 - step / recipe.steps,
        )

    def losses(self, net: Distiller, batch: DistillBatch) -> dict[str, Tensor]:
        """Return the terms of the distillation, and move the visited optimizations on."""
        self._begin_anew(net, batch)
        place, rows = self.context.place, batch.rows
        states = place(net.states[rows]).requires_grad_()
        others = torch.cat([place(net.styles[rows]), batch.fresh])
        found = self._student(net, states, self.context.layers)
        known = self._student(net, others, self.context.layers)
        self._move_on(net, rows, states, self._goal(net, rows, found, known))
        seen = _joined(self.context.teach(torch.cat([states, others[: len(rows)]])), batch.seen)
        return self._distance(_joined(found, known), net.components(seen), batch)

    def _student(
        self, net: Distiller, pictures: Tensor, layers: Collection[str]
    ) -> dict[str, Tensor]:
        with autocast(self.context.device):
            found: dict[str, Tensor] = net(pictures, layers)
        return found

    def _distance(
        self, found: dict[str, Tensor], wanted: dict[str, Tensor], batch: DistillBatch
    ) -> dict[str, Tensor]:
        recipe, visited = self.context.recipe, len(batch.rows)
        near = {layer: content_loss(found[layer], wanted[layer]).mean() for layer in wanted}
        for layer, weight in recipe.hints.items():
            near[layer] = weight * batch.hints * near[layer]
        grams = [
            _gram_error(gram_matrix(found[layer]), gram_matrix(wanted[layer]), visited=visited)
            for layer in LITE_LAYERS
        ]
        return {**near, "gram": recipe.gram * torch.stack(grams).sum()}

    @torch.no_grad()
    def _begin_anew(self, net: Distiller, batch: DistillBatch) -> None:
        anew = batch.ends.to(net.ages.device) | (net.ages[batch.rows] < 0)
        which = anew.cpu()
        rows = batch.rows[which]
        net.contents[rows] = batch.contents[which].to(net.contents)
        net.styles[rows] = batch.styles[which].to(net.styles)
        net.states[rows] = batch.begins[which].to(net.states)
        net.slopes[rows], net.squares[rows], net.ages[rows] = 0.0, 0.0, 0.0

    def _goal(
        self, net: Distiller, rows: Tensor, found: dict[str, Tensor], known: dict[str, Tensor]
    ) -> Tensor:
        """Return the sum of the visited optimizations' own losses (Gatys 2016, eq. 7).

        Args:
            net: The student.
            rows: Which are visited.
            found: Layer -> what it sees in them.
            known: Layer -> what it sees in their paintings, and in more pictures after them.
        """
        with torch.no_grad():
            contents = self.context.place(net.contents[rows])
            drawing = self._student(net, contents, (_CONTENT,))[_CONTENT]
            grams = {layer: gram_matrix(known[layer][: len(rows)]) for layer in _STYLE}
        style = [style_loss(gram_matrix(found[layer]), grams[layer]) for layer in _STYLE]
        content = content_loss(found[_CONTENT], drawing)
        return (content + _STYLE_WEIGHT * torch.stack(style).mean(0)).sum()

    def _move_on(self, net: Distiller, rows: Tensor, states: Tensor, goal: Tensor) -> None:
        """Take one step of Adam in each visited optimization, by the student's own losses."""
        (slope,) = torch.autograd.grad(goal, states, retain_graph=True)
        with torch.no_grad():
            net.ages[rows] += 1
            age = net.ages[rows].view(-1, 1, 1, 1)
            mean = net.slopes[rows].lerp(slope, 0.1)
            square = net.squares[rows].lerp(slope.square(), 0.01)
            spread = (square / (1 - 0.99**age)).sqrt().clamp_min(1e-12)
            moved = states - 0.02 * mean / (1 - 0.9**age) / spread
            net.slopes[rows], net.squares[rows] = mean, square
            net.states[rows] = moved.clamp(-0.1, 1.1)


def _gram_error(own: Tensor, true: Tensor, *, visited: int) -> Tensor:
    """Return by how much the student's Gram matrices mislead, over the number of pictures.

    An optimizer sees the difference between its picture's matrix and its painting's. What
    the student gets wrong in both alike does no harm, so the two are held to the teacher's as
    a pair; only pictures that have no painting are held to it by themselves.

    Args:
        own: B x C x C by the student: visited pictures, their paintings, and others.
        true: B x C x C by the teacher.
        visited: How many are visited.
    """
    error = own - true
    goals = true[visited : 2 * visited]
    pairs = style_loss(goals + error[:visited] - error[visited : 2 * visited], goals)
    alone = style_loss(own[2 * visited :], true[2 * visited :])
    return (pairs.sum() + alone.sum()) / len(own)


def _joined(one: dict[str, Tensor], two: dict[str, Tensor]) -> dict[str, Tensor]:
    return {layer: torch.cat([one[layer], two[layer]]) for layer in one}


def _begin(content: Tensor, random: np.random.Generator) -> Tensor:
    """Where an optimization begins: at the picture, or (one in four) at noise."""
    if random.random() < 0.75:
        return content
    noise = torch.from_numpy(random.standard_normal(content.shape, dtype=np.float32))
    return (0.5 + 0.2 * noise).clamp(0, 1)
