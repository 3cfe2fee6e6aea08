"""The protocol of a method, and the settings it is opened with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Literal, Protocol

import torch
from torch import Tensor

from vst_core.features import Pooling
from vst_core.guidance import Guidance, Stylized
from vst_core.job import WHOLE, Tiling
from vst_core.optimizer import Iteration, PainterSettings
from vst_core.styles import Style

__all__ = [
    "START",
    "Look",
    "Stylizer",
    "StylizerSettings",
    "StylizerState",
    "TemporalSettings",
]


@dataclass(frozen=True, kw_only=True)
class TemporalSettings:
    """How optimized frames are held to each other.

    Attributes:
        weight: Before the temporal loss.
        pass_iterations: Of each pass of a method of several.
        blend: How much of its neighbor a frame takes on before a pass; 1, which Ruder 2016
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
        regions: For an optimizing method that paints several regions, the styles of each; then
            `styles` are those of all.
        device: Where the network runs.
        precision: Number type of its convolutions.
        preroll: How often the VTN paints the first frame of a shot over itself.
        painter: For the optimizing methods; where it says 0 iterations, the method decides, and
            its precision gives way to the one above.
        temporal: For those of them that hold frames to each other.
        features: The encoder of the optimizing methods, see `vst_core.features`.
        pooling: Of the encoder.
        weights_dir: Searched first for the encoder's weights.
        style_scale: Size of a painting's strokes.
        start: What an optimized frame is before its first iteration.
        tiling: In which parts the networks take large pictures.
        colors: How the optimizing methods prepare for the picture's own colors; empty where
            the painting's are wanted.
        watch: Told of every iteration of an optimizing method; what it raises ends the work.
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
    tiling: Tiling = WHOLE
    watch: Callable[[Iteration], None] | None = None


@dataclass(frozen=True, kw_only=True)
class Look:
    """What changes from frame to frame of how a frame looks.

    Attributes:
        shares: The share of each of `StylizerSettings.styles`, with the sum 1, or that sum in
            each region; None = as it was opened with.
        style_weight: Before the style loss of an optimizing method; None = as it was opened with.
    """

    shares: tuple[float, ...] | None = None
    style_weight: float | None = None

    def split(self, counts: Sequence[int]) -> tuple[Look, ...]:
        """Return the look of each of several regions, which have so many of the styles in turn.

        >>> [look.shares for look in Look(shares=(0.3, 0.7, 1.0)).split((2, 0, 1))]
        [(0.3, 0.7), (), (1.0,)]
        """
        if self.shares is None:
            return (self,) * len(counts)
        left = iter(self.shares)
        return tuple(replace(self, shares=tuple(islice(left, count))) for count in counts)


@dataclass(frozen=True, kw_only=True)
class StylizerState:
    """What a method has at a frame besides the picture and its guidance.

    Attributes:
        memory: What it gave as `Stylized.memory` for the frame before; empty where a shot starts.
        look: How this frame is to look.
        mattes: S x 1 x H x W in [0, 1], one for each of `StylizerSettings.regions`; None without
            regions.
        weight: 1 x 1 x H x W in [0, 1], what of the frame is picture; all of it where None. What
            is none has no say in the paint.
    """

    memory: Mapping[str, Tensor] = field(default_factory=dict)
    look: Look = field(default_factory=Look)
    mattes: Tensor | None = None
    weight: Tensor | None = None


START = StylizerState()
"""The state where a shot starts, in the look that a method was opened with."""


class Stylizer(Protocol):
    """A method. It keeps nothing itself: what it remembers of earlier frames comes in."""

    def stylize(
        self, frame: Tensor, guidance: Guidance | None, state: StylizerState = START
    ) -> Stylized:
        """Stylize one frame.

        Args:
            frame: 1 x 3 x H x W working picture in [0, 1]; H, W >= 16.
            guidance: None at the start of a shot.
            state: Its memory, its look, its mattes, and what of the frame is picture.

        Returns:
            The picture, 1 x 3 x H x W in [0, 1], float32, on the frame's device, and what the
            next frame needs besides.
        """
        ...
