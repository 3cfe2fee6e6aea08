"""The LSTM video network of Agria 2020, section 5.5, and what keeps it from drifting."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from vst_core.losses import temporal_loss
from vst_core.nets import RecurrentNet, RecurrentState, TransformNet, itn_input
from vst_core.training.clip_settings import LstmSettings
from vst_core.training.clips.moving_clip import (
    MovingClip,
    Tie,
    draw_moving,
    forth,
    forth_and_back,
    scene_length,
)
from vst_core.training.hardships import Hardship
from vst_core.training.precision import autocast
from vst_core.training.stages import StyleContext

__all__ = ["ClipMoment", "LstmStage"]

_SPECTRAL_WEIGHT = 10.0
_SHIFT_CELLS = 3


@dataclass(frozen=True, kw_only=True)
class ClipMoment:
    """A moment of a clip, the style of its pictures, and what befell them.

    Attributes:
        clip: All of it.
        number: Which clip of the run it is.
        moment: Which of its frames.
        mix: B x 1.
        hardship: Of the whole clip.
    """

    clip: MovingClip
    number: int
    moment: int
    mix: Tensor
    hardship: Hardship | None = None


@dataclass(frozen=True, kw_only=True)
class _Walk:
    """How far a clip has been walked: which, its pictures so far, and the state after them."""

    number: int
    pictures: tuple[Tensor, ...] = ()
    state: RecurrentState | None = None


class LstmStage:
    """One frame of a clip a step; the next step goes on from its picture and its state.

    So no frame is painted without being learned from. A run that goes on in the middle of a clip
    first walks to its place there with the weights that it has now.

    Args:
        context: Photographs, losses, device.
        settings: The numbers.
        itn: The style's trained image network; asked for the previous frames where the settings
            want so.
    """

    name = "lstm"

    def __init__(self, context: StyleContext, settings: LstmSettings, *, itn: TransformNet) -> None:
        self.context, self.settings, self._itn = context, settings, itn
        self.steps, self.rate = settings.steps, settings.rate
        self._made: ClipMoment | None = None
        self._walk = _Walk(number=-1)

    def batch(self, step: int) -> ClipMoment:
        """Return the moment of a step, of a clip that is made when its first is asked for."""
        number, moment = divmod(step, self.settings.length)
        made = self._made
        if made is None or made.number != number:
            made = self._made = self._clip(number)
        return replace(made, moment=moment)

    def _clip(self, number: int) -> ClipMoment:
        settings = self.settings
        random = np.random.default_rng((self.context.recipe.seed, 3, number))
        returns = bool(random.random() < settings.ping_pong)
        length = scene_length(settings.length, returns=returns)
        moving = draw_moving(self.context, length, random=random)
        if returns:
            clip = forth_and_back(moving.scene, length=settings.length)
        else:
            clip = forth(moving.scene, gap=settings.gap, long_term=settings.long_term)
        return ClipMoment(
            clip=clip, number=number, moment=0, mix=moving.mix, hardship=moving.hardship
        )

    def losses(self, net: RecurrentNet, batch: ClipMoment) -> dict[str, Tensor]:
        """Return content, style and temporal terms of one frame, and keep what follows from it."""
        if self._walk.number != batch.number or len(self._walk.pictures) != batch.moment:
            self._catch_up(net, batch)
        context, walk = self.context, self._walk
        frame, mix = context.place(batch.clip.frames[batch.moment]), context.place(batch.mix)
        weight = context.weight(batch.hardship)
        output, state = self._paint(net, batch, frame, mix=mix, weight=weight)
        terms = context.perceptual(output, frame, mix, weight)
        ties = batch.clip.ties[batch.moment]
        if ties:
            held = [self._held(output, tie, batch) for tie in ties]
            terms["temporal"] = torch.stack(held).sum()
        if self.settings.spectral > 0:
            over = F.relu(net.lstm.recurrent_norm() - self.settings.spectral)
            terms["spectral"] = _SPECTRAL_WEIGHT * over.square()
        self._walk = replace(walk, pictures=(*walk.pictures, output.detach()), state=state)
        return terms

    @torch.no_grad()
    def _catch_up(self, net: RecurrentNet, batch: ClipMoment) -> None:
        self._walk = _Walk(number=batch.number)
        mix, weight = self.context.place(batch.mix), self.context.weight(batch.hardship)
        for moment in range(batch.moment):
            earlier = replace(batch, moment=moment)
            frame = self.context.place(batch.clip.frames[moment])
            output, state = self._paint(net, earlier, frame, mix=mix, weight=weight)
            self._walk = replace(
                self._walk, pictures=(*self._walk.pictures, output.detach()), state=state
            )

    def _paint(
        self,
        net: RecurrentNet,
        batch: ClipMoment,
        frame: Tensor,
        *,
        mix: Tensor,
        weight: Tensor | None,
    ) -> tuple[Tensor, RecurrentState]:
        """Return a frame's picture, and the state after it without gradients."""
        before = self._fed_back(batch, mix)
        with autocast(self.context.device):
            output, state = net(itn_input(frame), before, self._walk.state, mix, weight)
        kept = RecurrentState(hidden=state.hidden.detach(), cell=state.cell.detach())
        return output.float(), kept

    def _fed_back(self, batch: ClipMoment, mix: Tensor) -> Tensor:
        """Return what the network gets as the previous frame's picture; 0 where there is none."""
        if not batch.moment:
            return torch.zeros_like(self.context.place(batch.clip.frames[0]))
        before = self._before(batch, back=1)
        if self.settings.noise > 0:
            before = self._disturbed(before, batch)
        return itn_input(before)

    def _before(self, batch: ClipMoment, *, back: int) -> Tensor:
        """Return the picture of an earlier frame that counts: the network's own, or the ITN's."""
        if self.settings.feedback == "own":
            return self._walk.pictures[batch.moment - back]
        frame = self.context.place(batch.clip.frames[batch.moment - back])
        with torch.no_grad():
            return self.context.stylize(self._itn, itn_input(frame), self.context.place(batch.mix))

    def _disturbed(self, picture: Tensor, batch: ClipMoment) -> Tensor:
        """Add grain and a smooth shift of colors, each of a random strength."""
        generator = torch.Generator(picture.device)
        generator.manual_seed(self.context.recipe.seed + 1000 * batch.number + batch.moment)

        def normal(*shape: int) -> Tensor:
            return torch.randn(*shape, device=picture.device, generator=generator)

        count, _, height, width = picture.shape
        strength = self.settings.noise * torch.rand(
            2, count, 1, 1, 1, device=picture.device, generator=generator
        )
        shift = F.interpolate(
            normal(count, 3, _SHIFT_CELLS, _SHIFT_CELLS), (height, width), mode="bilinear"
        )
        grain = normal(count, 3, height, width)
        return (picture + strength[0] * grain + strength[1] * shift).clamp(0, 1)

    def _held(self, output: Tensor, tie: Tie, batch: ClipMoment) -> Tensor:
        """Return the weighted loss of a tie (eq. 5.7), against exact flow."""
        context = self.context
        placed = replace(
            tie,
            flow=None if tie.flow is None else context.place(tie.flow),
            visible=None if tie.visible is None else context.place(tie.visible),
        )
        target = placed.bring(self._before(batch, back=tie.back))
        trust = torch.ones_like(target[:, :1]) if placed.visible is None else placed.visible
        loss = temporal_loss(output, target, trust).mean()
        return self.settings.temporal * tie.weight * loss
