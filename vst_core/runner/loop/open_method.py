"""The method of a run, opened: between pictures at the size of the canvas."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import torch
from torch import Tensor

from vst_core.content import NORMAL, Level, filled_in, fullness
from vst_core.content.grain import denoised
from vst_core.guidance import Guidance, PreviousFrame, Sight, Stylized
from vst_core.optimizer import Iteration
from vst_core.resizing import resize_picture
from vst_core.runner.method_settings import stylizer_settings
from vst_core.runner.plan import Plan
from vst_core.runner.regions.composer import RegionComposer
from vst_core.stylizers import (
    START,
    Stylizer,
    StylizerState,
    keep_colors,
    match_colors,
    open_stylizer,
)

__all__ = ["REPAIRED", "OpenMethod"]

REPAIRED = (
    "the network gave values that are not numbers; the source replaced them. "
    "--precision fp32 may help."
)
"""What to say of a frame of which that is true."""

_COLORS: Mapping[str, Callable[[Tensor, Tensor], Tensor]] = {
    "luminance": keep_colors,
    "statistics": match_colors,
}


class OpenMethod:
    """The method of a plan, opened, between pictures at the size of the canvas.

    Args:
        plan: Of the run.
        watch: Told of every iteration of an optimizing method.

    Raises:
        WeightsError: Weights are absent or damaged.
    """

    def __init__(self, plan: Plan, watch: Callable[[Iteration], None] | None = None) -> None:
        self._plan = plan
        self._cleaned: tuple[Tensor | None, Tensor | None] = (None, None)
        settings = stylizer_settings(
            plan.job,
            plan.cards,
            device=plan.device,
            precision=plan.precision,
            size=plan.work_size,
            watch=watch,
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
    def masks_decide(self) -> bool:
        """Whether the same picture in other masks is painted otherwise, and not only cut."""
        return self._regions is not None and self._regions.masks_decide

    def sight(self, picture: Tensor, counts: Tensor | None) -> tuple[Tensor, Sight]:
        """Return a frame with its hidden places filled in, and as it is at the size of the work.

        Args:
            picture: 1 x 3 x H x W, the working picture on the canvas.
            counts: 1 x 1 x H x W in [0, 1], what of it is picture; all of it where None.
        """
        full = picture if counts is None else filled_in(picture, counts)
        weight = None if counts is None else self.at_work_size(counts)
        seen = self._clean(full) if self._plan.job.denoise_guide else full
        return full, Sight.of(self.at_work_size(seen), weight)

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
            painted = self._regions.paint(picture, guidance, masks, state)
        else:
            assert self._stylizer is not None  # there is one or the other
            painted = self._stylizer.stylize(picture, guidance, state)
        stylized, repaired = _repaired(painted, picture)
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
        if self._plan.job.grain == "keep":
            # What stays as it is, is without grain too, so that all of the picture gets it once.
            clean = self._clean(picture)
            painted = self._given_back(stylized, clean, masks, level=level)
            return (painted + (picture - clean).cpu()).clamp_(0, 1)
        return self._given_back(stylized, picture, masks, level=level)

    def show(self, painted: PreviousFrame, picture: Tensor, masks: Tensor | None) -> Tensor:
        """Return what is to be written of a frame that shows the paint of this or another one.

        Args:
            painted: The frame that was painted.
            picture: 1 x 3 x H x W, the working picture of the frame to write, on the canvas.
            masks: Of that frame.
        """
        stylized = Stylized(picture=painted.stylized, layers=painted.layers)
        return self.finish(stylized, picture, masks, level=painted.level)

    def _given_back(
        self, stylized: Stylized, picture: Tensor, masks: Tensor | None, *, level: Level
    ) -> Tensor:
        painted = self._composed(stylized, level.normal(picture), masks)
        return level.give_back(painted, picture.to(painted.device)).cpu()

    def _clean(self, picture: Tensor) -> Tensor:
        """Return a picture without its grain; a frame's is asked for twice, and made once."""
        known, clean = self._cleaned
        if known is not picture:
            clean = denoised(picture)
            self._cleaned = (picture, clean)
        assert clean is not None  # it was made
        return clean

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
