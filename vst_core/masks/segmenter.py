"""What finds masks in pictures: the protocol and its settings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from torch import Tensor

from vst_core.job import Box

__all__ = ["SegmentSettings", "Segmenter"]


@dataclass(frozen=True, kw_only=True)
class SegmentSettings:
    """What a segmenter may need to be opened.

    Attributes:
        box: Around the thing in the first frame, in pixels of the picture; None = by saliency.
        canvas: (height, width) of the picture that the box is in.
        weights_dir: Looked into first for weights.
        seed: Of all random numbers.
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
