"""How near the pictures of an encoder come to those of VGG-19.

Each photograph is painted in each painting's style twice, with VGG-19 and with the encoder that
is judged, for the same number of iterations. Then VGG-19 measures both: the ratios of the losses
say what the faster encoder costs, the ratio of processor time an iteration what it saves.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median

import torch
from torch import Tensor

from vst_core.devices import pick_device, pick_precision
from vst_core.errors import WeightsError
from vst_core.evaluation import Cell, write_sheet
from vst_core.features import Encoder, load_encoder, pick_encoder
from vst_core.losses import content_loss, gram_matrix, style_loss
from vst_core.optimizer import Painter, PainterSettings, scale_count, style_target
from vst_core.styles.painting_reader import read_painting

__all__ = ["EncoderBench", "EncoderPair", "EncoderSettings", "EncoderSummary", "summary_of"]

_SMALLEST = 1e-12


@dataclass(frozen=True, kw_only=True)
class EncoderSettings:
    """What is painted with, and how.

    Attributes:
        encoder: A name, or the path of a card: the one that is judged.
        against: Likewise the one that it is held against; VGG-19 where empty. Where it has the
            layers of the first it looks at those too, so that only what they see differs.
        size: Of the pictures' short side, in pixels.
        iterations: Of each painting.
        device, precision: As in a job.
        weights_dir: Searched first for weights.
    """

    encoder: str = "lite"
    against: str = ""
    size: int = 192
    iterations: int = 100
    device: str = "auto"
    precision: str = "auto"
    weights_dir: Path | None = None


@dataclass(frozen=True, kw_only=True)
class EncoderPair:
    """One photograph in one painting's style: what the encoder's result has of VGG-19's.

    Attributes:
        painting: File name.
        photograph: File name.
        style: Style loss over that of VGG-19's own picture; both measured by VGG-19.
        content: Likewise the content loss.
        layers: The style loss of each layer likewise.
        speed: Processor time of a VGG-19 iteration over that of the encoder's.
    """

    painting: str
    photograph: str
    style: float
    content: float
    layers: dict[str, float]
    speed: float


@dataclass(frozen=True, kw_only=True)
class EncoderSummary:
    """Means and the worst of the ratios of all pairs, and the median of the speeds."""

    style_mean: float
    style_worst: float
    content_mean: float
    content_worst: float
    speed: float


class EncoderBench:
    """Both encoders, and the judge, which is VGG-19 in float32.

    Args:
        settings: What is painted with, and how.

    Raises:
        WeightsError: VGG-19 is not there, or the encoder's weights are absent or damaged.
    """

    def __init__(self, settings: EncoderSettings) -> None:
        self._settings, self._device = settings, pick_device(settings.device)
        self._precision = pick_precision(settings.precision, self._device)
        folder = settings.weights_dir
        name = pick_encoder("auto", folder=folder)
        if name == "lite":
            fix = "Put vgg19-dcbb9e9d.pth into a folder and name it with --weights-dir."
            raise WeightsError("VGG-19, the judge, is not on this machine", fix=fix)
        self._judge = load_encoder(name, folder=folder).to(self._device)
        self._teacher = load_encoder(settings.against or name, folder=folder).to(self._device)
        self._student = load_encoder(settings.encoder, folder=folder).to(self._device)
        if settings.against:
            _look_alike(self._teacher, self._student)
        self._rows: dict[Path, list[Cell]] = {}

    def write_sheet(self, path: Path) -> None:
        """Write what was painted so far: a row a painting, two pictures a photograph."""
        write_sheet(path, list(self._rows.values()))

    def pair(self, painting: Path, photograph: Path) -> EncoderPair:
        """Paint one picture twice and measure."""
        side = self._settings.size
        style = read_painting(painting, short_side=side).to(self._device)
        frame = read_painting(photograph, short_side=side).to(self._device)
        slow, slow_seconds = self._painted(self._teacher, style, frame)
        fast, fast_seconds = self._painted(self._student, style, frame)
        self._keep(painting, style, slow, fast)
        content, layers = self._measured(slow, style, frame)
        own_content, own_layers = self._measured(fast, style, frame)
        return EncoderPair(
            painting=painting.name,
            photograph=photograph.name,
            style=sum(own_layers.values()) / max(sum(layers.values()), _SMALLEST),
            content=own_content / max(content, _SMALLEST),
            layers={name: own_layers[name] / max(layers[name], _SMALLEST) for name in layers},
            speed=slow_seconds / fast_seconds,
        )

    def _keep(self, painting: Path, style: Tensor, slow: Tensor, fast: Tensor) -> None:
        row = self._rows.setdefault(painting, [Cell(style.cpu(), painting.stem)])
        names = (self._settings.against or "VGG-19", self._settings.encoder)
        captions = tuple(Path(name).stem for name in names)
        row += [Cell(one.cpu(), name) for one, name in zip((slow, fast), captions, strict=True)]

    def _painted(self, encoder: Encoder, style: Tensor, frame: Tensor) -> tuple[Tensor, float]:
        """Return the picture and the processor seconds of an iteration."""
        settings = PainterSettings(
            iterations=self._settings.iterations, tolerance=0.0, precision=self._precision
        )
        size = (frame.shape[-2], frame.shape[-1])
        encoder.at(self._precision)
        target = style_target(
            encoder, style, size=size, levels=scale_count(size), layers=encoder.style_layers
        )
        painter = Painter(encoder, [target], settings)
        start = time.process_time()
        painted = painter.paint(frame)
        return painted.picture, (time.process_time() - start) / painted.iterations

    def _measured(
        self, picture: Tensor, style: Tensor, frame: Tensor
    ) -> tuple[float, dict[str, float]]:
        """Return VGG-19's content loss, and its style loss at each layer."""
        judge, kept = self._judge, self._judge.content_layer
        size = (frame.shape[-2], frame.shape[-1])
        wanted = style_target(judge, style, size=size, levels=1, layers=judge.style_layers).grams
        with torch.no_grad():
            seen = judge(picture.to(self._device), (*judge.style_layers, kept))
            content = content_loss(seen[kept], judge(frame, (kept,))[kept])
            layers = {
                name: float(style_loss(gram_matrix(seen[name]), wanted[name]).sum())
                for name in judge.style_layers
            }
        return float(content.sum()), layers


def _look_alike(one: Encoder, other: Encoder) -> None:
    """Let the first look at the layers of the second, where it has them all."""
    if {*other.style_layers, other.content_layer} <= set(one.layers):
        one.style_layers, one.content_layer = other.style_layers, other.content_layer


def summary_of(pairs: Sequence[EncoderPair]) -> EncoderSummary:
    """Return what at least one pair comes to."""
    return EncoderSummary(
        style_mean=mean(pair.style for pair in pairs),
        style_worst=max(pair.style for pair in pairs),
        content_mean=mean(pair.content for pair in pairs),
        content_worst=max(pair.content for pair in pairs),
        speed=median(pair.speed for pair in pairs),
    )
