"""What exists: the parameters, methods, flow sources and clips that every face is built from.

Plain data and the standard library alone, so that a command line, a Blender add-on, a Nuke
bridge and a farm template can all be drawn from the same tables.

Files:

- `color_parameters`: the part of the parameter table that says how the numbers and layers in files
  are read
- `curve`: values over time: keys at frames, linear between them, held outside
- `description`: the whole catalog as data for JSON: what ``vst describe --json`` prints
- `machine_parameters`: the part of the parameter table that says on what a machine works, and
  how much it may take
- `markdown`: the whole catalog as a page: what ``vst describe --markdown`` prints
- `movie_parameters`: movie files: which codecs results can be written with, and the settings of
  such files
- `optimizer_parameters`: the part of the parameter table that only the optimizing methods read
- `parameter`: `Parameter`: one setting, described in OpenFX's vocabulary
- `parameters`: the parameter table: the one place where settings, their defaults and their
  words stand
- `region_parameters`: the part of the parameter table that gives regions of a frame styles of
  their own
- `style_video_parameters`: the part of the parameter table that takes styles out of a video
- `traits`: the methods, the flow sources and the devices
- `vector_parameters`: the part of the parameter table that says where a renderer's motion vectors
  lie
"""

from vst_core.catalog.description import DESCRIPTION_VERSION, describe
from vst_core.catalog.markdown import markdown
from vst_core.catalog.movie_parameters import CODECS, MOVIE_OUTPUTS, Codec, pick_codec
from vst_core.catalog.parameter import Choice, Parameter, Value
from vst_core.catalog.parameters import CLIPS, GROUPS, PARAMETERS, Clip, Group, find_parameter
from vst_core.catalog.traits import (
    DEVICES,
    FLOW_SOURCES_INFO,
    METHODS,
    NO_FLOW,
    Device,
    FlowSourceInfo,
    Method,
    find_flow_source,
    find_method,
)

__all__ = [
    "CLIPS",
    "CODECS",
    "DESCRIPTION_VERSION",
    "DEVICES",
    "FLOW_SOURCES_INFO",
    "GROUPS",
    "METHODS",
    "MOVIE_OUTPUTS",
    "NO_FLOW",
    "PARAMETERS",
    "Choice",
    "Clip",
    "Codec",
    "Device",
    "FlowSourceInfo",
    "Group",
    "Method",
    "Parameter",
    "Value",
    "describe",
    "find_flow_source",
    "find_method",
    "find_parameter",
    "markdown",
    "pick_codec",
]
