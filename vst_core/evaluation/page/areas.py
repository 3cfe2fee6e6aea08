"""Areas of interest: where a pair of frames differs most from what the motion explains.

Agria 2020 marks such areas by hand (figures 6.16 to 6.49); here they are found.
"""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor
from torch.nn import functional as F

from vst_core.evaluation.seen import FrameTransition
from vst_core.motion import warp

__all__ = ["Area", "areas_of_interest", "error_cells"]

_COLUMNS = 32
_SIDE = 5
_SHARE = 0.4


class Area(NamedTuple):
    """A rectangle, as shares of the picture's width and height.

    Attributes:
        left: Of its left edge, 0 to 1; likewise the others.
    """

    left: float
    top: float
    width: float
    height: float


def error_cells(now: Tensor, transition: FrameTransition) -> Tensor:
    """Return the squared error to the warped frame before, in cells: rows x columns, 32 columns.

    Args:
        now: 1 x 3 x H x W in [0, 1].
        transition: From the frame before; what is not trusted counts as no error.
    """
    warped = warp(transition.before, transition.motion.backward)
    error = (now - warped).square().mean(dim=1, keepdim=True) * (transition.motion.trust > 0)
    height, width = now.shape[-2:]
    columns = min(_COLUMNS, width)
    rows = max(1, round(height * columns / width))
    return F.adaptive_avg_pool2d(error, (rows, columns))[0, 0].cpu()


def areas_of_interest(cells: Tensor, *, most: int = 3) -> tuple[Area, ...]:
    """Return the places with the most error, the worst first; none overlaps another.

    Args:
        cells: Rows x columns, from `error_cells`; a sum or maximum over runs for common areas.
        most: How many there may be. Those with less than 0.4 of the worst's error are left out.
    """
    rows, columns = cells.shape
    side = min(_SIDE, rows, columns)
    sums = F.avg_pool2d(cells[None, None].float(), side, stride=1)[0, 0]
    found: list[Area] = []
    worst = float(sums.max())
    while worst > 0 and len(found) < most:
        place = int(sums.argmax())
        top, left = divmod(place, sums.shape[1])
        if float(sums[top, left]) < _SHARE * worst:
            break
        found.append(Area(left / columns, top / rows, side / columns, side / rows))
        sums[max(0, top - side + 1) : top + side, max(0, left - side + 1) : left + side] = -1
    return tuple(found)
