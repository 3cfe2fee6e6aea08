"""Any painting as a style of the networks: its norms are predicted, nothing is trained.

The painting is looked at once, by the shipped encoder, at the size at which styles are trained;
`scale` shows it larger or smaller, which makes broader or finer strokes of it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import torch
from torch import Tensor

from vst_core.errors import WeightsError
from vst_core.features import lite_hash, load_lite
from vst_core.nets import ITN_CHANNELS, VTN_CHANNELS, StylePredictor, TransformNet, norm_channels
from vst_core.styles.painting import Painting
from vst_core.styles.painting_reader import PAINTING_SHORT_SIDE, read_painting
from vst_core.styles.painting_statistics import painting_statistics
from vst_core.styles.predictor_card import PredictorCard, read_predictor

__all__ = ["USUAL_STYLE_WEIGHT", "PredictedBlend", "Predictor"]

USUAL_STYLE_WEIGHT = 20.0
"""The style weight that stands for the usual strength: the default of the job's parameter."""

_TRUNK, _PREDICTOR = "trunk.", "predictor."
_SHORTEST, _LONGEST = 64, 2048


class Predictor:
    """A predictor that is ready to look at paintings.

    Args:
        card: The shipped one where none is given.

    Raises:
        WeightsError: Its weights, or those of the encoder, are absent or damaged, or it was
            trained with another encoder.
    """

    def __init__(self, card: PredictorCard | None = None) -> None:
        self.card = card or read_predictor()
        if self.card.encoder != lite_hash():
            what = f"The style predictor '{self.card.name}' was trained with another encoder"
            raise WeightsError(what, fix="Install vst again.")
        tensors = self.card.weights()
        self._trunk = _under(_TRUNK, tensors)
        self._net = StylePredictor(
            inputs=self.card.inputs, norms=norm_channels(self.trunk()), hidden=self.card.hidden
        )
        try:
            self._net.load_state_dict(_under(_PREDICTOR, tensors))
            self.trunk().load_state_dict(self._trunk)
        except RuntimeError as error:  # torch lists every tensor
            what = f"'{self.card.file}' does not hold the style predictor of its card"
            raise WeightsError(what, fix="Install vst again.") from error
        self._net.eval().requires_grad_(False)

    @cached_property
    def _encoder(self) -> torch.nn.Module:
        return load_lite()

    def trunk(self, channels: int = VTN_CHANNELS) -> TransformNet:
        """Return a network of the trunk's shape, its numbers not yet set."""
        return TransformNet(width=self.card.width, inner=self.card.inner, channels=channels)

    def statistics(self, painting: Path, *, scale: float = 1.0) -> Tensor:
        """Return what the predictor is told of a painting, 1 x D.

        Args:
            painting: Any picture.
            scale: Of its strokes; 1 = as styles are trained.

        Raises:
            InputError: It cannot be used.
        """
        side = min(max(round(PAINTING_SHORT_SIDE * scale), _SHORTEST), _LONGEST)
        picture = read_painting(painting, short_side=side)
        return painting_statistics(self._encoder, picture)  # type: ignore[arg-type]

    @torch.no_grad()
    def state(
        self, statistics: Tensor, *, style_weight: float = USUAL_STYLE_WEIGHT
    ) -> dict[str, Tensor]:
        """Return the numbers of a video network that paints in a painting's style.

        Args:
            statistics: 1 x D, of `statistics`.
            style_weight: How much style, against the usual 20: twice it is one octave.
        """
        changes = self._net(statistics, torch.tensor([self._octaves(style_weight)]))
        norms = {name: self._trunk[name] + change for name, change in changes.items()}
        return {**self._trunk, **norms}

    def _octaves(self, style_weight: float) -> float:
        """Return the strength, within what was trained."""
        most = float(self.card.recipe.get("octaves", 2.0))
        asked = math.log2(max(style_weight, 1e-9) / USUAL_STYLE_WEIGHT)
        return min(max(asked + self.card.strength, -most), most)


class PredictedBlend:
    """The networks of several paintings, ready to be mixed again and again.

    They share a trunk, so that a mixture mixes nothing but norms (Dumoulin 2017, section 3.2). A
    painting is looked at when it first has a share: along a shot there may be many.

    Args:
        paintings: To look at.
        method: `itn` or `vtn`. Where nothing is known of a frame before, four of the seven
            channels are 0, and the image network is what is left.
        scale: Of their strokes.
        predictor: The shipped one where none is given.

    Raises:
        WeightsError: See `Predictor`.
    """

    def __init__(
        self,
        paintings: Sequence[Painting],
        *,
        method: str,
        scale: float = 1.0,
        predictor: Predictor | None = None,
    ) -> None:
        self._predictor = predictor or Predictor()
        self._channels = ITN_CHANNELS if method == "itn" else VTN_CHANNELS
        self._paintings, self._scale = tuple(paintings), scale
        self._statistics: dict[int, Tensor] = {}

    def network(
        self, shares: Sequence[float], style_weight: float = USUAL_STYLE_WEIGHT
    ) -> TransformNet:
        """Return the network of a mixture; shares sum to 1.

        Raises:
            InputError: A painting cannot be used.
        """
        mixed: dict[str, Tensor] = {}
        for number, (_, share) in enumerate(zip(self._paintings, shares, strict=True)):
            if share <= 0:
                continue
            state = self._predictor.state(self._seen(number), style_weight=style_weight)
            for name, value in state.items():
                mixed[name] = mixed.get(name, 0) + share * value
        first = "enter.conv.conv.weight"
        mixed[first] = mixed[first][:, : self._channels]
        net = self._predictor.trunk(self._channels)
        net.load_state_dict(mixed)
        return net.eval().requires_grad_(False)

    def _seen(self, number: int) -> Tensor:
        """Return what the predictor is told of a painting: a few thousand numbers, kept."""
        if number not in self._statistics:
            path = self._paintings[number].path
            self._statistics[number] = self._predictor.statistics(path, scale=self._scale)
        return self._statistics[number]


def _under(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {
        name.removeprefix(prefix): value
        for name, value in tensors.items()
        if name.startswith(prefix)
    }
