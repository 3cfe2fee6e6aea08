"""Frames -> a movie file, the same bytes every time.

Colors are BT.709 in the limited range, whatever the size, and the file says so; primaries and
transfer function of a source movie are named again, because its code values went through
unchanged. The number of the encoder's threads is fixed, for H.264's bytes depend on it, and of
its tools the one is off that does not give the same bytes twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from vst_core.atomic import atomic_path, output_error
from vst_core.errors import OutputError
from vst_core.video.container import marks_for
from vst_core.video.matrices import Coding
from vst_core.video.pixels import encodable
from vst_core.video.sound import Sound, SoundCopier

if TYPE_CHECKING:
    from av.container import OutputContainer
    from av.packet import Packet
    from av.video.stream import VideoStream

__all__ = ["MovieSettings", "check_encoder", "movie_size", "write_movie"]

_THREADS = 4
_CLOCK = Fraction(1, 90_000)
_LIMITED, _BT709, _UNNAMED = 1, 1, 2
_BITEXACT = {"fflags": "+bitexact"}  # neither versions nor random numbers in the file
_INDEX_FIRST = {"movflags": "+faststart"}  # plays, and shows what is lost, before it is whole


@dataclass(frozen=True, kw_only=True)
class _Encoder:
    name: str
    form: str
    bits: int
    options: Mapping[str, str] = field(default_factory=dict)
    even: tuple[bool, bool] = (False, False)  # width, height: where chroma is halved
    alpha: bool = False


_ENCODERS = {
    "h264": _Encoder(
        name="libx264",
        form="yuv420p",
        bits=8,
        options={
            "crf": "16",
            "preset": "medium",
            "profile": "high",
            "x264-params": "mbtree=0",  # its bytes differ by chance for narrow pictures
        },
        even=(True, True),
    ),
    "prores": _Encoder(
        name="prores_ks",
        form="yuv422p10le",
        bits=10,
        options={"profile": "hq", "vendor": "apl0"},
        even=(True, False),
    ),
    "prores4444": _Encoder(
        name="prores_ks",
        form="yuva444p10le",
        bits=10,
        options={"profile": "4444", "vendor": "apl0", "alpha_bits": "16"},
        alpha=True,
    ),
}


@dataclass(frozen=True, kw_only=True)
class MovieSettings:
    """How a movie is written.

    Attributes:
        codec: h264, prores or prores4444.
        rate: Frames a second; the mean, where `times` are given.
        times: When each frame is shown, in seconds, rising; None = evenly by the rate.
        end: Until when the last one is shown; None = as long as frames are on the mean.
        pixel_aspect: Width of a pixel by its height.
        primaries: H.273's code; 2 = BT.709 is named.
        transfer: H.273's code; 2 = BT.709 is named.
        sound: What sound to copy; None = silence.
        timecode: Of the first frame; empty = none.
        marks: What the picture's track carries: language, title.
    """

    codec: str
    rate: Fraction
    times: tuple[Fraction, ...] | None = None
    end: Fraction | None = None
    pixel_aspect: Fraction = Fraction(1)
    primaries: int = 2
    transfer: int = 2
    sound: Sound | None = None
    timecode: str = ""
    marks: Mapping[str, str] = field(default_factory=dict)


def check_encoder(codec: str) -> None:
    """Find out whether there is an encoder for a codec.

    Raises:
        OutputError: PyAV was built without it.
    """
    import av

    name = _ENCODERS[codec].name
    if name not in av.codecs_available:
        what = f"There is no encoder for --codec {codec}: this PyAV was built without {name}"
        raise OutputError(what, fix='pip install --force-reinstall "av>=17", or write frames.')


def movie_size(codec: str, size: tuple[int, int]) -> tuple[int, int]:
    """Return the (width, height) that frames of `size` get in a movie."""
    width, height = (
        side + side % 2 if even else side
        for side, even in zip(size, _ENCODERS[codec].even, strict=True)
    )
    return width, height


def write_movie(
    path: Path,
    frames: Iterable[NDArray[Any]],
    settings: MovieSettings,
    *,
    watch: Callable[[int], None] = lambda done: None,
    sealed: Callable[[Path], None] = lambda whole: None,
) -> None:
    """Write a movie, atomically: until it is whole there is nothing under its name.

    Args:
        path: Output; .mov, .mp4, .m4v or .mkv.
        frames: h x w x (3 or 4), 8 or 16 bits, sRGB, at least one, all of one size; alpha is
            straight. H.264 wants even sides, ProRes 422 an even width: the last column and row
            of others are doubled. Codecs without alpha get the picture over black.
        settings: Codec, time, color, sound.
        watch: Called after every frame with how many are done; may raise to stop.
        sealed: Called with the whole file, just before it gets its name.

    Raises:
        OutputError: The disk is full, the folder not writable, or the encoder not there.
        InputError: The sound cannot be read, or not be copied.
    """
    import av

    check_encoder(settings.codec)
    options = _BITEXACT if path.suffix.lower() == ".mkv" else {**_BITEXACT, **_INDEX_FIRST}
    rows = iter(frames)
    first = next(rows)
    with atomic_path(path) as temporary:
        try:
            with av.open(str(temporary), "w", options=options) as output:
                writer = _Writer(output, settings, shape=first.shape, suffix=path.suffix)
                for index, pixels in enumerate(chain([first], rows)):
                    writer.add(index, pixels)
                    watch(index + 1)
                writer.end()
            sealed(temporary)
        except av.FFmpegError as error:
            detail = error.strerror or str(error)
            raise output_error(path, detail, code=error.errno) from error


class _Writer:
    """An open movie, its picture and its sound.

    Args:
        output: The file.
        settings: Of the movie.
        shape: Of the frames' pixels.
        suffix: Of the file's final name.
    """

    def __init__(
        self,
        output: OutputContainer,
        settings: MovieSettings,
        *,
        shape: tuple[int, ...],
        suffix: str,
    ) -> None:
        self._output, self._settings = output, settings
        self._encoder = _ENCODERS[settings.codec]
        self._coding = Coding(matrix="bt709", bits=self._encoder.bits, full=False)
        self._tick = 1 / settings.rate if settings.times is None else _CLOCK
        self._size = movie_size(settings.codec, (shape[1], shape[0]))
        self._primaries = settings.primaries if settings.primaries != _UNNAMED else _BT709
        self._transfer = settings.transfer if settings.transfer != _UNNAMED else _BT709
        self._stream = self._picture()
        self._stream.metadata.update(marks_for(suffix, settings.marks))
        self._held: Packet[VideoStream] | None = None
        self._first: tuple[int, int] | None = None
        self._count = 0
        if settings.timecode:
            output.metadata["timecode"] = settings.timecode
        sound = settings.sound
        self._sound = SoundCopier(sound, output, suffix=suffix) if sound else None

    def add(self, index: int, pixels: NDArray[Any]) -> None:
        """Encode frame `index`, from 0."""
        frame = encodable(
            _prepared(pixels, alpha=self._encoder.alpha),
            coding=self._coding,
            form=self._encoder.form,
            size=self._size,
        )
        frame.colorspace, frame.color_range = _BT709, _LIMITED
        frame.color_primaries, frame.color_trc = self._primaries, self._transfer
        frame.pts, frame.time_base = self._shown(index), self._tick
        frame.duration = self._shown(index + 1) - frame.pts
        self._write(self._stream.encode(frame))
        self._count = index + 1
        if self._sound is not None:
            self._sound.copy_until(frame.pts * self._tick)

    def end(self) -> None:
        """Write what is still on its way; the last frame is shown to the end."""
        self._write(self._stream.encode(None))
        if self._held is not None and self._first is not None and self._held.dts is not None:
            # QuickTime counts the time of pictures as they are coded, not as they are shown.
            pts, dts = self._first
            self._held.duration = dts + self._shown(self._count) - pts - self._held.dts
            self._output.mux(self._held)
        if self._sound is not None:
            self._sound.copy_until(None)
            self._sound.close()

    def _write(self, packets: Sequence[Packet[VideoStream]]) -> None:
        """Write packets but the last: only at the end it is known which that is."""
        for packet in packets:
            if self._held is not None:
                self._output.mux(self._held)
            elif packet.pts is not None and packet.dts is not None:
                self._first = (packet.pts, packet.dts)
            self._held = packet

    def _shown(self, index: int) -> int:
        """Return when a frame is shown, in ticks; one behind the last is its end."""
        times = self._settings.times
        if times is None:
            return index
        after = self._settings.end or times[-1] + 1 / self._settings.rate
        time = times[index] if index < len(times) else after
        return round((time - times[0]) / self._tick)

    def _picture(self) -> VideoStream:
        from av.codec.context import Flags
        from av.video.stream import VideoStream

        settings = self._settings
        stream = self._output.add_stream(self._encoder.name, rate=settings.rate)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height = self._size
        stream.pix_fmt = self._encoder.form
        stream.options = dict(self._encoder.options)
        context = stream.codec_context
        context.thread_count = _THREADS
        context.flags |= Flags.frame_duration
        context.time_base = stream.time_base = self._tick
        context.sample_aspect_ratio = settings.pixel_aspect
        context.colorspace, context.color_range = _BT709, _LIMITED
        context.color_primaries, context.color_trc = self._primaries, self._transfer
        return stream


def _prepared(pixels: NDArray[Any], *, alpha: bool) -> NDArray[np.uint16]:
    """Return sixteen bits, over black where alpha cannot be kept."""
    wide = pixels.astype(np.uint16) * np.uint16(257) if pixels.dtype == np.uint8 else pixels
    if alpha or wide.shape[2] == 3:
        return wide
    share = wide[..., 3:].astype(np.float32) / np.float32(65535)
    over_black: NDArray[np.uint16] = np.rint(wide[..., :3] * share).astype(np.uint16)
    return over_black
