"""Key frames: what changes from frame to frame of a clip, and which frames stand out.

with closing(open_input("clip.mp4")) as clip:
    changes = measure_changes(clip)
    differing_frames(changes, count=5)

Files:

- `changes`: how far each frame of a clip is from the one before: in its pixels, and in its motion
- `choosing`: which frames are taken: middles of equal parts, those that differ most, by the motion
- `plot`: the changes over time as a picture that scales (SVG)
"""

from vst_core.keyframes.changes import FrameChange, measure_changes
from vst_core.keyframes.choosing import (
    KeyFrame,
    differing_frames,
    moving_frames,
    neighbor_differences,
    segment_middles,
)
from vst_core.keyframes.plot import plot_changes

__all__ = [
    "FrameChange",
    "KeyFrame",
    "differing_frames",
    "measure_changes",
    "moving_frames",
    "neighbor_differences",
    "plot_changes",
    "segment_middles",
]
