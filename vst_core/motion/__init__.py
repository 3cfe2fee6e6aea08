"""Arithmetic on flow fields: warp, resize, compose, and where a warp can be trusted.

Pure functions on tensors, batched, on any device. Flow is `B x 2 x H x W` in pixels, x
right and y down, channel 0 = x. Every mask here is `B x 1 x H x W`, 1 = can be trusted.
"""

from vst_core.motion.inversion import invert
from vst_core.motion.moving import moving_frames
from vst_core.motion.trust import (
    TRUST_VARIANTS,
    consistency_mask,
    motion_boundary_mask,
    trust_mask,
)
from vst_core.motion.warping import compose, inside, resize_flow, warp

__all__ = [
    "TRUST_VARIANTS",
    "compose",
    "consistency_mask",
    "inside",
    "invert",
    "motion_boundary_mask",
    "moving_frames",
    "resize_flow",
    "trust_mask",
    "warp",
]
