"""Stylizes one frame: guidance from the frames before, the method, colors and size."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from vst_core.content import (
    NORMAL,
    NOTHING,
    Level,
    contrast,
    filled_in,
    fullness,
    is_held,
)
from vst_core.guidance import (
    Boil,
    Found,
    Guidance,
    GuidanceBuilder,
    PreviousFrame,
    Sight,
    Stylized,
    compare,
    follow,
    is_flash,
    start,
)
from vst_core.optimizer import Iteration
from vst_core.resizing import resize_picture
from vst_core.runner.io.frame_views import frame_viewer
from vst_core.runner.io.framing import framed
from vst_core.runner.method_settings import stylizer_settings
from vst_core.runner.plan import Plan
from vst_core.runner.regions.composer import RegionComposer
from vst_core.runner.resume.state_files import FrameState
from vst_core.runner.values_over_time import look_at
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
        return resize_picture(picture.to(self._plan.device), self._plan.work_size)

    @property
    def holds(self) -> bool:
        """Whether the same picture is painted the same: not where a mask may have changed."""
        return self._regions is None

    def sight(self, picture: Tensor, counts: Tensor | None) -> Sight:
        """Return a picture of the canvas, and what counts of it, at the size of the work."""
        weight = None if counts is None else self.at_work_size(counts)
        return Sight.of(self.at_work_size(picture), weight)

    def paint(
        self,
        picture: Tensor,
        guidance: Guidance | None,
        masks: Tensor | None = None,
        state: StylizerState = START,
    ) -> tuple[Stylized, bool]:
        """Stylize a picture of the size of the work; where it is empty it stays as it is.

        Args:
            picture: 1 x 3 x h x w.
            guidance: Of what this gave for other frames.
            masks: The frame's, see `LoadedFrame`.
            state: What the method remembers, the frame's look, and what of it counts.

        Returns:
            The stylized frame; and whether values were no numbers, so that the source took their
            place.
        """
        torch.manual_seed(self._plan.job.seed)  # every time, so that a resumed run draws the same
        full = fullness(picture)
        empty = bool((full < 1).any())
        if empty:
            weight = full if state.weight is None else state.weight * full
            state = replace(state, weight=weight)
        if self._regions is not None:
            return _repaired(self._regions.paint(picture, guidance, masks, state), picture)
        assert self._stylizer is not None  # there is one or the other
        stylized, repaired = _repaired(self._stylizer.stylize(picture, guidance, state), picture)
        if empty:
            stylized = _mixed(stylized, picture, full)
        return stylized, repaired

    def finish(
        self,
        stylized: Stylized,
        picture: Tensor,
        masks: Tensor | None = None,
        *,
        level: Level = NORMAL,
    ) -> Tensor:
        """Return what is to be written, 1 x 3 x H x W on the CPU.

        Args:
            stylized: At the size of the work.
            picture: 1 x 3 x H x W, the working picture on the canvas.
            masks: As for `paint`.
            level: Of the picture; `stylized` is at the normal one.
        """
        painted = self._composed(stylized, level.normal(picture), masks)
        return level.give_back(painted, picture.to(painted.device)).cpu()

    def _composed(self, stylized: Stylized, picture: Tensor, masks: Tensor | None) -> Tensor:
        if self._regions is not None:
            full, small = picture.to(self._plan.device), self.at_work_size(picture)
            output = self._regions.compose(stylized, full, small, masks)
        else:
            output = resize_picture(stylized.picture, (self._plan.height, self._plan.width))
        if self._plan.job.original_colors:
            keep = _COLORS[self._plan.job.colors_by]
            output = keep(output, picture.to(output.device))
        return output


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
        self._job, self._bars = plan.job, plan.bars
        self._boil = Boil(amount=plan.job.boil, seed=plan.job.seed)
        self._guide: GuidanceBuilder | None = None
        if plan.guided and plan.recurrent:
            self._guide = GuidanceBuilder(
                plan.motion.open(plan.job, plan.device),
                trust=plan.job.trust,
                finds_cuts=self._finds_cuts,
                lags=plan.lags,
                view=frame_viewer(plan.input, canvas=plan.canvas, display=plan.display),
            )

    @torch.no_grad()
    def make(
        self,
        frame: int,
        picture: Tensor,
        *,
        frame_key: str,
        masks: Tensor | None = None,
        counts: Tensor | None = None,
        look: Look | None = None,
    ) -> FrameResult:
        """Stylize one frame with `state`, None where a shot is known to start; and set it anew.

        A frame that holds nothing, or the white of a flash, stays as it is, and one that is held
        gets the paint of the frame before; the state then goes on as if they had not been there.

        Args:
            frame: Its number.
            picture: 1 x 3 x H x W, the working picture on the canvas.
            frame_key: The frame's, for its state.
            masks: The frame's, see `LoadedFrame`.
            counts: 1 x 1 x H x W in [0, 1], what of the canvas is picture; all of it where None.
            look: How it is to look; None = as the method was opened.
        """
        full = picture if counts is None else filled_in(picture, counts)
        sight = self._method.sight(full, counts)
        if contrast(sight.cells) < NOTHING or self._flashes(sight, frame):
            self._go_on(frame, frame_key)
            return FrameResult(output=picture, cut=False, repaired=False)
        held = self._held(sight, frame)
        if held is not None:
            self._go_on(frame, frame_key)
            stylized = Stylized(picture=held.stylized, layers=held.layers)
            output = self._method.finish(stylized, full, masks, level=held.level)
            made = FrameResult(output=output, cut=False, repaired=False)
        else:
            state = StylizerState(look=look or Look(), weight=sight.weight)
            made = self._painted(frame, full, sight, frame_key=frame_key, masks=masks, state=state)
        return replace(made, output=framed(made.output, picture, bars=self._bars))

    def _painted(
        self,
        frame: int,
        full: Tensor,
        sight: Sight,
        *,
        frame_key: str,
        masks: Tensor | None,
        state: StylizerState,
    ) -> FrameResult:
        found, cut = self._look_back(sight, frame)
        history, memory = self._take_state(cut=cut)
        state = replace(state, memory=memory)
        stylized, repaired = self._method.paint(found.normal, found.guidance, masks, state)
        del memory, state
        if self._remembers:
            now = PreviousFrame(
                frame=frame,
                picture=found.normal,
                stylized=stylized.picture,
                layers=stylized.layers,
                level=found.level,
            )
            self.state = FrameState(
                frame=frame,
                frame_key=frame_key,
                history=(now, *history),
                memory=stylized.memory,
            )
        level = found.level
        del found
        output = self._method.finish(stylized, full, masks, level=level)
        return FrameResult(output=output, cut=cut, repaired=repaired)

    @property
    def _history(self) -> tuple[PreviousFrame, ...]:
        return () if self.state is None else self.state.history

    def _go_on(self, frame: int, frame_key: str) -> None:
        """Let the state pass over a frame."""
        if self.state is not None:
            self.state = replace(self.state, frame=frame, frame_key=frame_key)
        elif self._remembers:
            self.state = FrameState(frame=frame, frame_key=frame_key, history=())

    def _flashes(self, sight: Sight, frame: int) -> bool:
        return bool(self._history) and is_flash(self._history[0], sight, frame)

    def _held(self, sight: Sight, frame: int) -> PreviousFrame | None:
        """Return the last frame, if this one is the same picture and paint is to hold."""
        if not self._history or not self._method.holds or self._boil.amount:
            return None
        last = self._history[0]
        if look_at(self._job, last.frame) != look_at(self._job, frame):
            return None
        now = last.level.normal(sight.picture)
        return last if is_held(last.picture, now, gain=last.level.gain) else None

    def _look_back(self, sight: Sight, frame: int) -> tuple[Found, bool]:
        """Return what the frame is painted from, and whether the pictures show a cut."""
        if not self._history:
            return start(sight), False
        if self._guide is None:
            found = start(sight)
            return found, self._is_changed(found)
        found = follow(self._guide, self._history, sight, frame, boil=self._boil)
        return found, found.guidance is None

    def _is_changed(self, found: Found) -> bool:
        """Whether a frame begins a shot where motion is not known: only a plain change counts."""
        before = self._history[0].picture
        return self._finds_cuts and compare(before, found.normal).is_cut(trusted=1.0)

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


def _mixed(stylized: Stylized, source: Tensor, share: Tensor) -> Stylized:
    """Return a frame whose pictures are painted by a share, and else the source."""
    layers = {
        name: source.lerp(layer, share) if name.endswith("picture") else layer
        for name, layer in stylized.layers.items()
    }
    return replace(stylized, picture=source.lerp(stylized.picture, share), layers=layers)
