"""Painting by optimisation: the pixels themselves are bettered until content and style agree.

A `Painter` holds an encoder and the styles; `Painter.paint` makes one picture, from coarse to
fine, and tells how it goes on; `open_painter` lets a quick encoder sketch for a good one.
"""

from vst_core.optimisation.painter import Painted, Painter, Step, open_painter
from vst_core.optimisation.palette import Palette, recoloured
from vst_core.optimisation.scales import scale_count
from vst_core.optimisation.settings import LayerWeights, PainterSettings, parse_layers
from vst_core.optimisation.targets import (
    Grams,
    StyleTarget,
    TemporalTarget,
    mixed_target,
    style_target,
)

__all__ = [
    "Grams",
    "LayerWeights",
    "Painted",
    "Painter",
    "PainterSettings",
    "Palette",
    "Step",
    "StyleTarget",
    "TemporalTarget",
    "mixed_target",
    "open_painter",
    "parse_layers",
    "recoloured",
    "scale_count",
    "style_target",
]
