"""Clips out of scenes, and which of their frames are held to which."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from vst_core.motion import compose, warp
from vst_core.training.hardships import Hardship
from vst_core.training.photograph_stack import PhotographStack
from vst_core.training.scenes import Scene, make_scene
from vst_core.training.stages import StyleContext

__all__ = [
    "MovingClip",
    "MovingPictures",
    "Tie",
    "draw_moving",
    "forth",
    "forth_and_back",
    "scene_length",
]

_SEEN = 0.99


@dataclass(frozen=True, kw_only=True)
class Tie:
    """What a frame's picture is held to.

    Attributes:
        back: How many frames before it.
        flow: Backward flow to there, B x 2 x S x S in pixels; None where nothing has moved.
        visible: B x 1 x S x S, 1 where the surface was seen there; None = all of it.
        weight: Of the loss.
    """

    back: int
    flow: Tensor | None = None
    visible: Tensor | None = None
    weight: float = 1.0

    def bring(self, picture: Tensor) -> Tensor:
        """Return that frame's picture, B x 3 x S x S, moved to now."""
        return picture if self.flow is None else warp(picture, self.flow)


@dataclass(frozen=True, kw_only=True)
class MovingClip:
    """Moving pictures: a frame, B x 3 x S x S in [0, 1], and its ties, for every moment."""

    frames: tuple[Tensor, ...]
    ties: tuple[tuple[Tie, ...], ...]


@dataclass(frozen=True, kw_only=True)
class MovingPictures:
    """Scenes, B pictures each moment, the style of each, B x styles, and what befell them."""

    scene: Scene
    mix: Tensor
    hardship: Hardship | None = None


def draw_moving(
    context: StyleContext, length: int, *, random: np.random.Generator
) -> MovingPictures:
    """Make the scenes of a batch where the photographs lie."""
    recipe, stills = context.recipe, context.photographs
    mix = context.draw_styles(random)
    with torch.device(context.device if isinstance(stills, PhotographStack) else "cpu"):
        scene = make_scene(
            stills, count=recipe.batch, size=recipe.crop, length=length, random=random
        )
        hardship = context.hardship(random)
        if hardship is not None:
            frames = tuple(hardship.befall(frame, random=random) for frame in scene.frames)
            scene = replace(scene, frames=frames)
    return MovingPictures(scene=scene, mix=mix, hardship=hardship)


def scene_length(length: int, *, returns: bool) -> int:
    """Return how many moments of a scene a clip needs.

    >>> scene_length(10, returns=True), scene_length(10, returns=False)
    (6, 10)
    """
    return length // 2 + 1 if returns else length


def forth(scene: Scene, *, gap: int, long_term: float) -> MovingClip:
    """Return a scene as a clip: every frame is held to the one before, and to one further back.

    Args:
        scene: Of any length.
        gap: Frames to that one.
        long_term: Weight of its tie; 0 = none.
    """
    ties: list[tuple[Tie, ...]] = [()]
    for moment in range(1, len(scene.frames)):
        found = [Tie(back=1, flow=scene.exact[moment - 1], visible=scene.visible[moment - 1])]
        if long_term > 0 and moment >= gap:
            found.append(_far(scene, moment, gap=gap, weight=long_term))
        ties.append(tuple(found))
    return MovingClip(frames=scene.frames, ties=tuple(ties))


def forth_and_back(scene: Scene, *, length: int) -> MovingClip:
    """Return a scene forth and back again, so many frames in all.

    On the way back nothing is known of the motion, and nothing need be: the same frame is to be
    the same picture.
    """
    there = forth(scene, gap=1, long_term=0)
    turn = len(scene.frames) - 1
    back = range(turn + 1, length)
    frames = tuple(scene.frames[2 * turn - moment] for moment in back)
    ties = tuple((Tie(back=2 * (moment - turn)),) for moment in back)
    return MovingClip(frames=there.frames + frames, ties=there.ties + ties)


def _far(scene: Scene, moment: int, *, gap: int, weight: float) -> Tie:
    """Return the tie to a frame further back, by way of all frames in between."""
    flow, visible = scene.exact[moment - 1], scene.visible[moment - 1]
    for earlier in range(moment - 2, moment - gap - 1, -1):
        seen = (warp(scene.visible[earlier], flow) > _SEEN).to(visible.dtype)
        visible = visible * seen
        flow = compose(flow, scene.exact[earlier])
    return Tie(back=gap, flow=flow, visible=visible, weight=weight)
