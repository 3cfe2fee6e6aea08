"""Content, style and temporal losses: functions, and the small sums built from them."""

from vst_core.losses.moments import channel_moments, moment_loss, moment_targets
from vst_core.losses.perceptual import (
    CONTENT_LAYER,
    STYLE_LAYERS,
    PerceptualLoss,
    checkerboard_loss,
    content_loss,
    gram_matrix,
    gram_targets,
    range_loss,
    style_loss,
    total_variation,
)
from vst_core.losses.temporal import temporal_loss

__all__ = [
    "CONTENT_LAYER",
    "STYLE_LAYERS",
    "PerceptualLoss",
    "channel_moments",
    "checkerboard_loss",
    "content_loss",
    "gram_matrix",
    "gram_targets",
    "moment_loss",
    "moment_targets",
    "range_loss",
    "style_loss",
    "temporal_loss",
    "total_variation",
]
