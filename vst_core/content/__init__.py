"""What of a frame is picture, and at which level: so that nothing else has a say.

level = first_level(cells_of(frame, weight))        # a shot begins
normal = filled_in(level.normal(frame), weight)     # what is painted
result = level.give_back(painted, frame)

Files:

- `bars`: letterbox and pillarbox bars: black lines at the edges, from side to side
- `cells`: a picture as a grid of cells: what measurements of a whole frame are taken of
- `emptiness`: where a picture is empty: black, and without any mark for a while around
- `filling`: colors for what is no picture, made of the picture around it
- `flattening`: a cut-out made opaque, without adding a color of its own
- `grain`: film grain and render noise: taken out of what is looked at, and put back on what was
  made
- `holding`: pictures that are held: the same drawing on twos and threes, a still with its grain
- `level`: how strong a frame is against a normal picture, taken out and given back
- `tracking`: how the level of a shot goes on from frame to frame
"""

from vst_core.content.bars import NO_BARS, Bars, find_bars, letterbox
from vst_core.content.cells import Cells, cells_of
from vst_core.content.emptiness import fullness
from vst_core.content.filling import filled_in
from vst_core.content.flattening import flattened
from vst_core.content.holding import boiling, is_held
from vst_core.content.level import NORMAL, NOTHING, Level, contrast, first_level
from vst_core.content.tracking import alike, followed, rough_change, unclipped

__all__ = [
    "NORMAL",
    "NOTHING",
    "NO_BARS",
    "Bars",
    "Cells",
    "Level",
    "alike",
    "boiling",
    "cells_of",
    "contrast",
    "filled_in",
    "find_bars",
    "first_level",
    "flattened",
    "followed",
    "fullness",
    "is_held",
    "letterbox",
    "rough_change",
    "unclipped",
]
