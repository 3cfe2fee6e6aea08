"""What exists: the parameters, methods, flow sources and clips that every face is built from.

Plain data and the standard library alone, so that a command line, a Blender add-on, a Nuke
bridge and a farm template can all be drawn from the same tables.
"""

from vst_core.catalog.describe import DESCRIPTION_VERSION, describe
from vst_core.catalog.movies import CODECS, MOVIE_OUTPUTS, Codec, pick_codec
from vst_core.catalog.parameter import Choice, Parameter, Value
from vst_core.catalog.parameters import CLIPS, GROUPS, PARAMETERS, Clip, Group, find_parameter
from vst_core.catalog.traits import (
    DEPTHS_BY_FORMAT,
    DEVICES,
    FLOW_SOURCES_INFO,
    METHODS,
    Device,
    FlowSourceInfo,
    Method,
    find_flow_source,
    find_method,
)

__all__ = [
    "CLIPS",
    "CODECS",
    "DEPTHS_BY_FORMAT",
    "DESCRIPTION_VERSION",
    "DEVICES",
    "FLOW_SOURCES_INFO",
    "GROUPS",
    "METHODS",
    "MOVIE_OUTPUTS",
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
    "pick_codec",
]
