"""GrabCut (Rother et al. 2004): a thing and its surroundings, told apart by their colors."""

from __future__ import annotations

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vst_core.errors import InputError
from vst_core.image.arrays import FloatArray
from vst_core.masks.refining import refine, scaled, shrunk
from vst_core.masks.segmenter import Segmenter, SegmentSettings

__all__ = ["GrabCut"]

_LONGEST = 480  # its time grows with the pixels; the guided filter brings the edges back
_ROUNDS = 4
_BAND = 1 / 24
_SURE = 0.9


class GrabCut:
    """Begins with a box or with saliency, and follows the mask of the frame before.

    Args:
        settings: With the box, if there is one.
        saliency: What to begin with otherwise.

    Raises:
        InputError: The box lies outside of the picture, or covers all of it.
    """

    def __init__(self, settings: SegmentSettings, *, saliency: Segmenter | None) -> None:
        self._settings, self._saliency = settings, saliency
        if settings.box is not None:
            _check_box(settings)

    def segment(self, picture: Tensor, before: Tensor | None) -> Tensor:
        """Return the mask of a picture; where nothing stands out in a box, all of it."""
        pixels, guide = shrunk(picture, _LONGEST)
        seeds = self._seeds(picture, before, (pixels.shape[0], pixels.shape[1]))
        found = _cut(pixels, seeds, self._settings.seed)
        if before is None and not found.any():  # of one color with its surroundings
            found = _front(seeds)
        return torch.from_numpy(refine(found, guide))[None, None].to(picture.device)

    def _seeds(
        self, picture: Tensor, before: Tensor | None, size: tuple[int, int]
    ) -> NDArray[np.uint8]:
        if before is not None:
            return _around(scaled(before[0, 0].cpu().numpy(), size))
        if self._saliency is None:
            return self._box(size)
        found = self._saliency.segment(picture, None)
        return _by_chance(scaled(found[0, 0].cpu().numpy(), size))

    def _box(self, size: tuple[int, int]) -> NDArray[np.uint8]:
        box, (height, width) = self._settings.box, self._settings.canvas
        assert box is not None  # there is saliency otherwise
        across, down = size[1] / width, size[0] / height
        seeds = np.full(size, cv2.GC_BGD, np.uint8)
        rows = slice(round(box.y * down), max(round((box.y + box.height) * down), 1))
        columns = slice(round(box.x * across), max(round((box.x + box.width) * across), 1))
        seeds[rows, columns] = cv2.GC_PR_FGD
        return seeds


def _check_box(settings: SegmentSettings) -> None:
    box, (height, width) = settings.box, settings.canvas
    assert box is not None
    inside = box.x + box.width <= width and box.y + box.height <= height
    if inside and (box.width < width or box.height < height):
        return
    where = f"{box.x},{box.y},{box.width},{box.height}"
    what = "covers all of" if inside else "reaches out of"
    raise InputError(
        f"--segment-box {where} {what} the picture of {width} x {height}",
        fix="Draw it close around the thing, with some of its surroundings outside.",
    )


def _around(before: FloatArray) -> NDArray[np.uint8]:
    """Seeds from an earlier mask: sure inside and far outside, open along its edge."""
    reach = 2 * max(1, round(_BAND * min(before.shape))) + 1
    kernel = np.ones((reach, reach), np.uint8)
    inside = (before > 0.5).astype(np.uint8)
    seeds = np.where(inside, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    seeds[cv2.erode(inside, kernel) > 0] = cv2.GC_FGD
    seeds[cv2.dilate(inside, kernel) == 0] = cv2.GC_BGD
    return seeds


def _by_chance(found: FloatArray) -> NDArray[np.uint8]:
    """Seeds from a saliency mask."""
    seeds = np.where(found > 0.5, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    seeds[found > _SURE] = cv2.GC_FGD
    seeds[found < 1 - _SURE] = cv2.GC_BGD
    return seeds


def _cut(pixels: FloatArray, seeds: NDArray[np.uint8], seed: int) -> FloatArray:
    """Return the mask of 0 and 1; where one side has no seeds there is nothing to tell apart."""
    front = _front(seeds)
    if front.any() and not front.all():
        picture = (pixels[..., ::-1] * 255).round().clip(0, 255).astype(np.uint8)
        back, fore = np.zeros((1, 65)), np.zeros((1, 65))
        cv2.setRNGSeed(seed)  # its first clustering draws lots
        labels = seeds.copy()
        way = cv2.GC_INIT_WITH_MASK  # the rectangle is not looked at
        cv2.grabCut(picture, labels, (0, 0, 1, 1), back, fore, _ROUNDS, way)
        front = _front(labels)
    return front


def _front(labels: NDArray[np.uint8]) -> FloatArray:
    return np.asarray((labels == cv2.GC_FGD) | (labels == cv2.GC_PR_FGD), np.float32)
