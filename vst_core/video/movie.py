"""`Movie`: what a movie file is, and any of its frames as a plate."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from av.video.frame import VideoFrame

from vst_core.errors import InputError
from vst_core.image import Header, Plate, ReadSettings, Window, decoded_header, decoded_plate
from vst_core.video.decoder import FrameDecoder
from vst_core.video.index import index_movie
from vst_core.video.notes import notes_on
from vst_core.video.opening import fraction, open_movie, picture_stream
from vst_core.video.pixels import Colours, colours_of, rgb_of
from vst_core.video.timing import pace_of
from vst_core.video.turning import Turn, turn_of

__all__ = ["Movie", "MovieFacts"]


@dataclass(frozen=True, kw_only=True)
class MovieFacts:
    """What a movie is, found out and not taken from its header.

    Attributes:
        path: The file.
        frames: Frames that can be decoded; they are numbered from 1.
        lost: Frames at the end that the file promises and does not hold.
        times: When each frame is shown, in seconds, rising.
        rate: Frames a second; the mean where frames follow unevenly.
        even: All frames are shown for the same time.
        width: Of a frame as it is meant to be seen, in pixels.
        height: The same.
        pixel_aspect: Width of a pixel by its height, as it is meant to be seen.
        turn: What brings the stored pictures upright.
        interlaced: A frame holds two fields of different times.
        codec: FFmpeg's name of the picture's codec.
        colours: How colours are stored.
        sounds: FFmpeg's names of the codecs of its sound tracks.
        timecode: Of the first frame, where the file has one.
    """

    path: Path
    frames: int
    lost: int
    times: tuple[Fraction, ...]
    rate: Fraction
    even: bool
    width: int
    height: int
    pixel_aspect: Fraction
    turn: Turn
    interlaced: bool
    codec: str
    colours: Colours
    sounds: tuple[str, ...]
    timecode: str

    @property
    def seconds(self) -> Fraction:
        """How long it runs: the last frame is shown as long as frames are on the mean."""
        return self.times[-1] - self.times[0] + 1 / self.rate

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know before working with it, a sentence or two each."""
        return notes_on(self)


class Movie:
    """A movie that frames can be read from, in any order and from any thread.

    Frame numbers begin at 1: frame n is the n-th picture that a player shows, index n - 1
    where somebody counts from 0.

    Args:
        path: The file.

    Attributes:
        facts: What it is.

    Raises:
        InputError: It is no movie, or damaged beyond use; names the file.
    """

    def __init__(self, path: Path) -> None:
        index = index_movie(path)
        self._decoder = FrameDecoder(path, index)
        first = self._decoder.frame(1)
        self._size = (first.width, first.height)
        turn = turn_of(first)
        pace = pace_of(index.times, tick=index.tick, rates=index.rates)
        tracks = _tracks(path)
        width, height = self._size[::-1] if turn.swapped else self._size
        aspect = 1 / tracks.aspect if turn.swapped else tracks.aspect
        self.facts = MovieFacts(
            path=path,
            frames=len(index.times),
            lost=index.lost,
            times=tuple(time * index.tick for time in index.times),
            rate=pace.rate,
            even=pace.even,
            width=width,
            height=height,
            pixel_aspect=aspect,
            turn=turn,
            interlaced=first.interlaced_frame,
            codec=tracks.codec,
            colours=colours_of(path, first),
            sounds=tracks.sounds,
            timecode=tracks.timecode,
        )

    def header(self, *, layer: str = "") -> Header:
        """Return the header that all frames share.

        Raises:
            InputError: A layer was asked for; a movie has none with a name.
        """
        facts = self.facts
        return decoded_header(
            facts.path,
            kind="movie",
            size=(facts.width, facts.height),
            bits=facts.colours.layout.bits,
            alpha=facts.colours.layout.alpha,
            rate=facts.rate,
            pixel_aspect=facts.pixel_aspect,
            layer=layer,
        )

    def read(self, number: int, *, canvas: Window | None, settings: ReadSettings) -> Plate:
        """Return frame `number`, 1 being the first, upright.

        Raises:
            InputError: It is damaged, or of another size than the first.
            UsageError: Colour space or config are not known.
        """
        frame = self._decoder.frame(number)
        self._check_size(frame)
        colours = colours_of(self.facts.path, frame)
        pixels = self.facts.turn.apply(rgb_of(frame, colours))
        if pixels.shape[2] == 4 and not self.facts.colours.layout.alpha:
            pixels = pixels[..., :3]
        header = self.header(layer=settings.layer)
        return decoded_plate(header, pixels, canvas=canvas, settings=settings)

    def close(self) -> None:
        """Close the file."""
        self._decoder.close()

    def _check_size(self, frame: VideoFrame) -> None:
        if (frame.width, frame.height) != self._size:
            one, other = _size_text(frame.width, frame.height), _size_text(*self._size)
            what = f"{self.facts.path}: its pictures change size, from {other} to {one}"
            raise InputError(what, fix="Choose the frames of one size with --frames.")


@dataclass(frozen=True, kw_only=True)
class _Tracks:
    codec: str
    aspect: Fraction
    sounds: tuple[str, ...]
    timecode: str


def _tracks(path: Path) -> _Tracks:
    with open_movie(path) as container:
        stream = picture_stream(path, container)
        notes = [one.metadata for one in (stream, *container.streams)] + [container.metadata]
        return _Tracks(
            codec=stream.codec_context.name,
            aspect=fraction(stream.sample_aspect_ratio) or Fraction(1),
            sounds=tuple(one.codec_context.name for one in container.streams.audio),
            timecode=next((note["timecode"] for note in notes if note.get("timecode")), ""),
        )


def _size_text(width: int, height: int) -> str:
    return f"{width} x {height}"
