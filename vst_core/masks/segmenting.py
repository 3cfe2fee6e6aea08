"""Masks that are made from the picture: the protocol, and the ways by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from torch import Tensor

from vst_core.errors import UsageError, nearest
from vst_core.regions import Box

__all__ = ["SEGMENTERS", "SegmentSettings", "Segmenter", "open_segmenter"]


@dataclass(frozen=True, kw_only=True)
class SegmentSettings:
    """What a segmenter may need to be opened.

    Attributes:
        box: Around the thing in the first frame, in pixels of the picture; None = by saliency.
        canvas: (height, width) of the picture that the box is in.
        weights_dir: Looked into first for weights.
        seed: Of all chance.
    """

    box: Box | None = None
    canvas: tuple[int, int]
    weights_dir: Path | None = None
    seed: int = 0


class Segmenter(Protocol):
    """Something that finds what the picture is of."""

    def segment(self, picture: Tensor, before: Tensor | None) -> Tensor:
        """Return the mask of a picture.

        The same pictures give the same bytes, whatever was asked before.

        Args:
            picture: 1 x 3 x H x W in [0, 1]; H, W >= 16.
            before: 1 x 1 x H x W in [0, 1], the mask of the frame before, warped to now; None
                where a shot starts or the motion is not known.

        Returns:
            1 x 1 x H x W in [0, 1] on the picture's device, soft at its edge.
        """
        ...


def _grabcut(settings: SegmentSettings) -> Segmenter:
    from vst_core.masks.grabcut import GrabCut

    saliency = None if settings.box else _saliency(settings)
    return GrabCut(settings, saliency=saliency)


def _saliency(settings: SegmentSettings) -> Segmenter:
    from vst_core.masks.saliency import Saliency

    return Saliency(settings.weights_dir)


SEGMENTERS: dict[str, Callable[[SegmentSettings], Segmenter]] = {
    "grabcut": _grabcut,
    "saliency": _saliency,
}


def open_segmenter(name: str, settings: SegmentSettings) -> Segmenter:
    """Return a segmenter, ready to run.

    Raises:
        UsageError: There is none of this name, or it needs something that is not installed.
        InputError: The box lies outside of the picture.
        WeightsError: Its weights are absent or damaged.
    """
    if name not in SEGMENTERS:
        fix = nearest(name, SEGMENTERS)
        raise UsageError(f"No way to make masks is called '{name}'", fix=fix)
    return SEGMENTERS[name](settings)
