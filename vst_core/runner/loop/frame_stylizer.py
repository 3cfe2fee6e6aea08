"""Stylizes one frame: guidance from the frames before, the method, colors and size."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from vst_core.guidance import Guidance, GuidanceBuilder, PreviousFrame, open_flow
from vst_core.optimizer import Iteration
from vst_core.runner.method_settings import stylizer_settings
from vst_core.runner.plan import Plan
from vst_core.runner.regions.composer import RegionComposer
from vst_core.runner.resume.state_files import FrameState
from vst_core.stylizers import (
    Stylizer,
    keep_colors,
    match_colors,
    open_stylizer,
)

__all__ = ["REPAIRED", "FrameResult", "FrameStylizer", "OpenMethod", "Stylized"]

REPAIRED = (
    "the network gave values that are not numbers; the source replaced them. "
    "--precision fp32 may help."
)
"""What to say of a frame of which that is true."""


_COLORS = {"luminance": keep_colors, "statistics": match_colors}


@dataclass(frozen=True, kw_only=True)
class Stylized:
    """What a method gave.

    Attributes:
        stylized: 1 x 3 x h x w in [0, 1], at the size of the work, on the device; in a run with
            regions what `RegionComposer.paint` gives.
        repaired: Some values were no numbers, and the source took their place.
    """

    stylized: Tensor
    repaired: bool


@dataclass(frozen=True, kw_only=True)
class FrameResult:
    """A stylized frame that waits to be written.

    Attributes:
        output: 1 x 3 x H x W in [0, 1] on the CPU, at the size of the canvas.
        cut: The pictures show that a new shot begins here.
        repaired: See `Stylized`.
    """

    output: Tensor
    cut: bool
    repaired: bool


class OpenMethod:
    """The method of a plan, opened, between pictures at the size of the canvas.

    Args:
        plan: Of the run.
        watch: Told of every iteration of an optimising method.

    Raises:
        WeightsError: Weights are absent or damaged.
    """

    def __init__(self, plan: Plan, watch: Callable[[Iteration], None] | None = None) -> None:
        self._plan = plan
        settings = stylizer_settings(
            plan.job, plan.cards, device=plan.device, precision=plan.precision, watch=watch
        )
        self._regions: RegionComposer | None = None
        self._stylizer: Stylizer | None = None
        if plan.regions is None:
            self._stylizer = open_stylizer(plan.job.method, settings)
        else:
            self._regions = RegionComposer(plan, plan.regions, settings)

    def at_work_size(self, picture: Tensor) -> Tensor:
        """Return a working picture at the size of the work, on the device."""
        return _resized(picture.to(self._plan.device), self._plan.work_size)

    def paint(
        self, picture: Tensor, guidance: Guidance | None, masks: Tensor | None = None
    ) -> Stylized:
        """Stylize a picture of the size of the work.

        Args:
            picture: 1 x 3 x h x w.
            guidance: Of what this gave for other frames.
            masks: The frame's, see `LoadedFrame`.
        """
        torch.manual_seed(self._plan.job.seed)  # every time, so that a resumed run draws the same
        if self._regions is not None:
            stylized = self._regions.paint(picture, guidance, masks)
        else:
            assert self._stylizer is not None  # there is one or the other
            stylized = self._stylizer.stylize(picture, guidance)
        finite = torch.isfinite(stylized)
        if bool(finite.all()):
            return Stylized(stylized=stylized, repaired=False)
        count = stylized.shape[1]
        source = picture.repeat(1, -(-count // 3), 1, 1)[:, :count]
        return Stylized(stylized=torch.where(finite, stylized, source), repaired=True)

    def finish(self, stylized: Tensor, picture: Tensor, masks: Tensor | None = None) -> Tensor:
        """Return what is to be written, 1 x 3 x H x W on the CPU.

        Args:
            stylized: At the size of the work.
            picture: 1 x 3 x H x W, the working picture on the canvas.
            masks: As for `paint`.
        """
        if self._regions is not None:
            full, small = picture.to(self._plan.device), self.at_work_size(picture)
            output = self._regions.compose(stylized, full, small, masks)
        else:
            output = _resized(stylized, (self._plan.height, self._plan.width))
        if self._plan.job.original_colors:
            keep = _COLORS[self._plan.job.colors_by]
            output = keep(output, picture.to(output.device))
        return output.cpu()


class FrameStylizer:
    """Makes frames one after the other.

    Args:
        plan: Of the run.
        watch: Told of every iteration of an optimising method.

    Attributes:
        state: After the last frame that was made; None before the first and in runs that
            need none. It is kept here so that the old one can go before the network runs.

    Raises:
        WeightsError: Weights are absent or damaged.
        UsageError: The flow source needs something that is not installed.
    """

    def __init__(self, plan: Plan, watch: Callable[[Iteration], None] | None = None) -> None:
        self.state: FrameState | None = None
        self._method = OpenMethod(plan, watch)
        self._guide: GuidanceBuilder | None = None
        if plan.recurrent:
            self._guide = GuidanceBuilder(
                open_flow(plan.job, plan.device),
                trust=plan.job.trust,
                finds_cuts=plan.job.cuts == "auto",
                lags=plan.lags,
            )

    @torch.no_grad()
    def make(
        self, frame: int, picture: Tensor, *, frame_key: str, masks: Tensor | None = None
    ) -> FrameResult:
        """Stylize one frame with `state`, None where a shot is known to start; and set it anew.

        Args:
            frame: Its number.
            picture: 1 x 3 x H x W, the working picture on the canvas.
            frame_key: The frame's, for its state.
            masks: The frame's, see `LoadedFrame`.
        """
        small = self._method.at_work_size(picture)
        guidance = self._look_back(small, frame)
        cut = self.state is not None and guidance is None
        kept = self._forget(cut=cut)
        painted = self._method.paint(small, guidance, masks)
        del guidance
        if self._guide is not None:
            now = PreviousFrame(frame=frame, picture=small, stylized=painted.stylized)
            self.state = FrameState(frame_key=frame_key, history=(now, *kept))
        output = self._method.finish(painted.stylized, picture, masks)
        return FrameResult(output=output, cut=cut, repaired=painted.repaired)

    def _look_back(self, picture: Tensor, frame: int) -> Guidance | None:
        if self.state is None or self._guide is None:
            return None
        return self._guide.guidance(self.state.history, picture, frame)

    def _forget(self, *, cut: bool) -> tuple[PreviousFrame, ...]:
        """Drop the state, and return what of it the next one keeps."""
        before, self.state = self.state, None
        if before is None or self._guide is None or cut:
            return ()
        return before.history[: self._guide.reach - 1]


def _resized(picture: Tensor, size: tuple[int, int]) -> Tensor:
    """Return the picture at another size, bicubic, antialiased where it shrinks."""
    if picture.shape[-2:] == size:
        return picture
    smaller = size[0] * size[1] < picture.shape[-2] * picture.shape[-1]
    resized = F.interpolate(
        picture, size=size, mode="bicubic", antialias=smaller, align_corners=False
    )
    return resized.clamp_(0, 1)
