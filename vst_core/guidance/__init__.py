"""Guidance: flow to other frames, trust in it, their stylized pictures warped to now, and cuts."""

from vst_core.guidance.builder import GuidanceBuilder, Motion, open_flow
from vst_core.guidance.cuts import Change, compare
from vst_core.guidance.following import Boil, Found, Sight, follow, is_flash, start
from vst_core.guidance.warped_frames import Earlier, Guidance, PreviousFrame

__all__ = [
    "Boil",
    "Change",
    "Earlier",
    "Found",
    "Guidance",
    "GuidanceBuilder",
    "Motion",
    "PreviousFrame",
    "Sight",
    "compare",
    "follow",
    "is_flash",
    "open_flow",
    "start",
]
