"""Which frames a movie has: counted by its packets, or by decoding, never by its header.

A packet carries the time at which its picture is shown, so the frames are the packets in the
order of their times. That is trusted only where nothing speaks against it: every packet has a
time of its own, none is shown before the first key frame, and where pictures may be coded out
of order the times are out of order too (those of an MXF are not). Otherwise every frame is
decoded once, which is slower and always right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from vst_core.errors import InputError
from vst_core.video.container import fraction, open_movie, picture_stream, reading
from vst_core.video.demux import frames_of
from vst_core.video.sound_times import Piece
from vst_core.video.truncation import Cutoff, find_cutoff, promised_seconds, whole_part

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream

__all__ = ["FrameIndex", "Packet", "index_movie"]

_HIDING = {"vp8"}  # codecs with packets that show nothing
_FURTHEST = 64  # packets out of order: more only where movies were joined, and time starts anew
_USUAL = Fraction(25)


@dataclass(frozen=True, slots=True)
class Packet:
    """A coded picture.

    Attributes:
        pts: When it is shown, in ticks.
        dts: When it is decoded, in ticks, where the file says so.
        key: Decoding may start here.
    """

    pts: int
    dts: int | None
    key: bool


@dataclass(frozen=True, kw_only=True)
class FrameIndex:
    """The frames of a movie.

    Attributes:
        times: When each frame is shown, in ticks, rising; the first is frame 1.
        packets: All packets in the order of the file; empty where their times cannot be
            trusted, and frames are found by counting what the decoder gives.
        tick: Seconds a tick.
        rates: What the file says of its frames a second: by its length, and by its codec.
        lost: Frames at the end that the file promises and does not hold.
        hold: For how many ticks the last frame is shown; 0 where the file does not say.
        pieces: Where frames are counted: how the file's own times go on with theirs, a piece
            from each place on where they begin anew; see `Piece`.
    """

    times: tuple[int, ...]
    packets: tuple[Packet, ...]
    tick: Fraction
    rates: tuple[Fraction, ...]
    lost: int = 0
    hold: int = 0
    pieces: tuple[Piece, ...] = ()


_Found: TypeAlias = tuple[tuple[int, ...], tuple[Packet, ...], tuple[tuple[int, int], ...]]
"""Times, packets, and where times are counted: places and the file's times there."""


@dataclass(frozen=True, slots=True)
class _Coded:
    pts: int | None
    dts: int | None
    key: bool
    hidden: bool
    duration: int


@dataclass(frozen=True, kw_only=True)
class _Survey:
    """What reading all packets has told."""

    coded: tuple[_Coded, ...]
    tick: Fraction
    rates: tuple[Fraction, ...]
    cutoff: Cutoff | None
    reorders: bool
    hides: bool
    end: int | None


def index_movie(path: Path) -> FrameIndex:
    """Find every frame of a movie.

    Raises:
        InputError: It cannot be read, or no frame of it can be decoded.
    """
    with open_movie(path) as container, reading(path):
        found = _survey(path, container)
    times, packets, pieces = _by_packets(found) or _by_decoding(path, found)
    tick, cutoff = found.tick, found.cutoff
    if pieces:
        tick = 1 / found.rates[-1]  # counted, for want of times
    elif cutoff is not None:
        times = whole_part(times, cutoff, ticks=1 / (found.rates[0] * tick))
    if not times:
        raise InputError(f"{path}: not one frame of it can be decoded", fix="Copy it again.")
    lost = max(0, cutoff.promised - len(times)) if cutoff else 0
    return FrameIndex(
        times=times,
        packets=packets,
        tick=tick,
        rates=found.rates,
        lost=lost,
        hold=0 if pieces or lost else _hold(found, times[-1]),
        pieces=tuple((place * tick, told * found.tick) for place, told in pieces),
    )


