"""Several styles in one picture, as a run sees it."""

from __future__ import annotations

from dataclasses import replace

from torch import Tensor

from vst_core.guidance import Guidance, Stylized
from vst_core.resizing import resize_picture
from vst_core.runner.plan import Plan
from vst_core.runner.regions.mattes import MatteBuilder
from vst_core.runner.regions.region_plan import RegionPlan
from vst_core.stylizers import StylizerSettings, StylizerState, open_regions

__all__ = ["RegionComposer"]


class RegionComposer:
    """The masks and the styles of a plan with regions, between pictures at the work size.

    Args:
        plan: Of the run.
        regions: The plan's.
        settings: What the plan's method is opened with, for all of its styles.

    Raises:
        UsageError, InputError, WeightsError: A style or what makes masks cannot be opened.
    """

    def __init__(self, plan: Plan, regions: RegionPlan, settings: StylizerSettings) -> None:
        self._mattes = MatteBuilder(plan, regions)
        self._stylizer = open_regions(
            plan.job.method, settings, regions.mixes, mode=plan.job.mask_mode
        )

    @property
    def masks_decide(self) -> bool:
        """Whether a picture in other masks has to be painted anew, and not only composed."""
        return self._stylizer.masks_decide or self._mattes.remembers

    def paint(
        self,
        picture: Tensor,
        guidance: Guidance | None,
        masks: Tensor | None,
        state: StylizerState,
    ) -> Stylized:
        """Return what the next frame and `compose` need.

        Args:
            picture: 1 x 3 x h x w, the working picture at the size of the work.
            guidance: Of what this gave for the frame before.
            masks: R x 1 x H x W on the canvas; None where they are made.
            state: What the method remembers, the frame's look, and what of it counts.
        """
        found = self._mattes.masks(picture, masks, guidance)
        mattes = self._mattes.mattes(found)
        stylized = self._stylizer.stylize(picture, guidance, replace(state, mattes=mattes))
        return replace(stylized, layers={**stylized.layers, **self._mattes.kept(found)})

    def compose(
        self, stylized: Stylized, picture: Tensor, small: Tensor, masks: Tensor | None
    ) -> Tensor:
        """Return the composite, 1 x 3 x H x W in [0, 1].

        Args:
            stylized: What `paint` gave.
            picture: 1 x 3 x H x W, the working picture on the canvas.
            small: The same at the size of the work.
            masks: As for `paint`.
        """
        size = (picture.shape[-2], picture.shape[-1])
        full = Stylized(
            picture=resize_picture(stylized.picture, size),
            layers={
                name: resize_picture(layer, size)
                for name, layer in stylized.layers.items()
                if name.endswith("/picture")
            },
        )
        mattes = self._mattes.full(stylized, picture, small, masks)
        return self._stylizer.compose(full, picture, mattes)
