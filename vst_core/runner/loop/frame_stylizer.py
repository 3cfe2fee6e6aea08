"""Stylizes one frame: guidance from the frames before, the method, colors and size."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from torch import Tensor

from vst_core.guidance import (
    Guidance,
    GuidanceBuilder,
    PreviousFrame,
    Stylized,
    compare,
    open_flow,
)
from vst_core.optimizer import Iteration
from vst_core.runner.method_settings import stylizer_settings
from vst_core.runner.plan import Plan
from vst_core.runner.regions.composer import RegionComposer
from vst_core.runner.resume.state_files import FrameState
from vst_core.stylizers import (
    START,
    Look,
    Stylizer,
    StylizerState,
    keep_colors,
    match_colors,
    open_stylizer,
)

__all__ = ["REPAIRED", "FrameResult", "FrameStylizer", "OpenMethod"]

REPAIRED = (
    "the network gave values that are not numbers; the source replaced them. "
    "--precision fp32 may help."
)
"""What to say of a frame of which that is true."""


_COLORS = {"luminance": keep_colors, "statistics": match_colors}


@dataclass(frozen=True, kw_only=True)
class FrameResult:
    """A stylized frame that waits to be written.

    Attributes:
        output: 1 x 3 x H x W in [0, 1] on the CPU, at the size of the canvas.
        cut: The pictures show that a new shot begins here.
        repaired: Some values were no numbers, and the source took their place.
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
        self,
        picture: Tensor,
        guidance: Guidance | None,
        masks: Tensor | None = None,
        state: StylizerState = START,
    ) -> tuple[Stylized, bool]:
        """Stylize a picture of the size of the work.

        Args:
            picture: 1 x 3 x h x w.
            guidance: Of what this gave for other frames.
            masks: The frame's, see `LoadedFrame`.
            state: What the method remembers, and the frame's look.

        Returns:
            The stylized frame; and whether values were no numbers, so that the source took their
            place.
        """
        torch.manual_seed(self._plan.job.seed)  # every time, so that a resumed run draws the same
        if self._regions is not None:
            return _repaired(self._regions.paint(picture, guidance, masks, state), picture)
        assert self._stylizer is not None  # there is one or the other
        return _repaired(self._stylizer.stylize(picture, guidance, state), picture)

    def finish(self, stylized: Stylized, picture: Tensor, masks: Tensor | None = None) -> Tensor:
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
            output = _resized(stylized.picture, (self._plan.height, self._plan.width))
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
        self._remembers, self._finds_cuts = plan.recurrent, plan.job.cuts == "auto"
        self._method = OpenMethod(plan, watch)
        self._guide: GuidanceBuilder | None = None
        if plan.guided and plan.recurrent:
            self._guide = GuidanceBuilder(
                open_flow(plan.job, plan.device),
                trust=plan.job.trust,
                finds_cuts=self._finds_cuts,
                lags=plan.lags,
            )

    @torch.no_grad()
    def make(
        self,
        frame: int,
        picture: Tensor,
        *,
        frame_key: str,
        masks: Tensor | None = None,
        look: Look | None = None,
    ) -> FrameResult:
        """Stylize one frame with `state`, None where a shot is known to start; and set it anew.

        Args:
            frame: Its number.
            picture: 1 x 3 x H x W, the working picture on the canvas.
            frame_key: The frame's, for its state.
            masks: The frame's, see `LoadedFrame`.
            look: How it is to look; None = as the method was opened.
        """
        small = self._method.at_work_size(picture)
        guidance = self._look_back(small, frame)
        cut = self._begins_shot(small, guidance)
        history, memory = self._take_state(cut=cut)
        state = StylizerState(memory=memory, look=look or Look())
        stylized, repaired = self._method.paint(small, guidance, masks, state)
        del guidance, memory, state
        if self._remembers:
            now = PreviousFrame(
                frame=frame, picture=small, stylized=stylized.picture, layers=stylized.layers
            )
            self.state = FrameState(
                frame_key=frame_key, history=(now, *history), memory=stylized.memory
            )
        output = self._method.finish(stylized, picture, masks)
        return FrameResult(output=output, cut=cut, repaired=repaired)

    def _look_back(self, picture: Tensor, frame: int) -> Guidance | None:
        if self.state is None or self._guide is None:
            return None
        return self._guide.guidance(self.state.history, picture, frame)

    def _begins_shot(self, picture: Tensor, guidance: Guidance | None) -> bool:
        """Whether the pictures show a new shot; without motion only a plain change counts."""
        if self.state is None:
            return False
        if self._guide is not None:
            return guidance is None
        before = self.state.history[0].picture
        return self._finds_cuts and compare(before, picture).is_cut(trusted=1.0)

    def _take_state(self, *, cut: bool) -> tuple[tuple[PreviousFrame, ...], Mapping[str, Tensor]]:
        """Let go of the state, and return what of it the next one keeps, and the memory."""
        before, self.state = self.state, None
        if before is None or cut:
            return (), {}
        reach = self._guide.reach if self._guide is not None else 1
        return before.history[: reach - 1], before.memory


def _repaired(stylized: Stylized, source: Tensor) -> tuple[Stylized, bool]:
    """Return a frame whose planes are numbers, and whether some were none.

    Pictures take the source's place there, other layers 0; memory is the method's own.
    """
    planes = {"picture": stylized.picture, **stylized.layers}
    bad = [name for name, plane in planes.items() if not bool(torch.isfinite(plane).all())]
    for name in bad:
        plane = planes[name]
        other = source if name.endswith("picture") else torch.zeros_like(plane)
        planes[name] = torch.where(torch.isfinite(plane), plane, other)
    picture = planes.pop("picture")
    return replace(stylized, picture=picture, layers=planes), bool(bad)


def _resized(picture: Tensor, size: tuple[int, int]) -> Tensor:
    """Return the picture at another size, bicubic, antialiased where it shrinks."""
    if picture.shape[-2:] == size:
        return picture
    smaller = size[0] * size[1] < picture.shape[-2] * picture.shape[-1]
    resized = F.interpolate(
        picture, size=size, mode="bicubic", antialias=smaller, align_corners=False
    )
    return resized.clamp_(0, 1)
