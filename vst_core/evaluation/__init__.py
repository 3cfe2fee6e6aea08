"""How good a stylized sequence is, in figures and in pictures, and how fast it was made.

clips = find_clips("out/", "in/%04d.png")
style = target_from_styles((("muse", 1.0),), load_encoder("vgg16"), device=device)
report = evaluate(clips, EvaluationSettings(flow=flow, style=style, device=device))
report.mean("m2"), report.mean("source_m2")
"""

from vst_core.evaluation.borders import border_contrast
from vst_core.evaluation.clips import ClipPair, FramePair, find_clips
from vst_core.evaluation.long_term import (
    Reappearing,
    followed,
    reappeared,
    reappearing_errors,
)
from vst_core.evaluation.measure import EvaluationSettings, Motion, Seen, evaluate
from vst_core.evaluation.moving import moving_frames
from vst_core.evaluation.report import FIGURES, Figure, FrameFigures, Report
from vst_core.evaluation.sheet import Cell, SheetMaker, evenly_spread, write_sheet
from vst_core.evaluation.similarity import mean_squared_error, structural_similarity
from vst_core.evaluation.target import StyleTarget, target_from_painting, target_from_styles
from vst_core.evaluation.temporal import TemporalErrors, hard_trust, temporal_errors
from vst_core.evaluation.timing import Comparison, compare, peak_memory

__all__ = [
    "FIGURES",
    "Cell",
    "ClipPair",
    "Comparison",
    "EvaluationSettings",
    "Figure",
    "FrameFigures",
    "FramePair",
    "Motion",
    "Reappearing",
    "Report",
    "Seen",
    "SheetMaker",
    "StyleTarget",
    "TemporalErrors",
    "border_contrast",
    "compare",
    "evaluate",
    "evenly_spread",
    "find_clips",
    "followed",
    "hard_trust",
    "mean_squared_error",
    "moving_frames",
    "peak_memory",
    "reappeared",
    "reappearing_errors",
    "structural_similarity",
    "target_from_painting",
    "target_from_styles",
    "temporal_errors",
    "write_sheet",
]
