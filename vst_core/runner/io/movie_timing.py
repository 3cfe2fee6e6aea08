"""When the frames of a new movie are shown, and what is heard and counted meanwhile."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

from vst_core.frames import parse_rate
from vst_core.image import Header
from vst_core.job import StylizeJob
from vst_core.video import MovieSettings, Sound, Timecode, carried, jumps_in
from vst_core.video.inputs import Input, MovieInput

__all__ = ["MovieTiming"]

_USUAL_RATE = Fraction(24)
_DROP_FRAME = Fraction(30_000, 1001)
_SLOWEST, _FASTEST = 1, 1000  # frames a second: headers with anything else are not filled in


def rate_of(header: Header) -> Fraction | None:
    """Return the frames a second that a picture's header names; None where it names none."""
    given = header.part.spec.getattribute("FramesPerSecond")
    pair = tuple(given) if isinstance(given, tuple | list) else ()
    if len(pair) == 2 and all(int(number) > 0 for number in pair):
        return Fraction(int(pair[0]), int(pair[1]))
    told = header.part.spec.get_float_attribute("dpx:FrameRate", 0.0)
    if _SLOWEST <= told <= _FASTEST:
        return parse_rate(f"{told:.6g}")
    words = timecode_of(header)
    dropping = words and Timecode.unpacked(words, _DROP_FRAME)
    return _DROP_FRAME if dropping and dropping.drop else None  # it is made for this rate


def timecode_of(header: Header) -> tuple[int, int] | None:
    """Return the two words of the timecode in a picture's header; None where it has none."""
    words = header.part.spec.getattribute("smpte:TimeCode")
    return (int(words[0]), int(words[1])) if isinstance(words, tuple | list) else None


class MovieTiming:
    """When the frames of a new movie are shown, and what is heard meanwhile."""

    def __init__(self, job: StylizeJob, source: Input, header: Header, *, target: Path) -> None:
        self._facts = source.facts if isinstance(source, MovieInput) else None
        self._job, self._header, self._target = job, header, target
        self._sequence = source.sequence
        self._notes: list[str] = []
        self._sound = self._find_sound()
        self._timecode = self._find_timecode()

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know."""
        return tuple(self._notes)

    def settings(self, codec: str) -> MovieSettings:
        """Return how the movie is written."""
        facts = self._facts
        colors = facts.colors if facts and not self._job.colorspace else None
        aspect = self._header.part.spec.get_float_attribute("PixelAspectRatio", 1.0)
        times, rate = self._times(), self._rate()
        return MovieSettings(
            codec=codec,
            rate=rate,
            times=times,
            end=facts.end_of(self._sequence.frames[-1]) if facts and times else None,
            pixel_aspect=Fraction(aspect).limit_denominator(1000) if aspect > 0 else Fraction(1),
            primaries=colors.primaries if colors else 2,
            transfer=colors.transfer if colors else 2,
            sound=self._sound,
            timecode=self._timecode,
            marks=facts.marks if facts else {},
        )

    @property
    def _one_piece(self) -> bool:
        """Whether the frames are a piece of the movie, each for as long as it was shown."""
        frames = self._sequence.frames
        running = all(other == one + 1 for one, other in pairwise(frames))
        return running and not self._job.fps.strip() and not self._held

    @property
    def _held(self) -> bool:
        return any(frame not in self._sequence.files for frame in self._sequence.frames)

    def _rate(self) -> Fraction:
        if self._job.fps.strip():
            return parse_rate(self._job.fps)
        if self._facts is not None:
            return self._facts.rate
        return rate_of(self._header) or _USUAL_RATE

    def _times(self) -> tuple[Fraction, ...] | None:
        facts = self._facts
        if facts is None or facts.even or not self._one_piece:
            return None
        return tuple(facts.times[frame - 1] for frame in self._sequence.frames)

    def _find_sound(self) -> Sound | None:
        facts = self._facts
        if facts is None or not facts.sounds or not self._job.sound:
            return None
        if not self._one_piece:
            self._notes.append(
                f"{self._target.name} is without sound, for its frames are not one piece of "
                f"{facts.path.name} at its own rate."
            )
            return None
        held, left = carried(facts.path, self._target.suffix)
        if left:
            self._notes.append(
                f"{self._target.name} is without the sound of the kind {', '.join(left)}, which "
                f"{self._target.suffix} files cannot hold; .mov and .mkv files can hold more."
            )
        first, last = self._sequence.frames[0], self._sequence.frames[-1]
        end = facts.times[last] if last < facts.frames else None
        start = facts.times[first - 1]
        sound = Sound(path=facts.path, start=start, end=end, pieces=facts.pieces)
        if held:
            self._tell_of_jumps(sound)
        return sound if held else None

    def _tell_of_jumps(self, sound: Sound) -> None:
        jumps = jumps_in(sound, self._target.suffix)
        if jumps:
            times = "once" if jumps == 1 else f"{jumps} times"
            self._notes.append(
                f"The times of the sound of {sound.path.name} jump back {times}: it is carried on "
                "past that, with the pictures."
            )

    def _find_timecode(self) -> str:
        """Return the timecode of the first frame, as far as the movie's rate can have it."""
        first, facts, rate = self._sequence.frames[0], self._facts, self._rate()
        if facts is None:
            words = timecode_of(self._header)
            found = Timecode.unpacked(words, rate) if words else None
            lost = bool(words) and found is None
        else:
            number = first if first in self._sequence.files else self._sequence.shown(first)
            told = facts.timecode_of(number)
            found = Timecode.parse(str(told), rate) if told else None
            lost = bool(facts.timecode) and found is None
        if lost:
            self._notes.append(
                f"{self._target.name} is without the timecode of {self._sequence.place}, which "
                f"is none of {float(rate):.6g} frames a second."
            )
        return str(found) if found else ""
