"""The styles of an optimizing method that are at hand: of many along a shot, those in the look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from torch import Tensor

from vst_core.optimizer import Grams, StyleTarget
from vst_core.styles import Painting, Style, StyleCard
from vst_core.styles.loading import load_grams
from vst_core.styles.painting_reader import read_painting

__all__ = ["OpenStyles"]

_Seen = tuple[str, tuple[int, int]]
"""By which encoder, and for pictures of which size."""


class OpenStyles:
    """Paintings, Gram matrices of cards, and what encoders saw of paintings; each read once.

    A style is known by its identity: who asks keeps it.

    Args:
        encoders: Their names.
    """

    def __init__(self, encoders: Sequence[str]) -> None:
        self._encoders = encoders
        self._pictures: dict[int, Tensor] = {}
        self._grams: dict[int, Mapping[str, Grams]] = {}
        self._targets: dict[int, dict[_Seen, StyleTarget]] = {}

    def hold(self, styles: Sequence[Style]) -> None:
        """Open these styles, and let go of all others.

        Raises:
            InputError: A painting cannot be used.
            WeightsError: A card's Gram matrices are absent or damaged.
        """
        known = {id(style) for style in styles}
        for held in (self._pictures, self._grams, self._targets):
            for gone in held.keys() - known:
                del held[gone]
        for style in styles:
            if isinstance(style, Painting):
                self.picture(style)
            else:
                self.grams(style)

    def picture(self, painting: Painting) -> Tensor:
        """Return a painting, 1 x 3 x H x W in [0, 1]."""
        if id(painting) not in self._pictures:
            self._pictures[id(painting)] = read_painting(painting.path)
        return self._pictures[id(painting)]

    def grams(self, card: StyleCard) -> Mapping[str, Grams]:
        """Return a card's Gram matrices by each encoder."""
        if id(card) not in self._grams:
            self._grams[id(card)] = {name: load_grams(card, name) for name in self._encoders}
        return self._grams[id(card)]

    def target(self, painting: Painting, seen: _Seen) -> StyleTarget | None:
        """Return what `keep` was given."""
        return self._targets.get(id(painting), {}).get(seen)

    def keep(self, painting: Painting, seen: _Seen, target: StyleTarget) -> None:
        """Keep a painting as an encoder sees it for pictures of a size."""
        self._targets.setdefault(id(painting), {})[seen] = target
