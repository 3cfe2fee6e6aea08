"""The protocol of a method, and the settings it is opened with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

import torch
from torch import Tensor

from vst_core.features import Pooling
from vst_core.guidance import Guidance
from vst_core.optimizer import Iteration, PainterSettings
from vst_core.styles import Style

__all__ = [
    "MattedStylizer",
    "Stylizer",
    "StylizerSettings",
    "TemporalSettings",
]


@dataclass(frozen=True, kw_only=True)
class TemporalSettings:
    """How optimised frames are held to each other.

    Attributes:
        weight: Before the temporal loss.
        pass_iterations: Of each pass of a method of several.
        blend: How much of its neighbour a frame takes on before a pass; 1, which Ruder 2016
            takes, is half of it. With 5 several passes were measured to be as steady as one.
        from_pass: The first pass with a temporal loss.
    """

    weight: float = 200.0
    pass_iterations: int = 50
    blend: float = 5.0
    from_pass: int = 5


@dataclass(frozen=True, kw_only=True)
class StylizerSettings:
    """What a method is opened with.

    Attributes:
        styles: Cards or paintings, and weights, from `vst_core.styles.find_mix`.
        regions: For an optimising method that paints several regions, the styles of each; then
            `styles` are those of all.
        device: Where the network runs.
        precision: Number type of its convolutions.
        preroll: How often the VTN paints the first frame of a shot over itself.
        painter: For the optimising methods; where it says 0 iterations, the method decides, and
            its precision gives way to the one above.
        temporal: For those of them that hold frames to each other.
        features: The encoder of the optimising methods, see `vst_core.features`.
        pooling: Of the encoder.
        weights_dir: Searched first for the encoder's weights.
        style_scale: Size of a painting's strokes.
        start: What an optimised frame is before its first iteration.
        colors: How the optimising methods prepare for the picture's own colours; empty where
            the painting's are wanted.
        watch: Told of every iteration of an optimising method; what it raises ends the work.
    """

    styles: tuple[tuple[Style, float], ...]
    regions: tuple[tuple[tuple[Style, float], ...], ...] = ()
    device: torch.device = field(default_factory=lambda: torch.device("cpu"))
    precision: torch.dtype = torch.float32
    preroll: int = 8
    painter: PainterSettings = field(default_factory=PainterSettings)
    temporal: TemporalSettings = field(default_factory=TemporalSettings)
    features: str = "auto"
    pooling: Pooling = "max"
    weights_dir: Path | None = None
    style_scale: float = 1.0
    start: Literal["auto", "content", "noise", "previous"] = "auto"
    colors: Literal["", "luminance", "statistics"] = ""
    watch: Callable[[Iteration], None] | None = None


class Stylizer(Protocol):
    """A method. It holds no memory of earlier frames: all it knows of them is guidance."""

    recurrent: bool
    """Whether guidance is used; if not, the runner need not compute any."""

    def stylize(
        self, frame: Tensor, guidance: Guidance | None, *, weight: Tensor | None = None
    ) -> Tensor:
        """Stylize one frame.

        Args:
            frame: 1 x 3 x H x W working picture in [0, 1]; H, W >= 16.
            guidance: None at the start of a shot.
            weight: 1 x 1 x H x W in [0, 1], what of the frame is picture; all of it where None.
                What is none has no say in the paint.

        Returns:
            1 x 3 x H x W in [0, 1], float32, on the frame's device.
        """
        ...


class MattedStylizer(Protocol):
    """A method that can paint one picture in several styles."""

    recurrent: bool
    """See `Stylizer`."""

    def stylize(
        self,
        frame: Tensor,
        guidance: Guidance | None,
        mattes: Tensor | None = None,
        *,
        weight: Tensor | None = None,
    ) -> Tensor:
        """Stylize one frame; see `Stylizer`.

        Args:
            frame: 1 x 3 x H x W.
            guidance: None at the start of a shot.
            mattes: S x 1 x H x W in [0, 1], one for each of `StylizerSettings.regions`.
            weight: See `Stylizer`.
        """
        ...
