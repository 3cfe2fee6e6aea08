"""What the first view of a frame says of the second one: paint that is there already."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor

from vst_core.flow import FlowPair
from vst_core.guidance import Earlier, Found, Guidance, GuidanceBuilder, Motion, PreviousFrame
from vst_core.motion import trust_mask
from vst_core.runner.views.disparity import fits

__all__ = ["FirstView", "joined"]

_NOTHING = 1e-6


class FirstView:
    """Brings the paint of the first view to the second.

    Args:
        builder: Finds the way between two pictures.
        told: Gives the way between the views of a frame, by its number and (height, width), where
            the files say it; None where they do not.
        trust: The variant of the trust mask.
    """

    def __init__(
        self,
        builder: GuidanceBuilder,
        *,
        told: Callable[[int, tuple[int, int]], FlowPair] | None,
        trust: str,
    ) -> None:
        self._builder, self._told, self._trust = builder, told, trust

    def lead(self, found: Found, first: PreviousFrame, frame: int) -> Found:
        """Return what the second view is painted from, the first one's paint included.

        Args:
            found: What is known of it from the frames before.
            first: The first view of the same frame, as it was painted.
            frame: Its number.
        """
        motion = self._between(first, found.normal, frame)
        return replace(found, guidance=joined(motion.bring(first), found.guidance))

    def _between(self, first: PreviousFrame, second: Tensor, frame: int) -> Motion:
        if self._told is not None:
            size = (second.shape[-2], second.shape[-1])
            way = self._told(frame, size)
            way = FlowPair(forward=way.forward.to(second), backward=way.backward.to(second))
            if fits(first.picture, second, way):
                trust = trust_mask(way.forward, way.backward, variant=self._trust)
                return Motion(backward=way.backward, trust=trust)
        return self._builder.motion(first, second, frame)


def joined(beside: Earlier, own: Guidance | None) -> Guidance:
    """Return guidance by the other view, and by the past of this one where that view sees nothing.

    Two eyes compare what they see at the same moment, so the other view comes first; it is steady
    by itself.

    Args:
        beside: The other view's paint, warped to this one.
        own: What is known of this view's frames before; None where a shot begins.
    """
    if own is None:
        return Guidance(warped=beside.warped, trust=beside.trust, layers=beside.layers)
    rest = (1 - beside.trust) * own.trust
    trust = beside.trust + rest
    share = beside.trust / trust.clamp_min(_NOTHING)
    layers = {
        name: torch.lerp(layer, beside.layers[name], share) if name in beside.layers else layer
        for name, layer in own.layers.items()
    }
    warped = torch.lerp(own.warped, beside.warped, share)
    return replace(own, warped=warped, trust=trust, layers=layers)
