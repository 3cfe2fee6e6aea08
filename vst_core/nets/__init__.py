"""Network architectures: no files, no losses, no devices.

Files:

- `convolving`: convolutions of strips, by the quickest way there is, with the same bytes in any
  threads
- `exported`: the networks as TorchScript for other programs: one tensor in, one out, operators of
  old
- `folded`: `TransformNet` arranged for inference on a CPU: the same numbers with less work and in
  less memory
- `folded_recurrent`: `RecurrentNet` arranged for inference on a CPU, and as it is
- `folding`: rings, and kernels folded together: what the forms of a network for inference share
- `joined`: what a network sees, row by row: its channels are joined and mirrored only where it
  looks
- `layers`: the pieces of table 4.1: padded convolutions, conditional norms, residual blocks
- `plain`: `TransformNet` as it is trained, to be called like the forms for inference
- `streamed`: `TransformNet` arranged for inference on a graphics card: the same numbers, moved
  less often
- `recurrent`: the networks with a memory (LSTM)
- `row_sums`: mean and variance of activations whose rows come one strip after the other
- `strip_norm`: norm and ReLU of strips, in as few passes over memory as there can be
- `strips`: layers over strips of whole rows, with the statistics of the whole picture
- `strip_winograd`: 3 x 3 convolutions of strips by Winograd's F(6 x 6, 3 x 3), for inference
- `style_predictor`: a network that predicts a style: from numbers about a painting to the norms
  of a trunk
- `transform`: the image and the video transformation network (Agria 2020, table 4.1 and chapter
  5)
"""

from vst_core.nets.folded import FoldedNet
from vst_core.nets.folded_recurrent import FoldedRecurrent, PlainRecurrent
from vst_core.nets.joined import Joined
from vst_core.nets.plain import PlainNet
from vst_core.nets.recurrent import RecurrentNet, RecurrentState
from vst_core.nets.streamed import StreamedNet
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
    "FoldedRecurrent",
    "Joined",
    "PlainNet",
    "PlainRecurrent",
    "RecurrentNet",
    "RecurrentState",
    "StreamedNet",
    "StylePredictor",
    "TransformNet",
    "itn_input",
    "norm_channels",
    "pair_net",
    "vtn_input",
]
