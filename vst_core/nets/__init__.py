"""Network architectures: no files, no losses, no devices."""

from vst_core.nets.folded import FoldedNet
from vst_core.nets.recurrent import RecurrentNet, RecurrentState
from vst_core.nets.style_predictor import StylePredictor, norm_channels
from vst_core.nets.transform import (
    ITN_CHANNELS,
    VTN_CHANNELS,
    TransformNet,
    itn_input,
    pair_net,
    vtn_input,
)

__all__ = [
    "ITN_CHANNELS",
    "VTN_CHANNELS",
    "FoldedNet",
    "RecurrentNet",
    "RecurrentState",
    "StylePredictor",
    "TransformNet",
    "itn_input",
    "norm_channels",
    "pair_net",
    "vtn_input",
]
