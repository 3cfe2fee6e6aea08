"""The methods: a frame and its guidance in, a stylized frame out.

To add one: a file that satisfies `Stylizer`, a line in `STYLIZERS`, its traits in
`vst_core.catalog`, and a test.
"""

from vst_core.stylizers.atelier import Atelier, pick_features
from vst_core.stylizers.finish import keep_colours, match_colours
from vst_core.stylizers.regions import MASK_MODES, OptimisedRegions, RegionStylizer
from vst_core.stylizers.stylizer import (
    Earlier,
    Guidance,
    Stylizer,
    StylizerSettings,
    TemporalSettings,
)
from vst_core.stylizers.table import STYLIZERS, open_regions, open_stylizer

__all__ = [
    "MASK_MODES",
    "STYLIZERS",
    "Atelier",
    "Earlier",
    "Guidance",
    "OptimisedRegions",
    "RegionStylizer",
    "Stylizer",
    "StylizerSettings",
    "TemporalSettings",
    "keep_colours",
    "match_colours",
    "open_regions",
    "open_stylizer",
    "pick_features",
]
