"""One frame: how the picture moved, what is known of the frame before, and the network."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from vst_core.flow import FlowSettings, FlowSource, open_flow_source
from vst_core.motion import trust_mask, warp
from vst_core.runner.cuts import compare
from vst_core.runner.plan import Plan
from vst_core.runner.states import State
from vst_core.stylizers import Guidance, StylizerSettings, keep_colours, open_stylizer

__all__ = ["FrameMaker", "Made"]


@dataclass(frozen=True, kw_only=True)
class Made:
    """A stylized frame that waits to be written.

    Attributes:
        output: 1 x 3 x H x W in [0, 1] on the CPU, at the size of the canvas.
        cut: The pictures show that a new shot begins here.
        repaired: The network gave values that are no numbers, and the source took their place.
    """

    output: Tensor
    cut: bool
    repaired: bool


class FrameMaker:
    """The networks of a run, opened once, and the state between its frames.

    Attributes:
        state: After the last frame that was made; None before the first and in runs that
            need none. It is kept here so that the old one can go before the network runs.

    Raises:
        WeightsError: Weights are absent or damaged.
        UsageError: The flow source needs something that is not installed.
    """

    def __init__(self, plan: Plan) -> None:
        job, device = plan.job, plan.device
        self._plan = plan
        self.state: State | None = None
        self._stylizer = open_stylizer(
            job.method,
            StylizerSettings(styles=plan.cards, device=device, precision=plan.precision),
        )
        self._flow: FlowSource | None = None
        if plan.recurrent:
            folder = Path(job.weights_dir).expanduser() if job.weights_dir else None
            self._flow = open_flow_source(job.flow, FlowSettings(device=device, weights_dir=folder))

    @torch.inference_mode()
    def make(self, frame: int, picture: Tensor, *, link: str) -> Made:
        """Stylize one frame with `state`, None where a shot is known to start; and set it anew.

        Args:
            frame: Its number.
            picture: 1 x 3 x H x W, the working picture on the canvas.
            link: The frame's, for its state.
        """
        plan = self._plan
        torch.manual_seed(plan.job.seed)  # every frame anew, so that a resumed run draws the same
        full = picture.to(plan.device)
        small = _resized(full, plan.work_size)
        guidance = self._guidance(self.state, small, frame) if self.state else None
        cut = self.state is not None and guidance is None
        self.state = None
        stylized = self._stylizer.stylize(small, guidance)
        del guidance
        finite = torch.isfinite(stylized)
        repaired = not bool(finite.all())
        if repaired:
            stylized = torch.where(finite, stylized, small)
        del finite
        if plan.recurrent:
            self.state = State(frame=frame, link=link, picture=small, stylized=stylized)
        output = _resized(stylized, (plan.height, plan.width))
        if plan.job.original_colors:
            output = keep_colours(output, full)
        return Made(output=output.cpu(), cut=cut, repaired=repaired)

    def _guidance(self, before: State, picture: Tensor, frame: int) -> Guidance | None:
        """Return what is known of the previous frame; None across a cut."""
        assert self._flow is not None  # there is a state in recurrent runs only
        flow = self._flow.between(before.picture, picture, frames=(before.frame, frame))
        assert flow is not None  # nor is a run without flow recurrent
        trust = trust_mask(flow.forward, flow.backward, variant=self._plan.job.trust)
        if self._plan.job.cuts == "auto":
            # Counted, not averaged: a sum of fractions depends on the number of threads.
            trusted = int(torch.count_nonzero(trust > 0.5)) / trust.numel()
            if compare(before.picture, picture).is_cut(trusted):
                return None
        return Guidance(warped=warp(before.stylized, flow.backward), trust=trust)


def _resized(picture: Tensor, size: tuple[int, int]) -> Tensor:
    """Return the picture at another size, bicubic, antialiased where it shrinks."""
    if picture.shape[-2:] == size:
        return picture
    smaller = size[0] * size[1] < picture.shape[-2] * picture.shape[-1]
    resized = F.interpolate(
        picture, size=size, mode="bicubic", antialias=smaller, align_corners=False
    )
    return resized.clamp_(0, 1)
