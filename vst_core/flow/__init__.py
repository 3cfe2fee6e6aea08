"""Where the motion between two frames comes from.

One protocol (`FlowSource`), one table (`FLOW_SOURCES`), one door (`open_flow_source`). A
new source is one file, one line in the table and one test.
"""

from vst_core.flow.flo import read_flo, write_flo
from vst_core.flow.source import FlowPair, FlowSettings, FlowSource
from vst_core.flow.table import FLOW_SOURCES, FlowEntry, open_flow_source

__all__ = [
    "FLOW_SOURCES",
    "FlowEntry",
    "FlowPair",
    "FlowSettings",
    "FlowSource",
    "open_flow_source",
    "read_flo",
    "write_flo",
]
