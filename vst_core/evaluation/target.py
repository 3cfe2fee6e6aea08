"""The painting that stylized frames are held against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from vst_core.features import Encoder
from vst_core.losses import STYLE_LAYERS, PerceptualLoss, gram_targets
from vst_core.styles import find_card
from vst_core.styles.loading import load_grams
from vst_core.styles.painting_reader import PAINTING_SHORT_SIDE, read_painting

__all__ = ["StyleMeasure", "target_from_painting", "target_from_styles"]


@dataclass(frozen=True, kw_only=True)
class StyleMeasure:
    """Measures how much a frame has of the style, and of its source.

    Attributes:
        name: What was asked for, for the report.
        loss: The encoder and the paintings' Gram matrices.
        mix: 1 x styles, the share of each.
    """

    name: str
    loss: PerceptualLoss
    mix: Tensor

    def measure(self, output: Tensor, source: Tensor) -> tuple[float, float]:
        """Return (style loss, content loss) of one frame, 1 x 3 x H x W in [0, 1] each."""
        content, style = self.loss(output, source, self.mix)
        return style.item(), content.item()


def target_from_styles(
    mix: Sequence[tuple[str, float]], encoder: Encoder, *, device: torch.device
) -> StyleMeasure:
    """Return the target of styles of the library, from the Gram matrices that they ship.

    Args:
        mix: Names (or paths of cards) and shares, see `vst_core.job.parse_mix`. A mixture is
            held against the mixture of Gram matrices.
        encoder: VGG-16.
        device: Where to measure.

    Raises:
        UsageError: A style is unknown.
        WeightsError: A style's Gram matrices are absent or damaged.
    """
    grams = [load_grams(find_card(style)) for style, _ in mix]
    targets = {name: torch.cat([gram[name] for gram in grams]) for name in STYLE_LAYERS}
    return _target(_mix_name(mix), encoder, targets, [share for _, share in mix], device)


def target_from_painting(path: Path, encoder: Encoder, *, device: torch.device) -> StyleMeasure:
    """Return the target of any painting, brought to a short side of 512 pixels.

    Raises:
        InputError: The file cannot be used.
    """
    painting = read_painting(path, short_side=PAINTING_SHORT_SIDE).to(device)
    return _target(str(path), encoder, gram_targets(encoder.to(device), painting), [1.0], device)


def _target(
    name: str,
    encoder: Encoder,
    targets: dict[str, Tensor],
    shares: list[float],
    device: torch.device,
) -> StyleMeasure:
    placed = {layer: gram.to(device) for layer, gram in targets.items()}
    loss = PerceptualLoss(encoder=encoder.to(device), targets=placed)
    return StyleMeasure(name=name, loss=loss, mix=torch.tensor([shares], device=device))


def _mix_name(mix: Sequence[tuple[str, float]]) -> str:
    if len(mix) == 1:
        return mix[0][0]
    return ",".join(f"{style}:{share:.3g}" for style, share in mix)
