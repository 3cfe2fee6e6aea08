"""How good a stylized sequence is, in figures and in pictures, and how fast it was made.

clips = find_clips("out/", "in/%04d.png")
style = target_from_styles((("muse", 1.0),), load_encoder("vgg16"), device=device)
report = evaluate(clips, EvaluationSettings(flow=flow, style=style, device=device))
report.mean("m2"), report.mean("source_m2")

Files:

- `borders`: whether pictures are as lively at their borders as in the middle
- `clips`: A stylized sequence and its source, frame for frame
- `long_term`: what comes back after it was hidden: does it look as before?
- `measure`: from two sequences to a report, one frame after the other
- `motion_files`: what a source of motion saw, as files: flow fields as .flo or EXR, trust masks
  as pictures
- `motion_sheet`: A sheet that shows how sources see a shot: motion in colors, trust, and what the
  warp misses
- `report`: what was measured: every figure of every frame, and their means
- `sheet`: contact sheets: frames in a grid with captions, so that people can look
- `similarity`: MSE and SSIM of two pictures (Agria 2020, chapter 6, uses them for adjacent
  frames)
- `shot_motion`: how well sources of motion see a shot: each frame against the one before, moved
  along
- `target`: the painting that stylized frames are held against
- `temporal_error`: the three temporal errors in use, by name: they differ, so all are reported
- `timed`: two kinds of work timed against each other, and how much memory a process took
- `weave`: what a network lays over calm areas every four pixels, bound to the pixel grid
"""

from vst_core.evaluation.borders import border_contrast
from vst_core.evaluation.clips import ClipPair, FramePair, find_clips
from vst_core.evaluation.long_term import (
    Reappearing,
    followed,
    reappeared,
    reappearing_errors,
)
from vst_core.evaluation.measure import EvaluationSettings, FrameTransition, Seen, evaluate
from vst_core.evaluation.motion_files import MOTION_CHANNELS, MOTION_FORMATS, MotionWriter
from vst_core.evaluation.motion_sheet import MotionSheet
from vst_core.evaluation.report import FIGURES, Figure, FrameFigures, Report
from vst_core.evaluation.sheet import Cell, SheetMaker, evenly_spread, write_sheet
from vst_core.evaluation.shot_motion import (
    SeenMotion,
    ShotFrames,
    WarpErrors,
    find_shot,
    judge_motion,
)
from vst_core.evaluation.similarity import mean_squared_error, structural_similarity
from vst_core.evaluation.target import StyleMeasure, target_from_painting, target_from_styles
from vst_core.evaluation.temporal_error import TemporalErrors, hard_trust, temporal_errors
from vst_core.evaluation.timed import Comparison, compare, peak_memory
from vst_core.evaluation.weave import weave
from vst_core.motion import moving_frames

__all__ = [
    "FIGURES",
    "MOTION_CHANNELS",
    "MOTION_FORMATS",
    "Cell",
    "ClipPair",
    "Comparison",
    "EvaluationSettings",
    "Figure",
    "FrameFigures",
    "FramePair",
    "FrameTransition",
    "MotionSheet",
    "MotionWriter",
    "Reappearing",
    "Report",
    "Seen",
    "SeenMotion",
    "SheetMaker",
    "ShotFrames",
    "StyleMeasure",
    "TemporalErrors",
    "WarpErrors",
    "border_contrast",
    "compare",
    "evaluate",
    "evenly_spread",
    "find_clips",
    "find_shot",
    "followed",
    "hard_trust",
    "judge_motion",
    "mean_squared_error",
    "moving_frames",
    "peak_memory",
    "reappeared",
    "reappearing_errors",
    "structural_similarity",
    "target_from_painting",
    "target_from_styles",
    "temporal_errors",
    "weave",
    "write_sheet",
]
