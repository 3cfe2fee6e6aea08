"""How good a stylized sequence is, in figures and in pictures, and how fast it was made.

clips = find_clips("out/", "in/%04d.png")
style = target_from_styles((("muse", 1.0),), load_encoder("vgg16"), device=device)
report = evaluate(clips, EvaluationSettings(flow=flow, style=style, device=device))
report.mean("m2"), report.mean("source_m2")

Files:

- `borders`: whether pictures are as lively at their borders as in the middle
- `clips`: A stylized sequence and its source, frame for frame
- `figures`: the figures of one frame: which function gives which
- `flip`: FLIP: what a person sees who flips between two pictures
- `learned_distance`: LPIPS: how different two pictures look, by learned features
- `levels`: the levels of a picture: what is clipped, channels, and their drift
- `long_term`: what comes back after it was hidden: does it look as before?
- `looped_shot`: a shot made up for endurance: it moves, repeats, and its motion is known exactly
- `measure`: from sequences to reports, one frame after the other
- `motion_files`: what a source of motion saw, as files: flow fields as .flo or EXR, trust masks
  as pictures
- `motion_sheet`: A sheet that shows how sources see a shot: motion in colors, trust, and what the
  warp misses
- `page/`: the report of `vst eval` as one page: tables, plots, a player, the worst frames
- `report`: what was measured: every figure of every frame, and their means
- `scene_table`: temporal error by scene, style and network (Agria 2020, table 6.1)
- `seen`: what is looked at when a frame is measured
- `sheet`: contact sheets: frames in a grid with captions, so that people can look
- `similarity`: MSE and SSIM of two pictures (Agria 2020, chapter 6, uses them for adjacent
  frames)
- `shot_motion`: how well sources of motion see a shot: each frame against the one before, moved
  along
- `strokes`: whether strokes hold on to the picture: their edges against those of the source
- `target`: the painting that stylized frames are held against
- `temporal_error`: the three temporal errors in use, by name: they differ, so all are reported
- `timed`: two kinds of work timed against each other, and how much memory a process took
- `weave`: what a network lays over calm areas every four pixels, bound to the pixel grid
"""

from vst_core.evaluation.borders import border_contrast
from vst_core.evaluation.clips import (
    ClipPair,
    FramePair,
    find_clips,
    run_labels,
    short_names,
)
from vst_core.evaluation.flip import flip_error, flip_map, has_flip
from vst_core.evaluation.learned_distance import LearnedDistance, has_lpips, load_lpips
from vst_core.evaluation.levels import CHANNELS, channel_levels, clipped, drift, tenths
from vst_core.evaluation.long_term import (
    Reappearing,
    followed,
    reappeared,
    reappearing_errors,
)
from vst_core.evaluation.looped_shot import LoopedShot
from vst_core.evaluation.measure import EvaluationSettings, evaluate, evaluate_runs
from vst_core.evaluation.motion_files import MOTION_CHANNELS, MOTION_FORMATS, MotionWriter
from vst_core.evaluation.motion_sheet import MotionSheet
from vst_core.evaluation.report import FIGURES, Figure, FrameFigures, Report
from vst_core.evaluation.scene_table import SceneRow, read_figures, scene_rows
from vst_core.evaluation.seen import FrameTransition, Seen
from vst_core.evaluation.sheet import Cell, SheetMaker, evenly_spread, reduced, write_sheet
from vst_core.evaluation.shot_motion import (
    MovingShot,
    SeenMotion,
    WarpErrors,
    judge_motion,
)
from vst_core.evaluation.similarity import mean_squared_error, structural_similarity
from vst_core.evaluation.strokes import LET_GO, edge_correlation, edges, let_go
from vst_core.evaluation.target import (
    StyleFigures,
    StyleMeasure,
    target_from_painting,
    target_from_styles,
)
from vst_core.evaluation.temporal_error import TemporalErrors, hard_trust, temporal_errors
from vst_core.evaluation.timed import Comparison, compare, peak_memory
from vst_core.evaluation.weave import weave
from vst_core.motion import moving_frames

__all__ = [
    "CHANNELS",
    "FIGURES",
    "LET_GO",
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
    "LearnedDistance",
    "LoopedShot",
    "MotionSheet",
    "MotionWriter",
    "MovingShot",
    "Reappearing",
    "Report",
    "SceneRow",
    "Seen",
    "SeenMotion",
    "SheetMaker",
    "StyleFigures",
    "StyleMeasure",
    "TemporalErrors",
    "WarpErrors",
    "border_contrast",
    "channel_levels",
    "clipped",
    "compare",
    "drift",
    "edge_correlation",
    "edges",
    "evaluate",
    "evaluate_runs",
    "evenly_spread",
    "find_clips",
    "flip_error",
    "flip_map",
    "followed",
    "hard_trust",
    "has_flip",
    "has_lpips",
    "judge_motion",
    "let_go",
    "load_lpips",
    "mean_squared_error",
    "moving_frames",
    "peak_memory",
    "read_figures",
    "reappeared",
    "reappearing_errors",
    "reduced",
    "run_labels",
    "scene_rows",
    "short_names",
    "structural_similarity",
    "target_from_painting",
    "target_from_styles",
    "temporal_errors",
    "tenths",
    "weave",
    "write_sheet",
]
