"""Packets from a place in the file on, and the decoder past what it cannot decode."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from vst_core.video.container import open_movie, picture_stream

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.packet import Packet
    from av.video.codeccontext import VideoCodecContext
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

__all__ = ["PacketFeed", "frames_of", "hides_alpha"]

_WITH_ALPHA = {"vp8": "libvpx", "vp9": "libvpx-vp9"}
"""Decoders that read the alpha of a WebM file, which FFmpeg's own pass over."""

_FAST, _CAREFUL = "AUTO", "SLICE"
"""With a thread a frame, what is wrong with one packet is said at a later one, and good frames
are lost with it; that is for files that are whole."""


def frames_of(container: InputContainer, stream: VideoStream) -> Iterator[VideoFrame]:
    """Yield every frame that the decoder gives, in the order in which they are shown."""
    stream.thread_type = _CAREFUL
    decoder = _alpha_decoder(stream)
    for packet in container.demux(stream):
        yield from _decode(packet, decoder)


def hides_alpha(stream: VideoStream) -> bool:
    """Whether the pictures have an alpha that no decoder here can read."""
    return _has_alpha(stream) and _alpha_decoder(stream) is None


def _has_alpha(stream: VideoStream) -> bool:
    notes = {name.lower(): value for name, value in stream.metadata.items()}
    return notes.get("alpha_mode") == "1"


def _alpha_decoder(stream: VideoStream) -> VideoCodecContext | None:
    """Return the decoder to be used in place of the stream's own; None where that is right."""
    import av
    from av.codec.context import CodecContext
    from av.video.codeccontext import VideoCodecContext

    name = _WITH_ALPHA.get(stream.codec_context.codec.canonical_name, "")
    if not _has_alpha(stream) or name not in av.codecs_available:
        return None
    decoder = CodecContext.create(name, "r")
    assert isinstance(decoder, VideoCodecContext)
    return decoder


def _decode(packet: Packet[VideoStream], decoder: VideoCodecContext | None) -> list[VideoFrame]:
    """Return the frames that come out for a packet: none where it is damaged.

    Whoever waits for one of its frames sees that it is missing, and knows its number.
    """
    import av

    try:
        if decoder is None:
            return packet.decode()
        return decoder.decode(packet if packet.size else None)
    except (av.error.InvalidDataError, av.error.EOFError):
        return []


class PacketFeed:
    """An open movie, and the packets of its picture from a place on.

    Args:
        path: The movie.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._container: InputContainer | None = None
        self._decoder: VideoCodecContext | None = None
        self._careful = False

    def set_careful(self, careful: bool) -> None:
        """Let nothing be lost around a damaged packet, which is slower; the file is reopened."""
        if careful != self._careful:
            self._careful = careful
            self.close()

    def from_start(self) -> Iterator[Packet[VideoStream]]:
        """Return all packets; the file is opened anew, so that the decoder remembers nothing.

        Raises:
            InputError: It cannot be opened.
        """
        self.close()
        return self._packets(self._opened())

    def near(self, time: int) -> Iterator[Packet[VideoStream]]:
        """Return the packets from about `time` (ticks) on; none where files cannot be sought."""
        import av

        container = self._opened()
        stream = picture_stream(self._path, container)
        try:
            container.seek(time, stream=stream, backward=True)
            if self._decoder is not None:
                self._decoder.flush_buffers()
            packets = self._packets(container)
            return chain([next(packets)], packets)
        except (av.FFmpegError, StopIteration):
            return iter(())

    def decode(self, packet: Packet[VideoStream]) -> list[VideoFrame]:
        """Return the frames that come out for a packet: none where it is damaged."""
        return _decode(packet, self._decoder)

    def close(self) -> None:
        """Close the file; the next call opens it again."""
        if self._container is not None:
            self._container.close()
            self._container = None

    def _opened(self) -> InputContainer:
        if self._container is None:
            self._container = open_movie(self._path)
            stream = picture_stream(self._path, self._container)
            stream.thread_type = _CAREFUL if self._careful else _FAST
            self._decoder = _alpha_decoder(stream)
        return self._container

    def _packets(self, container: InputContainer) -> Iterator[Packet[VideoStream]]:
        return container.demux(picture_stream(self._path, container))
