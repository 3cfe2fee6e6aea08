"""Whether strokes hold on to the picture: their edges against those of the source.

A network that feeds on its own output can let go of what it paints (Agria 2020, figure 6.50):
strokes then drift over the picture, and their edges no longer have to do with its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

import torch
from torch import Tensor
from torch.nn import functional as F

__all__ = ["LET_GO", "edge_correlation", "edges", "let_go"]

LET_GO = 0.8
"""Strokes have let go where they hold less than this share of what they held first."""

_LUMA = (0.2126, 0.7152, 0.0722)
_SOBEL = ((-1.0, 0.0, 1.0), (-2.0, 0.0, 2.0), (-1.0, 0.0, 1.0))
_CELL = 4


def edges(picture: Tensor) -> Tensor:
    """Return how strong edges are, 1 x 1 x H/4 x W/4: Sobel's gradient of luma, its length.

    The mean over cells of 4 x 4 pixels, since a stroke lies a pixel or two beside the edge that it
    follows; what is left over of whole cells is left out.

    Args:
        picture: 1 x 3 x H x W in [0, 1], H and W >= 8.
    """
    weights = picture.new_tensor(_LUMA).view(1, 3, 1, 1)
    luma = F.pad((picture * weights).sum(dim=1, keepdim=True), (1, 1, 1, 1), mode="replicate")
    across = picture.new_tensor(_SOBEL)
    kernels = torch.stack((across, across.T))[:, None]
    length = F.conv2d(luma, kernels).square().sum(dim=1, keepdim=True).sqrt()
    return F.avg_pool2d(length, _CELL)


def edge_correlation(out: Tensor, source: Tensor) -> float | None:
    """Return Pearson's correlation of both pictures' `edges`, -1 to 1; None if one has none.

    Args:
        out: 1 x 3 x H x W in [0, 1], stylized.
        source: The same size.
    """
    ours, theirs = (edges(picture).double().flatten() for picture in (out, source))
    ours, theirs = ours - ours.mean(), theirs - theirs.mean()
    spread = (ours.square().sum() * theirs.square().sum()).sqrt().item()
    return (ours @ theirs).item() / spread if spread else None


def let_go(
    values: Sequence[float], *, window: int | None = None, held: Sequence[float] | None = None
) -> int | None:
    """Return the place, from 0, at which strokes have let go; None if they never do.

    It is where the mean of the last `window` values first falls below `LET_GO` times what was
    held: the mean of the first `window`; or, where it is known, what those frames hold alone.

    Args:
        values: `edge_correlation` of every frame, in order.
        window: How many count together; None = a tenth of them. The loop of a shot that repeats
            should fit in, unless `held` is given.
        held: The same of the frames' pictures without a past. A method that lets go within the
            first window is told by it alone.

    >>> let_go([0.5, 0.5, 0.5, 0.5, 0.4, 0.3, 0.3], window=2)
    5
    >>> let_go([0.5, 0.3, 0.3, 0.3], window=2, held=[0.5, 0.5, 0.6, 0.5])
    2
    """
    window = window or max(1, len(values) // 10)
    first = held if held is not None else [fmean(values[:window])] * len(values) if values else ()
    spans = (slice(end - window, end) for end in range(window, len(values) + 1))
    letting = (span for span in spans if fmean(values[span]) < LET_GO * fmean(first[span]))
    return next((span.stop - 1 for span in letting), None)
