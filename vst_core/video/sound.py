"""Sound, copied from movie to movie packet by packet, never coded again."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from vst_core.errors import InputError
from vst_core.video.container import fraction, marks_for, marks_of, open_movie, reading
from vst_core.video.sound_times import Piece, SoundClock

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer, OutputContainer
    from av.packet import Packet
    from av.stream import Stream

__all__ = ["Sound", "SoundCopier", "carried", "jumps_in"]

_LEAD = Fraction(3, 20)  # seconds: AAC wants up to 2112 samples
_FORMATS = {".mp4": "mp4", ".m4v": "mp4", ".mov": "mov", ".mkv": "matroska"}


@dataclass(frozen=True, kw_only=True)
class Sound:
    """A piece of a movie's sound.

    Attributes:
        path: The movie.
        start: Where the piece begins, in seconds on the movie's own clock.
        end: Where it ends; None = with the sound itself.
        pieces: How the file's times go on with the clock; empty where they are the clock.
    """

    path: Path
    start: Fraction
    end: Fraction | None
    pieces: tuple[Piece, ...] = ()


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


def jumps_in(sound: Sound, suffix: str) -> int:
    """Return how often the times of a movie's sound do not rise; see `SoundClock`.

    Raises:
        InputError: The movie cannot be read.
    """
    with open_movie(sound.path) as source, reading(sound.path):
        tracks = [one for one in source.streams.audio if _fits(one, suffix)]
        clocks = {one.index: SoundClock(sound.pieces) for one in tracks}
        for _ in _placed(source, tracks, clocks):
            pass
    return sum(clock.jumps for clock in clocks.values())


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
        self._tracks = {one.index: _copied(one, output, suffix) for one in tracks}
        self._packets = self._wanted(self._source, tracks)
        self._next = next(self._packets, None)

    def copy_until(self, time: Fraction | None) -> None:
        """Write all packets that begin before `time` (seconds from the start); None = all.

        Raises:
            InputError: What the file holds cannot be written.
        """
        import av

        while self._next is not None:
            packet, begins = self._next
            if time is not None and begins >= time:
                return
            packet.stream = self._tracks[packet.stream_index]
            try:
                self._output.mux(packet)
            except (av.error.InvalidDataError, av.error.ArgumentError) as error:
                what = f"{self._sound.path}: its sound cannot be copied ({error.strerror})"
                raise InputError(what, fix="Leave it out with --no-sound.") from error
            self._next = next(self._packets, None)

    def close(self) -> None:
        """Close the movie that the sound comes from."""
        self._source.close()

    def _wanted(
        self, source: InputContainer, tracks: list[AudioStream]
    ) -> Iterator[tuple[Packet[Stream], Fraction]]:
        clocks = {one.index: SoundClock(self._sound.pieces) for one in tracks}
        for packet, tick, at in _placed(source, tracks, clocks):
            begins = at - self._sound.start
            early = begins < (-_LEAD if self._edits else 0)
            late = self._length is not None and begins >= self._length
            if early or late:
                continue
            ahead = packet.pts - packet.dts if packet.pts is not None and packet.dts else 0
            packet.pts = round(begins / tick)
            packet.dts = packet.pts - ahead
            yield packet, begins


def _placed(
    source: InputContainer, tracks: list[AudioStream], clocks: Mapping[int, SoundClock]
) -> Iterator[tuple[Packet[Stream], Fraction, Fraction]]:
    """Yield packets with a tick in seconds, and when each is heard on the clock of the movie."""
    if not tracks:
        return
    for packet in source.demux(*tracks):
        tick = fraction(packet.stream.time_base)
        if packet.pts is None or tick is None or not packet.size:
            continue
        at = clocks[packet.stream_index].place(packet.pts * tick, (packet.duration or 0) * tick)
        if at is not None:
            yield packet, tick, at


def _copied(track: AudioStream, output: OutputContainer, suffix: str) -> Stream:
    """Add a track like another one: its coding, its language and title, and its standing."""
    made = output.add_stream_from_template(track)
    made.metadata.update(marks_for(suffix, marks_of(track)))
    made.disposition = track.disposition
    return made


def _codec(stream: AudioStream) -> str:
    return stream.codec_context.codec.canonical_name


def _fits(stream: AudioStream, suffix: str) -> bool:
    """Whether a file can hold a track: found out by beginning one, in memory."""
    import av

    kind = _FORMATS[suffix.lower()]
    try:
        with av.open(io.BytesIO(), "w", format=kind) as output:
            output.add_stream_from_template(stream)
            output.start_encoding()
    except (av.FFmpegError, ValueError):
        return False
    return True
