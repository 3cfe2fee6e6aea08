"""Where a picture is empty: black, and without any mark for a while around.

A title stands on nothing, a cut-out lies on nothing. There nothing is painted, and nothing is
counted; a sky, a wall or a flat of color is a picture, however calm, and so is blown-out white,
which in photographs is a sky.
"""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional as F

from vst_core.resizing import resize_planes

__all__ = ["fullness"]

_REACH, _NARROW = 1 / 90, 1 / 360
_MUCH = (0.15, 0.4)  # of a picture is empty: then it stands on black, and its black is nothing
_CALM, _MARKED = 0.012, 0.035
_DARK, _LIT = 0.012, 0.04
_GRAIN = 5
_ROWS = 144  # fine enough: of larger pictures a smaller one is looked at


def fullness(picture: Tensor) -> Tensor:
    """Return 1 where there is something, 0 where a picture is empty, and soft edges between.

    Args:
        picture: 1 x 3 x H x W in [0, 1].

    Returns:
        1 x 1 x H x W in [0, 1]. What is drawn keeps a margin of a ninetieth of the height; of a
        quarter of that in pictures that stand on black, such as titles.
    """
    height, width = picture.shape[-2:]
    coarse = max(1, height // _ROWS)
    full = _fullness(F.avg_pool2d(picture, coarse, ceil_mode=True))
    if bool((full == 1).all()):
        return full.new_ones(1, 1, height, width)
    on_black = _ramp(1 - full.mean(), *_MUCH)
    if coarse > 1:
        rows, columns = full.shape[-2] * coarse, full.shape[-1] * coarse
        grown = resize_planes(full, (rows, columns))
        full = grown[..., :height, :width].contiguous()
    return full if on_black == 0 else full * (1 - on_black * (1 - _lit(picture)))


def _lit(picture: Tensor) -> Tensor:
    """Return 0 on black and 1 beside what is lit: a narrow margin, for pictures on black."""
    reach = max(1, round(_NARROW * picture.shape[-2]))
    high = _highest(_smoothed(picture, 3).amax(1, keepdim=True), reach)
    return _spread(_ramp(high, _DARK, _LIT), reach)


def _fullness(picture: Tensor) -> Tensor:
    calm = _smoothed(picture, _GRAIN)
    reach = max(2, round(_REACH * picture.shape[-2]))
    high = _highest(calm.amax(1, keepdim=True), reach)
    low = -_highest(-calm.amin(1, keepdim=True), reach)
    marked = _ramp(high - low, _CALM, _MARKED)
    full = 1 - (1 - marked) * (1 - _ramp(high, _DARK, _LIT))
    return _spread(full, max(1, reach // 2))


def _smoothed(picture: Tensor, size: int) -> Tensor:
    """Return the picture without its grain."""
    return F.avg_pool2d(F.pad(picture, [size // 2] * 4, mode="replicate"), size, stride=1)


def _highest(field: Tensor, reach: int) -> Tensor:
    """Return the largest value within `reach` pixels, rows and columns one after the other."""
    down = F.max_pool2d(field, (2 * reach + 1, 1), stride=1, padding=(reach, 0))
    return F.max_pool2d(down, (1, 2 * reach + 1), stride=1, padding=(0, reach))


def _spread(field: Tensor, reach: int) -> Tensor:
    size = 2 * reach + 1
    padded = F.pad(field, [reach] * 4, mode="replicate")
    down = F.avg_pool2d(padded, (size, 1), stride=1)
    return F.avg_pool2d(down, (1, size), stride=1)


def _ramp(value: Tensor, start: float, end: float) -> Tensor:
    """Return 0 below `start`, 1 above `end`, smooth in between."""
    share = ((value - start) / (end - start)).clamp(0, 1)
    return share * share * (3 - 2 * share)
