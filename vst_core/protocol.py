"""What an engine process tells its host, and the host tells it; see `vst_core.hosts.messages`."""

from vst_core import errors
from vst_core.errors import Interrupted, VstError
from vst_core.hosts.messages import (
    VERSION,
    Cancel,
    CutFound,
    Failed,
    Finished,
    FrameDone,
    Iterated,
    Leave,
    Make,
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
    "Leave",
    "Make",
    "Message",
    "Progress",
    "ProtocolError",
    "Started",
    "Unknown",
    "Warned",
    "decode",
    "encode",
    "error_of",
]


def error_of(failed: Failed) -> VstError:
    """Return the error that an event tells of, of its own kind."""
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    for kind in kinds:
        if issubclass(kind, VstError) and kind.code == failed.code:
            if issubclass(kind, Interrupted):
                return kind(failed.exit_code - 128)
            error = kind(failed.message)
            error.frame = failed.frame
            return error
    return VstError(failed.message)
