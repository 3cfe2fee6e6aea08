"""What a movie file is, found out by looking at its pictures: no torch is needed for that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from vst_core.turning import Turn
from vst_core.video.container import fraction, marks_of, open_movie, picture_stream
from vst_core.video.decoder import FrameDecoder
from vst_core.video.demux import hides_alpha
from vst_core.video.frame_pace import pace_of
from vst_core.video.index import FrameIndex, index_movie
from vst_core.video.orientation import turn_of
from vst_core.video.pixels import Colors, colors_of
from vst_core.video.sound_times import Piece
from vst_core.video.timecode import Timecode

__all__ = ["MovieFacts", "examine", "movie_facts"]

_UNEVEN = Fraction(1, 2)  # of a frame
_PLAUSIBLE = Fraction(1, 4)  # of a frame: shorter ones are an encoder's way to say nothing
_TRANSFERS = {16: "PQ", 18: "HLG"}


@dataclass(frozen=True, kw_only=True)
class MovieFacts:
    """What a movie is, found out and not taken from its header.

    Attributes:
        path: The file.
        frames: Frames that can be decoded; they are numbered from 1.
        lost: Frames at the end that the file promises and does not hold.
        times: When each frame is shown, in seconds, rising.
        rate: Frames a second; the mean where frames follow unevenly.
        even: All frames are shown for the same time, the last one too.
        stored: Width and height of a frame as it is stored, in pixels.
        pixel_aspect: Width of a pixel by its height, as it is meant to be seen.
        turn: What brings the stored pictures upright.
        interlaced: A frame holds two fields of different times.
        codec: FFmpeg's name of the picture's codec.
        colors: How colors are stored.
        sounds: FFmpeg's names of the codecs of its sound tracks.
        timecode: Of the first frame, where the file has one; empty = none.
        last: For how long the last frame is shown, in seconds.
        pieces: How the times of the sound go on with those of the frames, where the file's own
            cannot be trusted; see `Piece`.
        marks: What the picture's track carries: language, title.
        hides_alpha: There is transparency that nothing here can read.
    """

    path: Path
    frames: int
    lost: int
    times: tuple[Fraction, ...]
    rate: Fraction
    even: bool
    stored: tuple[int, int]
    pixel_aspect: Fraction
    turn: Turn
    interlaced: bool
    codec: str
    colors: Colors
    sounds: tuple[str, ...]
    timecode: str
    last: Fraction
    pieces: tuple[Piece, ...]
    marks: Mapping[str, str]
    hides_alpha: bool

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of a frame as it is meant to be seen, in pixels."""
        width, height = self.stored
        return (height, width) if self.turn.swapped else (width, height)

    @property
    def seconds(self) -> Fraction:
        """How long it runs."""
        return self.times[-1] - self.times[0] + self.last

    def end_of(self, frame: int) -> Fraction:
        """Return until when a frame is shown, in seconds."""
        return self.times[frame] if frame < self.frames else self.times[-1] + self.last

    def timecode_of(self, frame: int) -> Timecode | None:
        """Return the timecode of a frame, 1 being the first; None where the file has none."""
        first = Timecode.parse(self.timecode, self.rate)
        if first is None:
            return None
        since = self.times[frame - 1] - self.times[0]
        return first.later(frame - 1 if self.even else round(since * self.rate))

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know before working with it, a sentence or two each."""
        return tuple(f"{self.path.name} {note}" for note in _notes(self))


def movie_facts(path: Path) -> MovieFacts:
    """Return what a movie is.

    Raises:
        InputError: It is no movie, or damaged beyond use; names the file.
    """
    decoder, facts = examine(path)
    decoder.close()
    return facts


def examine(path: Path) -> tuple[FrameDecoder, MovieFacts]:
    """Return an open decoder of a movie's frames, and what the movie is; see `movie_facts`."""
    index = index_movie(path)
    decoder = FrameDecoder(path, index)
    first = decoder.frame(1)
    turn = turn_of(first)
    pace = pace_of(index.times, tick=index.tick, rates=index.rates)
    tracks = _tracks(path)
    last = _last(index, pace.rate)
    facts = MovieFacts(
        path=path,
        frames=len(index.times),
        lost=index.lost,
        times=tuple(time * index.tick for time in index.times),
        rate=pace.rate,
        even=pace.even and abs(last * pace.rate - 1) <= _UNEVEN,
        stored=(first.width, first.height),
        pixel_aspect=1 / tracks.aspect if turn.swapped else tracks.aspect,
        turn=turn,
        interlaced=first.interlaced_frame,
        codec=tracks.codec,
        colors=colors_of(path, first),
        sounds=tracks.sounds,
        timecode=tracks.timecode,
        last=last,
        pieces=index.pieces,
        marks=tracks.marks,
        hides_alpha=tracks.hides_alpha,
    )
    return decoder, facts


@dataclass(frozen=True, kw_only=True)
class _Tracks:
    codec: str
    aspect: Fraction
    sounds: tuple[str, ...]
    timecode: str
    marks: Mapping[str, str]
    hides_alpha: bool


def _last(index: FrameIndex, rate: Fraction) -> Fraction:
    """Return for how long the last frame is shown; the mean where the file says nothing of it."""
    hold = index.hold * index.tick
    return hold if hold * rate > _PLAUSIBLE else 1 / rate


def _tracks(path: Path) -> _Tracks:
    with open_movie(path) as container:
        stream = picture_stream(path, container)
        notes = [one.metadata for one in (stream, *container.streams)] + [container.metadata]
        return _Tracks(
            codec=stream.codec_context.codec.canonical_name,
            aspect=fraction(stream.sample_aspect_ratio) or Fraction(1),
            sounds=tuple(one.codec_context.codec.canonical_name for one in container.streams.audio),
            timecode=next(filter(None, (_noted(note, "timecode") for note in notes)), ""),
            marks=marks_of(stream),
            hides_alpha=hides_alpha(stream),
        )


def _noted(notes: Mapping[str, str], name: str) -> str:
    """Return a note by its name, which Matroska files have in capitals."""
    return next((text for key, text in notes.items() if key.lower() == name), "")


def _notes(facts: MovieFacts) -> Iterator[str]:
    if not facts.even:
        yield (
            f"has a variable frame rate, {float(facts.rate):.3f} frames per second on the mean: "
            f"its pictures are numbered 1 to {facts.frames}, each once, and in a movie that is "
            "made of it each is shown when it was, and for as long."
        )
    if facts.hides_alpha:
        yield "has transparency that cannot be read here: this PyAV was built without libvpx."
    if facts.interlaced:
        yield (
            "is interlaced: both fields of a frame are painted as one picture. Where that shows, "
            "deinterlace it first: ffmpeg -i IN -vf bwdif=send_frame OUT"
        )
    if facts.turn.slanted:
        yield (
            "asks to be shown at an angle that is not a multiple of 90 degrees: its pictures stay "
            "as they are."
        )
    if facts.colors.transfer in _TRANSFERS:
        kind = _TRANSFERS[facts.colors.transfer]
        yield (
            f"is HDR ({kind}): its numbers are taken as those of a plain display. Convert it to "
            "SDR first, or name its colors with --colorspace and a config (--ocio) that has them."
        )
