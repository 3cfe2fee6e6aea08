"""Sound, copied from movie to movie packet by packet, never coded again."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.stream import Stream

from vst_core.video.container import fraction, open_movie

__all__ = ["Sound", "SoundCopier", "carried"]

_LEAD = Fraction(3, 20)  # seconds: AAC wants up to 2112 samples
_FORMATS = {".mp4": "mp4", ".m4v": "mp4", ".mov": "mov", ".mkv": "matroska"}


@dataclass(frozen=True, kw_only=True)
class Sound:
    """A piece of a movie's sound.

    Attributes:
        path: The movie.
        start: Where the piece begins, in seconds on the movie's own clock.
        end: Where it ends; None = with the sound itself.
    """

    path: Path
    start: Fraction
    end: Fraction | None


def carried(path: Path, suffix: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the codecs of a movie's sound that a kind of file can hold, and those it cannot.

    Args:
        path: The movie.
        suffix: Of the new file, such as ``.mp4``.

    Raises:
        InputError: The movie cannot be read.
    """
    with open_movie(path) as source:
        tracks = [(_codec(one), _fits(one, suffix)) for one in source.streams.audio]
    held = tuple(name for name, fits in tracks if fits)
    return held, tuple(name for name, fits in tracks if not fits)


class SoundCopier:
    """The sound tracks of a new movie, fed as its picture grows.

    A coded packet cannot be divided, and a decoder needs a few before the first that is heard.
    A QuickTime or MP4 file gets them and hides them by its edit list; a Matroska file cannot,
    and begins with the first whole packet. So picture and sound stay together to the sample.

    Args:
        sound: What to copy.
        output: The new movie; tracks are added to it, so no packet may have been written yet.

    Raises:
        InputError: The movie cannot be read.
    """

    def __init__(self, sound: Sound, output: OutputContainer, *, suffix: str) -> None:
        self._sound, self._output = sound, output
        self._source = open_movie(sound.path)
        self._edits = suffix.lower() != ".mkv"
        self._length = None if sound.end is None else sound.end - sound.start
        tracks = [one for one in self._source.streams.audio if _fits(one, suffix)]
        self._tracks = {one.index: output.add_stream_from_template(one) for one in tracks}
        self._packets = self._wanted(self._source, tracks)
        self._next = next(self._packets, None)

    def copy_until(self, time: Fraction | None) -> None:
        """Write all packets that begin before `time` (seconds from the start); None = all."""
        while self._next is not None:
            packet, begins = self._next
            if time is not None and begins >= time:
                return
            packet.stream = self._tracks[packet.stream_index]
            self._output.mux(packet)
            self._next = next(self._packets, None)

    def close(self) -> None:
        """Close the movie that the sound comes from."""
        self._source.close()

    def _wanted(
        self, source: InputContainer, tracks: list[AudioStream]
    ) -> Iterator[tuple[Packet[Stream], Fraction]]:
        if not tracks:
            return
        for packet in source.demux(*tracks):
            tick = fraction(packet.stream.time_base)
            if packet.pts is None or tick is None or not packet.size:
                continue
            begins = packet.pts * tick - self._sound.start
            early = begins < (-_LEAD if self._edits else 0)
            late = self._length is not None and begins >= self._length
            if early or late:
                continue
            shift = round(self._sound.start / tick)
            packet.pts -= shift
            packet.dts = packet.pts if packet.dts is None else packet.dts - shift
            yield packet, begins


def _codec(stream: AudioStream) -> str:
    return stream.codec_context.codec.canonical_name


def _fits(stream: AudioStream, suffix: str) -> bool:
    """Whether a file can hold a track: found out by beginning one, in memory."""
    kind = _FORMATS[suffix.lower()]
    try:
        with av.open(io.BytesIO(), "w", format=kind) as output:
            output.add_stream_from_template(stream)
            output.start_encoding()
    except (av.FFmpegError, ValueError):
        return False
    return True
