"""Where the motion between two frames comes from.

One protocol (`FlowSource`), one table (`FLOW_SOURCES`), one door (`open_flow_source`). A
new source is one file, one line in the table and one test.

Files:

- `auto`: DIS where the motion is calm, RAFT-small as well where DIS is fooled: the default
- `color_coding`: flow as colors: the direction is the hue, the length the saturation
- `dis`: dense inverse search (Kroeger et al. 2016) by OpenCV: quick, no download
- `flo`: middlebury's .flo files: one flow field, uncompressed
- `flo_files`: flow from .flo files, made by any other program
- `frame_view`: a frame as a flow source sees it: its number, its picture, the channels of its file
- `opencv_fields`: pictures and flow fields as OpenCV takes and gives them
- `ptlflow_models`: any of the networks that ptlflow collects; needs the extra: `pip install
  "vst[flow]"`
- `raft`: RAFT (Teed and Deng 2020) by torchvision's networks
- `source`: what every flow source takes and gives
- `source_table`: the flow sources there are
- `vector_check`: whether motion vectors fit the pictures, and with which scale they would
- `vector_layout`: which channels of a file are motion vectors, and what they mean
- `vectors`: motion vectors of a renderer: what it knows, where others have to guess
- `torchvision_guard`: import torchvision even where its compiled part does not fit this torch
"""

from vst_core.flow.color_coding import color_wheel, flow_colors
from vst_core.flow.flo import read_flo, write_flo
from vst_core.flow.frame_view import ChannelReader, FrameView
from vst_core.flow.source import FlowPair, FlowSettings, FlowSource
from vst_core.flow.source_table import (
    FLOW_SOURCES,
    NO_FLOW,
    FlowEntry,
    open_flow_source,
    pair_files,
)
from vst_core.flow.vector_check import VectorCheck, check_vectors
from vst_core.flow.vector_layout import VectorFiles, VectorLayout, find_layout

__all__ = [
    "FLOW_SOURCES",
    "NO_FLOW",
    "ChannelReader",
    "FlowEntry",
    "FlowPair",
    "FlowSettings",
    "FlowSource",
    "FrameView",
    "VectorCheck",
    "VectorFiles",
    "VectorLayout",
    "check_vectors",
    "color_wheel",
    "find_layout",
    "flow_colors",
    "open_flow_source",
    "pair_files",
    "read_flo",
    "write_flo",
]
