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

from vst_core.content import cells_of, first_level
from vst_core.guidance import Found, Ground, Sight, start
from vst_core.runner.errors_at_frame import at_frame
from vst_core.runner.io.framing import counts_of
from vst_core.runner.loop.open_method import OpenMethod
from vst_core.runner.plan import Plan

__all__ = ["Backdrop", "open_backdrop"]


class Backdrop:
    """The fullest frame of a run, at the size of the work.

    Args:
        sight: Of that frame, with what counts of it.
    """

    def __init__(self, sight: Sight) -> None:
        weight = torch.ones_like(sight.picture[:, :1]) if sight.weight is None else sight.weight
        self._as_it_is = Ground(picture=sight.picture, weight=weight)
        self._ground = Ground(picture=start(sight).normal, weight=weight)

    def behind(self, sight: Sight) -> Sight:
        """Return the sight of a frame with this behind it."""
        return replace(sight, ground=self._ground)

    def start(self, sight: Sight) -> Found:
        """Return what the first frame of a shot is painted from: at the level of both."""
        picture = self._as_it_is.behind(sight.picture, sight.weight)
        level = first_level(cells_of(picture, self._as_it_is.weight_with(sight.weight)))
        return Found(level=level, normal=sight.at(level))


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
