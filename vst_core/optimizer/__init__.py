"""Painting by optimization: the pixels themselves are improved until content and style agree.

A `Painter` holds an encoder and the styles; `Painter.paint` makes one picture, from coarse to
fine, and tells how it goes on; `open_painter` lets a quick encoder sketch for a good one.

Files:

- `objective`: the loss of one picture at one size, and its parts by name
- `optimizers`: going downhill: L-BFGS or Adam on the pixels, until it is hardly worth while any
  more
- `paint_request`: what one picture is painted from
- `painter`: the painter: an encoder and styles, and pictures made from them, coarse to fine
- `painter_settings`: what a painter is told besides its pictures
- `palette`: the colors of a picture as a whole: their mean and how they spread
- `scales`: the sizes in which a picture is painted, from coarse to fine
- `targets`: what a picture is held against: paintings by their Gram matrices, frames before it
- `tiles`: looking at a large picture tile by tile, so that memory is that of a tile
"""

from vst_core.optimizer.painter import Iteration, Painted, Painter, open_painter
from vst_core.optimizer.painter_settings import LayerWeights, PainterSettings, parse_layers
from vst_core.optimizer.palette import Palette, recolored
from vst_core.optimizer.scales import scale_count
from vst_core.optimizer.targets import (
    Grams,
    StyleTarget,
    TemporalTarget,
    mixed_target,
    style_target,
)

__all__ = [
    "Grams",
    "Iteration",
    "LayerWeights",
    "Painted",
    "Painter",
    "PainterSettings",
    "Palette",
    "StyleTarget",
    "TemporalTarget",
    "mixed_target",
    "open_painter",
    "parse_layers",
    "recolored",
    "scale_count",
    "style_target",
]
