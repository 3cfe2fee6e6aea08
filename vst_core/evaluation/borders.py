"""Whether pictures are as lively at their borders as in the middle.

Methods that go forward only lose contrast where new picture keeps coming in (Ruder 2016,
section 4.4): the first frames are rich all over, the last ones dull at the borders.
"""

from __future__ import annotations

import torch
from torch import Tensor

from vst_core.errors import UsageError

__all__ = ["border_contrast"]

_LUMA = (0.2126, 0.7152, 0.0722)


def border_contrast(picture: Tensor, *, band: int = 32) -> float:
    """Return the standard deviation of luma in a band along the borders, over the middle's.

    Args:
        picture: 1 x 3 x H x W in [0, 1].
        band: Width in pixels.

    Raises:
        UsageError: The picture has no middle, or the middle has no contrast.
    """
    height, width = picture.shape[-2:]
    if not 0 < 2 * band < min(height, width):
        what = f"A picture of {width} x {height} has no middle within {band} pixels"
        raise UsageError(what, fix="Give larger pictures or a narrower band")
    luma = torch.einsum("c,chw->hw", picture.new_tensor(_LUMA), picture[0]).double()
    middle = torch.zeros_like(luma, dtype=torch.bool)
    middle[band : height - band, band : width - band] = True
    inner = luma[middle].std(correction=0)
    if inner == 0:
        raise UsageError("The middle of the picture has no contrast", fix="Give another picture")
    return float(luma[~middle].std(correction=0) / inner)
