"""What stands behind frames of which little is seen: the frame of the shot that shows most.

The norms of a network, and the styles of an optimizer, take a picture as a whole: the little that
is seen of a character that walks into sight would be given all colors of the painting, and other
ones when more of it is seen. (Of fourteen photographs seen through a disc, the colors of a tenth
of the picture were 25 of 255 away from those that it has in the whole, with the whole's
statistics 9.) So what is hidden is filled with what the shot shows at its fullest, and the two
are painted together.
"""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from vst_core.content import cells_of, filled_in, first_level
from vst_core.guidance import Found, Sight, start
from vst_core.runner.errors_at_frame import at_frame
from vst_core.runner.io.framing import counts_of
from vst_core.runner.loop.open_method import OpenMethod
from vst_core.runner.plan import Plan
from vst_core.stylizers import StylizerState

__all__ = ["Backdrop", "open_backdrop"]


class Backdrop:
    """The fullest frame of a run, at the size of the work.

    Args:
        sight: Of that frame, with what counts of it.
    """

    def __init__(self, sight: Sight) -> None:
        self._sight, self._normal = sight, start(sight).normal
        everywhere = torch.ones_like(sight.picture[:, :1])
        self._weight = everywhere if sight.weight is None else sight.weight

    def start(self, sight: Sight) -> Found:
        """Return what the first frame of a shot is painted from: at the level of both."""
        picture, weight = self._behind(sight.picture, sight.weight, self._sight.picture)
        level = first_level(cells_of(picture, weight))
        return Found(level=level, normal=level.normal(sight.picture))

    def behind(self, normal: Tensor, state: StylizerState) -> tuple[Tensor, StylizerState]:
        """Return a frame (1 x 3 x h x w, at the normal level) with this behind it, and its state.

        What counts then are the two together.
        """
        picture, weight = self._behind(normal, state.weight, self._normal)
        return picture, replace(state, weight=weight)

    def _behind(
        self, picture: Tensor, weight: Tensor | None, other: Tensor
    ) -> tuple[Tensor, Tensor | None]:
        if weight is None:
            return picture, None
        both = weight + (1 - weight) * self._weight
        mixed = other.lerp(picture, weight / both.clamp_min(1e-6))
        return filled_in(mixed, both), both


def open_backdrop(plan: Plan, method: OpenMethod) -> Backdrop | None:
    """Read the backdrop of a run, if it has one.

    Raises:
        InputError: It cannot be read.
    """
    if plan.backdrop is None:
        return None
    with at_frame(plan.backdrop):
        settings = plan.reading
        plate = plan.input.plate(plan.backdrop, canvas=plan.canvas, settings=settings)
        _, sight = method.sight(plate.picture, counts_of(plate, bars=plan.bars))
    return Backdrop(sight)
