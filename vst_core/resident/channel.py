"""Messages to and from another process, a line each."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from collections.abc import Callable, Iterator
from queue import SimpleQueue

from vst_core.protocol import Message, ProtocolError, decode, encode

__all__ = ["MessageChannel", "over_descriptors", "over_socket", "queued"]

_BLOCK = 1 << 16


class MessageChannel:
    """Both ways of a conversation; lines that are no message are passed over.

    Args:
        read: Gives the bytes that have come, and none at the end.
        write: Sends all of some bytes.
        hear: Called with every message, and with None when the other side has gone; in a thread
            of the channel's own.
    """

    def __init__(
        self,
        read: Callable[[], bytes],
        write: Callable[[bytes], object],
        hear: Callable[[Message | None], None],
    ) -> None:
        self._read, self._write, self._hear = read, write, hear
        self.thread = threading.Thread(target=self._listen, daemon=True)
        self.thread.start()

    def send(self, message: Message) -> None:
        """Send a message; where nobody is there to take it, `hear` is told."""
        with contextlib.suppress(OSError):
            self._write(f"{encode(message)}\n".encode())

    def _listen(self) -> None:
        waiting = b""
        with contextlib.suppress(OSError):
            while block := self._read():
                *lines, waiting = (waiting + block).split(b"\n")
                for line in lines:
                    with contextlib.suppress(ProtocolError, UnicodeDecodeError):
                        self._hear(decode(line.decode()))
        self._hear(None)


def over_descriptors(
    incoming: int, outgoing: int, hear: Callable[[Message | None], None]
) -> MessageChannel:
    """Return a channel over two pipes.

    They are read and written by their descriptors: a thread that waits in a Python stream when
    the process ends is fatal.
    """

    def write(content: bytes) -> None:
        while content:
            content = content[os.write(outgoing, content) :]

    return MessageChannel(lambda: os.read(incoming, _BLOCK), write, hear)


@contextlib.contextmanager
def over_socket(
    connection: socket.socket, hear: Callable[[Message | None], None]
) -> Iterator[MessageChannel]:
    """Have a channel over a connected socket, which is closed afterwards."""
    with connection:
        channel = MessageChannel(lambda: connection.recv(_BLOCK), connection.sendall, hear)
        try:
            yield channel
        finally:
            with contextlib.suppress(OSError):  # closing alone does not wake who waits in recv
                connection.shutdown(socket.SHUT_RDWR)
            channel.thread.join()


def queued() -> tuple[SimpleQueue[Message | None], Callable[[Message | None], None]]:
    """Return a queue, and what fills it."""
    found: SimpleQueue[Message | None] = SimpleQueue()
    return found, found.put
