"""Tiny movies, made by the real encoders."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

WIDTH, HEIGHT, COUNT = 64, 48, 12
LONG_GOP = {"g": "8", "bf": "3", "crf": "12", "x264-params": "scenecut=0:b-adapt=0"}
LEVELS = [20 + 18 * number for number in range(COUNT)]


def grays(count: int = COUNT, *, width: int = WIDTH, height: int = HEIGHT) -> list[np.ndarray]:
    """Pictures that each have a grey of their own, 18 apart, and a dark corner top left."""
    pictures = []
    for number in range(count):
        picture = np.full((height, width, 3), 20 + 18 * number, np.uint8)
        picture[: height // 3, : width // 4] = 0
        pictures.append(picture)
    return pictures


def write_clip(
    path: Path,
    pictures: Sequence[np.ndarray] | None = None,
    *,
    codec: str = "libx264",
    form: str = "yuv420p",
    options: dict[str, str] | None = None,
    rate: Fraction = Fraction(25),
    times: Sequence[int] | None = None,
    tick: Fraction | None = None,
    turn: tuple[int, bool] | None = None,
    aspect: Fraction | None = None,
    sound: str = "",
    flags: dict[str, str] | None = None,
) -> Path:
    """Write RGB pictures (h x w x 3, 8 bits) as a movie; times are in ticks."""
    pictures = grays() if pictures is None else pictures
    height, width = pictures[0].shape[:2]
    with av.open(str(path), "w", options=flags or {}) as output:
        stream = output.add_stream(codec, rate=rate)
        stream.width, stream.height, stream.pix_fmt = width, height, form
        stream.options = LONG_GOP if options is None and codec == "libx264" else options or {}
        stream.codec_context.thread_count = 1
        tick = tick or 1 / rate
        stream.codec_context.time_base = tick
        if aspect:
            stream.codec_context.sample_aspect_ratio = aspect
        if turn:
            stream.set_display_rotation(turn[0], hflip=turn[1])
        track = _track(output, sound) if sound else None
        for index, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(format=form)
            frame.pts, frame.time_base = (times[index] if times else index), tick
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
        if track is not None:
            _play(output, track, len(pictures) / rate)
    return path


def _track(output, codec: str):
    track = output.add_stream(codec, rate=16000)
    track.codec_context.layout = "mono"
    return track


def _play(output, track, seconds: Fraction) -> None:
    """A sine of 440 Hz."""
    samples = int(16000 * seconds)
    wave = (np.sin(np.arange(samples) * 2 * np.pi * 440 / 16000) * 20000).astype(np.int16)
    frame = av.AudioFrame.from_ndarray(wave[None], format="s16", layout="mono")
    frame.sample_rate, frame.pts = 16000, 0
    resampler = av.AudioResampler(format=track.codec_context.format, layout="mono")
    for piece in resampler.resample(frame):
        output.mux(track.encode(piece))
    output.mux(track.encode(None))


def packets(path: Path, kind: str) -> list[tuple[Fraction, bytes]]:
    """The packets of a movie's picture or sound: when each begins, and its bytes."""
    with av.open(str(path)) as source:
        stream = getattr(source.streams, kind)[0]
        return [
            (packet.pts * Fraction(stream.time_base), bytes(packet))
            for packet in source.demux(stream)
            if packet.size
        ]
