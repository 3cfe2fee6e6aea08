"""Any frame of a movie, exactly: seek to a key frame before it, and decode forward to it."""

from __future__ import annotations

import bisect
import threading
from collections import OrderedDict
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from vst_core.errors import InputError
from vst_core.video.container import reading
from vst_core.video.demux import PacketFeed
from vst_core.video.index import FrameIndex

if TYPE_CHECKING:
    from av.packet import Packet
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

__all__ = ["FrameDecoder"]

_KEPT = 8  # frames: readers in several threads ask for neighbors out of order
_WORTH_A_SEEK = 24  # packets that would be decoded for nothing


class FrameDecoder:
    """Gives the frames of a movie by number; may be called from any thread.

    A frame is known by the time at which it is shown, so that it is always the same picture,
    wherever decoding began. Where a file's times cannot be trusted (see `FrameIndex`), frames
    are counted from the beginning, and going back means to begin again.

    Args:
        path: The movie.
        index: Its frames.
    """

    def __init__(self, path: Path, index: FrameIndex) -> None:
        self._path, self._index = path, index
        self._shown = {time: place for place, time in enumerate(index.times)}
        self._coded = {packet.pts: place for place, packet in enumerate(index.packets)}
        self._keys = [place for place, packet in enumerate(index.packets) if packet.key]
        self._lock = threading.Lock()
        self._feed = PacketFeed(path)
        self._kept: OrderedDict[int, VideoFrame] = OrderedDict()
        self._rest()

    def frame(self, number: int) -> VideoFrame:
        """Return frame `number`, 1 being the first.

        Raises:
            InputError: It is damaged or gone.
        """
        with self._lock, reading(self._path):
            found = self._kept.get(number - 1)
            if found is None:
                found = self._decoded(number - 1)
        if found is None:
            what = f"{self._path}: its frame {number} is damaged and cannot be decoded"
            fix = "Copy the movie again, or leave the frame out with --frames."
            raise InputError(what, fix=fix)
        return found

    def close(self) -> None:
        """Close the file; a later call opens it again."""
        with self._lock:
            self._rest()
            self._kept.clear()
            self._feed.close()

    def _rest(self) -> None:
        self._frames: Iterator[tuple[int, VideoFrame]] = iter(())
        self._last = len(self._index.times)  # the frame that came out last: none lies ahead
        self._fed = 0

    def _decoded(self, wanted: int) -> VideoFrame | None:
        """Return a frame without fault, decoded onwards, or from a start before it."""
        starts = self._starts(wanted)
        if self._last < wanted and starts[0] <= self._fed + _WORTH_A_SEEK:
            found = self._forward_to(wanted)
            if found is not None:
                return found
        counts = not self._coded  # then a lost frame would shift all that follow
        for start, careful in ((starts[0], counts), *((start, True) for start in starts)):
            self._feed.set_careful(careful)
            self._begin(start)
            found = self._forward_to(wanted)
            if found is not None:
                return found
        return None

    def _starts(self, wanted: int) -> list[int]:
        """Return the packets to begin at: the key frame before, the one before that, the first.

        A key frame that is shown after the frame serves not: what lies between needs others.
        The second is for streams that become whole only a while after a key frame.
        """
        if not self._coded:
            return [0]
        time, packets = self._index.times[wanted], self._index.packets
        end = bisect.bisect_right(self._keys, self._coded[time])
        before = [key for key in self._keys[:end] if packets[key].pts <= time]
        return list(dict.fromkeys([*reversed(before[-2:]), 0]))

    def _forward_to(self, wanted: int) -> VideoFrame | None:
        for place, frame in self._frames:
            self._last = place
            if not frame.is_corrupt:
                self._keep(place, frame)
            if place >= wanted:
                return self._kept.get(wanted)
        self._rest()
        return None

    def _keep(self, place: int, frame: VideoFrame) -> None:
        self._kept[place] = frame
        self._kept.move_to_end(place)
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)

    def _begin(self, start: int) -> None:
        """Let `_frames` give the frames from a packet on, each with its place."""
        self._last = -1
        if not self._coded:
            packets = self._feed.from_start()
            self._frames = enumerate(chain.from_iterable(map(self._feed.decode, packets)))
            return
        decoded = self._decoded_from(start, self._packets_at(start))
        self._frames = ((self._shown[f.pts], f) for f in decoded if f.pts in self._shown)

    def _packets_at(self, start: int) -> Iterator[Packet[VideoStream]]:
        """Return packets among which those from `start` on are all there, in order."""
        if start:
            key = self._index.packets[start]
            time = key.pts if key.dts is None else min(key.pts, key.dts)
            for target in (time, time - round(1 / self._index.tick)):
                packets = self._feed.near(target)
                first = next(packets, None)
                if first is not None and self._place(first, len(self._coded)) <= start:
                    return chain([first], packets)
        return self._feed.from_start()

    def _decoded_from(
        self, start: int, packets: Iterator[Packet[VideoStream]]
    ) -> Iterator[VideoFrame]:
        self._fed = start
        for packet in packets:
            place = self._place(packet, -1) if packet.size else self._fed  # the file's end
            if place >= start:
                self._fed = max(self._fed, place)
                yield from self._feed.decode(packet)

    def _place(self, packet: Packet[VideoStream], unknown: int) -> int:
        return unknown if packet.pts is None else self._coded.get(packet.pts, unknown)
