"""Several styles in one picture, as a run sees it."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor

from vst_core.guidance import Guidance
from vst_core.runner.plan import Plan
from vst_core.runner.regions.mattes import MatteBuilder
from vst_core.runner.regions.region_plan import RegionPlan
from vst_core.stylizers import StylizerSettings, open_regions

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

    def paint(
        self,
        picture: Tensor,
        guidance: Guidance | None,
        masks: Tensor | None,
        *,
        weight: Tensor | None = None,
    ) -> Tensor:
        """Return what the next frame and `compose` need: 1 x C x h x w.

        Args:
            picture: 1 x 3 x h x w, the working picture at the size of the work.
            guidance: Of what this gave for the frame before.
            masks: R x 1 x H x W on the canvas; None where they are made.
            weight: 1 x 1 x h x w in [0, 1], what of the picture counts; all of it where None.
        """
        found = self._mattes.masks(picture, masks, guidance)
        known = self._mattes.without_masks(guidance)
        mattes = self._mattes.mattes(found)
        stylized = self._stylizer.stylize(picture, known, mattes, weight=weight)
        return self._mattes.join(stylized, found)

    def compose(self, kept: Tensor, picture: Tensor, small: Tensor, masks: Tensor | None) -> Tensor:
        """Return the composite, 1 x 3 x H x W in [0, 1].

        Args:
            kept: What `paint` gave.
            picture: 1 x 3 x H x W, the working picture on the canvas.
            small: The same at the size of the work.
            masks: As for `paint`.
        """
        pictures = self._mattes.pictures(kept)
        if pictures.shape[-2:] != picture.shape[-2:]:
            size = (picture.shape[-2], picture.shape[-1])
            smaller = size[0] < pictures.shape[-2]
            pictures = F.interpolate(
                pictures, size=size, mode="bicubic", antialias=smaller, align_corners=False
            ).clamp_(0, 1)
        mattes = self._mattes.full(kept, picture, small, masks)
        return self._stylizer.compose(pictures, picture, mattes)
