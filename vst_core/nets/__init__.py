"""Network architectures: no files, no losses, no devices."""

from vst_core.nets.folded import FoldedNet
from vst_core.nets.joined import Joined
from vst_core.nets.transform import (
    ITN_CHANNELS,
    VTN_CHANNELS,
    TransformNet,
    itn_input,
    vtn_input,
)

__all__ = [
    "ITN_CHANNELS",
    "VTN_CHANNELS",
    "FoldedNet",
    "Joined",
    "TransformNet",
    "itn_input",
    "vtn_input",
]
