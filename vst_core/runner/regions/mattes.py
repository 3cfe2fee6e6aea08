"""The masks of every frame: given or made, steadied, and turned into mattes of the styles."""

from __future__ import annotations

import torch
from torch import Tensor

from vst_core.guidance import Guidance, Stylized
from vst_core.masks import Segmenter, by_style, feather, harden, partition, steady
from vst_core.resizing import resize_planes
from vst_core.runner.plan import Plan
from vst_core.runner.regions.region_plan import RegionPlan, open_segmenter_of

__all__ = ["LAYER", "MatteBuilder"]

LAYER = "masks"
"""The layer of a stylized frame that holds its masks, 1 x R x h x w."""


class MatteBuilder:
    """Makes the mattes of a plan with regions.

    Where the mask of a frame depends on that of the frame before, it travels as a layer of the
    stylized frame (`LAYER`): so it is warped, saved and forgotten with it.

    Args:
        plan: Of the run.
        regions: The plan's.

    Attributes:
        remembers: A frame's masks are those that were kept with its paint.
    """

    def __init__(self, plan: Plan, regions: RegionPlan) -> None:
        self._plan, self._regions = plan, regions
        self._segmenter: Segmenter | None = None
        if regions.is_made:
            self._segmenter = open_segmenter_of(plan.job, plan.canvas)
        wanted = {"on": True, "off": False}.get(plan.job.mask_steady, regions.is_made)
        self._steadies = plan.recurrent and wanted
        self.remembers = plan.recurrent and (wanted or regions.is_made)

    def masks(self, picture: Tensor, given: Tensor | None, guidance: Guidance | None) -> Tensor:
        """Return the masks of a frame at the size of the work.

        Args:
            picture: 1 x 3 x h x w, the working picture at that size.
            given: R x 1 x H x W on the canvas, from files; None where they are made.
            guidance: With the masks of the frame before, where they were kept.
        """
        before = None
        if guidance is not None and self.remembers:
            before = guidance.layers[LAYER][0, :, None].clamp(0, 1)
        size = (picture.shape[-2], picture.shape[-1])
        if self._segmenter is not None:
            masks = self._segmenter.segment(picture, before)
        else:
            assert given is not None  # masks are given or made
            masks = resize_planes(given.to(picture.device), size)
        if before is None or guidance is None or not self._steadies:
            return masks
        return steady(masks, before, guidance.trust)

    def mattes(self, masks: Tensor) -> Tensor:
        """Return the mattes of the styles, S x 1 x H x W with the sum 1, from masks."""
        hard = self._plan.job.mask_mode == "hard"
        files = self._regions.files
        shares = partition(masks if hard else self._softened(masks), files.groups)
        mattes = by_style(shares, self._regions.regions, len(self._regions.mixes))
        return harden(mattes) if hard else mattes

    def _softened(self, masks: Tensor) -> Tensor:
        """Return masks with soft edges: those of mattes are, as the renderer covered each pixel."""
        soft = [mask.source == "crypto" for mask in self._regions.files.masks]
        if all(soft):
            return masks
        keep = torch.tensor(soft, device=masks.device).view(-1, 1, 1, 1)
        return torch.where(keep, masks, feather(masks))

    def full(
        self, stylized: Stylized, picture: Tensor, small: Tensor, given: Tensor | None
    ) -> Tensor:
        """Return the mattes at the size of the canvas.

        Args:
            stylized: With the layer of `kept`.
            picture: 1 x 3 x H x W, the working picture on the canvas.
            small: The same at the size of the work.
            given: As for `masks`.
        """
        size = (picture.shape[-2], picture.shape[-1])
        if self.remembers:
            return self.mattes(resize_planes(stylized.layers[LAYER][0, :, None], size))
        if given is not None:
            return self.mattes(given.to(picture.device))
        return self.mattes(resize_planes(self.masks(small, None, None), size))

    def kept(self, masks: Tensor) -> dict[str, Tensor]:
        """Return what the next frame needs of the masks, as layers of this one."""
        return {LAYER: masks.transpose(0, 1).float()} if self.remembers else {}
