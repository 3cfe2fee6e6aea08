"""Transitions between styles that no one network can mix: each paints, and they are dissolved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from torch import Tensor

from vst_core.guidance import Guidance, Stylized, guidance_of, named, part
from vst_core.stylizers.stylizer import START, Look, Stylizer, StylizerState

__all__ = ["DissolveStylizer"]


class DissolveStylizer:
    """Paints a frame once for every family of styles with a share in it.

    Each goes on from its own earlier picture (the layer `<family>/picture`), never from the
    dissolved one: else every network would find the other's strokes in its past, and draw over
    them as if they were the subject (a ghost). A family begins as a shot does, at the first
    frame in which it has a share.

    Args:
        families: A method for each family, and the indices of its styles among all.
        shares: Of all styles, for a look that does not say.
    """

    def __init__(
        self,
        families: Sequence[tuple[Stylizer, tuple[int, ...]]],
        *,
        shares: Sequence[float],
    ) -> None:
        self._families, self._shares = tuple(families), tuple(shares)

    def stylize(
        self, frame: Tensor, guidance: Guidance | None, state: StylizerState = START
    ) -> Stylized:
        """Paint the families and dissolve them; see `Stylizer`."""
        shares = state.look.shares or self._shares
        layers: dict[str, Tensor] = {}
        memory: dict[str, Tensor] = {}
        picture: Tensor | None = None
        for number, (stylizer, indices) in enumerate(self._families):
            own = [shares[index] for index in indices]
            whole = sum(own)
            if whole <= 0:
                continue
            place = str(number)
            look = Look(
                shares=tuple(share / whole for share in own), style_weight=state.look.style_weight
            )
            inner = replace(state, look=look, memory=part(place, state.memory))
            painted = stylizer.stylize(frame, guidance_of(place, guidance), inner)
            layers |= named(place, {"picture": painted.picture, **painted.layers})
            memory |= named(place, painted.memory)
            share_of_it = whole * painted.picture
            picture = share_of_it if picture is None else picture + share_of_it
        assert picture is not None  # shares sum to 1
        return Stylized(picture=picture.clamp(0, 1), layers=layers, memory=memory)
