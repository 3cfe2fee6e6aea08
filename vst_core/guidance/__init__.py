"""Guidance: flow to other frames, trust in it, their stylized pictures warped to now, and cuts."""

from vst_core.guidance.builder import GuidanceBuilder, Motion, Viewer
from vst_core.guidance.cuts import Change, compare
from vst_core.guidance.following import Boil, Found, Ground, Sight, follow, is_flash, start
from vst_core.guidance.stylized import Stylized, guidance_of, named, part
from vst_core.guidance.warped_frames import Earlier, Guidance, PreviousFrame

__all__ = [
    "Boil",
    "Change",
    "Earlier",
    "Found",
    "Ground",
    "Guidance",
    "GuidanceBuilder",
    "Motion",
    "PreviousFrame",
    "Sight",
    "Stylized",
    "Viewer",
    "compare",
    "follow",
    "guidance_of",
    "is_flash",
    "named",
    "part",
    "start",
]