def _survey(path: Path, container: InputContainer) -> _Survey:
    stream = picture_stream(path, container)
    coded = tuple(
        _Coded(
            packet.pts,
            packet.dts,
            packet.is_keyframe,
            packet.is_discard,
            packet.duration or 0,
        )
        for packet in container.demux(stream)
        if packet.size  # an empty one says that the file ends
    )
    rates, tick = _rates(stream), fraction(stream.time_base) or Fraction(1, 1000)
    hidden = sum(one.hidden for one in coded)
    cutoff = find_cutoff(
        stream,
        size=path.stat().st_size,
        shown=len(coded) - hidden,
        hidden=hidden,
        rate=rates[0],
        until=max((one.pts + one.duration for one in coded if one.pts is not None), default=0)
        * tick,
    )
    if cutoff is not None and cutoff.end is not None:  # the last packet is there in part
        coded = tuple(one for one in coded if one.dts is None or one.dts < cutoff.end)
    return _Survey(
        coded=coded,
        tick=tick,
        rates=rates,
        cutoff=cutoff,
        reorders=bool(stream.codec_context.has_b_frames),
        hides=stream.codec_context.name in _HIDING,
        end=_end(container, stream, tick),
    )


def _end(container: InputContainer, stream: VideoStream, tick: Fraction) -> int | None:
    """Return when the last picture ends, in ticks, where a file says so of its stream."""
    if "mov" in container.format.name and stream.duration is not None:
        return (stream.start_time or 0) + stream.duration
    seconds = promised_seconds(stream)
    return None if seconds is None else round(seconds / tick)


def _hold(found: _Survey, last: int) -> int:
    """Return for how many ticks the picture is shown that is the last one; 0 = nobody says."""
    own = next((one.duration for one in found.coded if one.pts == last), 0)
    return max(own, found.end - last if found.end is not None else 0)


def _rates(stream: VideoStream) -> tuple[Fraction, ...]:
    given = (fraction(stream.average_rate), fraction(stream.guessed_rate))
    return tuple(rate for rate in given if rate is not None) or (_USUAL,)


def _by_packets(found: _Survey) -> _Found | None:
    """Return times and packets, or None where packets do not tell."""
    packets = _timed(found.coded)
    times = [packet.pts for packet in packets]
    if found.hides or not packets or len(set(times)) < len(found.coded):
        return None
    if not packets[0].key or times[0] != min(times) or _disorder(times) > _FURTHEST:
        return None
    decoded = [packet.dts for packet in packets if packet.dts is not None]
    if any(other < one for one, other in pairwise(decoded)):  # joined files: time starts anew
        return None
    if found.reorders and times == sorted(times):
        return None
    shown = (one.pts for one in found.coded if one.pts is not None and not one.hidden)
    return tuple(sorted(shown)), packets, ()


def _by_decoding(path: Path, found: _Survey) -> _Found:
    """Return the times of all frames that come out, and packets where their times agree."""
    with open_movie(path) as container:
        stream = picture_stream(path, container)
        given = [frame.pts for frame in frames_of(container, stream)]
    times = tuple(time for time in given if time is not None)
    if len(times) < len(given) or not all(one < other for one, other in pairwise(times)):
        return tuple(range(len(given))), (), _pieces(given)
    packets = _timed(found.coded)
    known = {packet.pts for packet in packets}
    agree = len(known) == len(found.coded) and known.issuperset(times) and packets[0].key
    return times, packets if agree else (), ()


def _pieces(given: Sequence[int | None]) -> tuple[tuple[int, int], ...]:
    """Return place and time of the first frame of all, and wherever times begin anew."""
    found, last = [], None
    for place, time in enumerate(given):
        if time is not None and (last is None or time < last):
            found.append((place, time))
        last = last if time is None else time
    return tuple(found) or ((0, 0),)


def _timed(coded: Sequence[_Coded]) -> tuple[Packet, ...]:
    return tuple(Packet(one.pts, one.dts, one.key) for one in coded if one.pts is not None)


def _disorder(times: Sequence[int]) -> int:
    """Return how many places a packet lies away from its place in the order of times at most."""
    order = sorted(range(len(times)), key=times.__getitem__)
    return max(abs(place - index) for place, index in enumerate(order))
