"""Guidance: flow to other frames, trust in it, their stylized pictures warped to now, and cuts."""

from vst_core.guidance.builder import GuidanceBuilder, Motion, Viewer, open_flow
from vst_core.guidance.cuts import Change, compare
from vst_core.guidance.following import Boil, Found, Sight, follow, is_flash, start
from vst_core.guidance.stylized import Stylized, guidance_of, named, part
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
    "Stylized",
    "Viewer",
    "compare",
    "follow",
    "guidance_of",
    "is_flash",
    "named",
    "open_flow",
    "part",
    "start",
]
