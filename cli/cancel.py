"""The other direction of `--progress json`: a host's `cancel` on stdin stops the run."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

from vst_core.protocol import Cancel, ProtocolError, decode

if TYPE_CHECKING:
    from vst_core.stopping import StopRequest

__all__ = ["listen_for_cancel"]

_STDIN = 0


def listen_for_cancel(stop: StopRequest, descriptor: int = _STDIN) -> threading.Thread:
    """Ask for an orderly stop when a `cancel` line arrives, the only way to ask on Windows.

    The thread ends with the process, or when the host closes its end (which stops nothing).
    It reads the descriptor itself: a thread that waits in `sys.stdin` at exit is fatal.
    """
    thread = threading.Thread(target=_listen, args=(stop, descriptor), daemon=True)
    thread.start()
    return thread


def _listen(stop: StopRequest, descriptor: int) -> None:
    waiting = b""
    try:
        while block := os.read(descriptor, 4096):
            *lines, waiting = (waiting + block).split(b"\n")
            if any(map(_is_cancel, lines)):
                stop.request()
    except OSError:  # there is no stdin
        return


def _is_cancel(line: bytes) -> bool:
    try:
        return isinstance(decode(line.decode()), Cancel)
    except (ProtocolError, UnicodeDecodeError):
        return False
