"""What an engine process tells its host, and the host tells it; see `vst_core.hosts.messages`."""

from vst_core.hosts.messages import (
    VERSION,
    Cancel,
    CutFound,
    Failed,
    Finished,
    FrameDone,
    Iterated,
    Message,
    Progress,
    ProtocolError,
    Started,
    Unknown,
    Warned,
    decode,
    encode,
)

__all__ = [
    "VERSION",
    "Cancel",
    "CutFound",
    "Failed",
    "Finished",
    "FrameDone",
    "Iterated",
    "Message",
    "Progress",
    "ProtocolError",
    "Started",
    "Unknown",
    "Warned",
    "decode",
    "encode",
]
