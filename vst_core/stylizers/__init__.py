"""The methods: a frame and its guidance in, a stylized frame out.

To add one: a file that satisfies `Stylizer`, a line in `STYLIZERS`, its traits in
`vst_core.catalog`, and a test.

Files:

- `color_transfer`: keeps a picture's own colors in a stylized one (Gatys 2016, "Preserving
  Color")
- `dissolve`: transitions between styles that no one network can mix: each paints, and they are
  dissolved
- `exporting`: a style's networks as TorchScript files for other programs
- `feed_forward`: the feed-forward methods: the ITN frame by frame, the VTN with guidance
- `gatys`: every frame by itself, optimized (Gatys 2016): any painting, no training
- `lstm`: the LSTM video network: what it remembers of earlier frames takes the place of motion
- `method_table`: the methods by name
- `open_styles`: the styles of an optimizing method that are at hand: of many along a shot, those in
  the look
- `painter_factory`: makes painters for the optimizing methods: the encoders, and the styles as
  they see them
- `region_styles`: several styles in one picture: every style by its own network, composed by
  mattes
- `ruder`: video by optimization, frame after frame or in several passes (Ruder 2016)
- `stylizer`: the protocol of a method, and the settings it is opened with
- `temporal_targets`: temporal targets and starts of optimized frames (Ruder et al. 2016)
"""

from vst_core.stylizers.color_transfer import keep_colors, match_colors
from vst_core.stylizers.method_table import STYLIZERS, open_regions, open_stylizer
from vst_core.stylizers.painter_factory import PainterFactory, pick_features
from vst_core.stylizers.region_styles import MASK_MODES, OptimizedRegions, RegionStylizer
from vst_core.stylizers.stylizer import (
    START,
    Look,
    Stylizer,
    StylizerSettings,
    StylizerState,
    TemporalSettings,
)

__all__ = [
    "MASK_MODES",
    "START",
    "STYLIZERS",
    "Look",
    "OptimizedRegions",
    "PainterFactory",
    "RegionStylizer",
    "Stylizer",
    "StylizerSettings",
    "StylizerState",
    "TemporalSettings",
    "keep_colors",
    "match_colors",
    "open_regions",
    "open_stylizer",
    "pick_features",
]
