"""The painting that stylized frames are held against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean

import torch
from torch import Tensor

from vst_core.features import Encoder
from vst_core.losses import (
    CONTENT_LAYER,
    STYLE_LAYERS,
    PerceptualLoss,
    channel_moments,
    gram_targets,
    moment_loss,
    moment_targets,
)
from vst_core.styles import find_card
from vst_core.styles.loading import load_grams, load_moments
from vst_core.styles.painting_reader import PAINTING_SHORT_SIDE, read_painting

__all__ = ["StyleFigures", "StyleMeasure", "target_from_painting", "target_from_styles"]


@dataclass(frozen=True, kw_only=True)
class StyleFigures:
    """What a frame has of the style, and of its source.

    Attributes:
        style_loss: By Gram matrices, see `PerceptualLoss`.
        style_moments: By means and deviations, see `moment_loss`, the mean over the same layers;
            None where the painting's are not known.
        content_loss: See `PerceptualLoss`.
    """

    style_loss: float
    style_moments: float | None
    content_loss: float


@dataclass(frozen=True, kw_only=True)
class StyleMeasure:
    """Measures how much a frame has of the style, and of its source.

    Attributes:
        name: What was asked for, for the report.
        loss: The encoder and the paintings' Gram matrices.
        mix: 1 x styles, the share of each.
        moments: Layer -> styles x 2 x C, the paintings' means and deviations; None where a card
            does not hold them.
    """

    name: str
    loss: PerceptualLoss
    mix: Tensor
    moments: Mapping[str, Tensor] | None = None

    def features(self, picture: Tensor) -> dict[str, Tensor]:
        """Return the activations of a picture, 1 x 3 x H x W, at `STYLE_LAYERS`."""
        return self.loss.encoder(picture, STYLE_LAYERS)

    def measure(self, out: Mapping[str, Tensor], source: Mapping[str, Tensor]) -> StyleFigures:
        """Measure one frame, given the `features` of it and of its source."""
        content, style = self.loss.compare(out, source[CONTENT_LAYER], self.mix)
        return StyleFigures(
            style_loss=style.item(),
            style_moments=self._by_moments(out),
            content_loss=content.item(),
        )

    def _by_moments(self, out: Mapping[str, Tensor]) -> float | None:
        if self.moments is None:
            return None
        return fmean(
            moment_loss(
                channel_moments(out[layer]), torch.einsum("bs,skc->bkc", self.mix, target)
            ).item()
            for layer, target in self.moments.items()
        )


def target_from_styles(
    mix: Sequence[tuple[str, float]], encoder: Encoder, *, device: torch.device
) -> StyleMeasure:
    """Return the target of styles of the library, from what their cards hold of the paintings.

    Args:
        mix: Names (or paths of cards) and shares, see `vst_core.job.parse_mix`. A mixture is
            held against the mixture of Gram matrices, and of means and deviations.
        encoder: VGG-16.
        device: Where to measure.

    Raises:
        UsageError: A style is unknown.
        WeightsError: What a style knows of its painting is absent or damaged.
    """
    cards = [find_card(style) for style, _ in mix]
    grams = [load_grams(card) for card in cards]
    moments = [held for card in cards if (held := load_moments(card)) is not None]
    return _placed(
        StyleMeasure(
            name=_mix_name(mix),
            loss=PerceptualLoss(encoder=encoder, targets=_side_by_side(grams)),
            mix=torch.tensor([[share for _, share in mix]]),
            moments=_side_by_side(moments) if len(moments) == len(cards) else None,
        ),
        device,
    )


def _side_by_side(paintings: Sequence[Mapping[str, Tensor]]) -> dict[str, Tensor]:
    return {name: torch.cat([each[name] for each in paintings]) for name in STYLE_LAYERS}


def target_from_painting(path: Path, encoder: Encoder, *, device: torch.device) -> StyleMeasure:
    """Return the target of any painting, brought to a short side of 512 pixels.

    Raises:
        InputError: The file cannot be used.
    """
    painting = read_painting(path, short_side=PAINTING_SHORT_SIDE).to(device)
    encoder = encoder.to(device)
    return _placed(
        StyleMeasure(
            name=str(path),
            loss=PerceptualLoss(encoder=encoder, targets=gram_targets(encoder, painting)),
            mix=torch.ones(1, 1),
            moments=moment_targets(encoder, painting),
        ),
        device,
    )


def _placed(measure: StyleMeasure, device: torch.device) -> StyleMeasure:
    """Return the measure with all of it on a device."""
    loss = measure.loss
    return replace(
        measure,
        loss=PerceptualLoss(
            encoder=loss.encoder.to(device),
            targets={layer: gram.to(device) for layer, gram in loss.targets.items()},
        ),
        mix=measure.mix.to(device),
        moments=measure.moments
        and {layer: held.to(device) for layer, held in measure.moments.items()},
    )


def _mix_name(mix: Sequence[tuple[str, float]]) -> str:
    if len(mix) == 1:
        return mix[0][0]
    return ",".join(f"{style}:{share:.3g}" for style, share in mix)
