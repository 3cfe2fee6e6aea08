"""Painting by optimisation: the pixels themselves are bettered until content and style agree.

A `Painter` holds an encoder and the styles; `Painter.paint` makes one picture, from coarse to
fine, and tells how it goes on.
"""

from vst_core.optimisation.painter import Painted, Painter, Step
from vst_core.optimisation.palette import Palette, recoloured
from vst_core.optimisation.scales import scale_count
from vst_core.optimisation.settings import LayerWeights, PainterSettings, parse_layers
from vst_core.optimisation.targets import StyleTarget, TemporalTarget, mixed_target, style_target

__all__ = [
    "LayerWeights",
    "Painted",
    "Painter",
    "PainterSettings",
    "Palette",
    "Step",
    "StyleTarget",
    "TemporalTarget",
    "mixed_target",
    "parse_layers",
    "recoloured",
    "scale_count",
    "style_target",
]
