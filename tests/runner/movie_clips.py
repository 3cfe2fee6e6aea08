"""Tiny movies with sound for runs, made by the real encoders."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np

COUNT = 12
RATE = Fraction(24000, 1001)


def pictures(count: int = COUNT) -> list[np.ndarray]:
    """A texture that moves two pixels a frame."""
    texture = np.random.default_rng(5).integers(0, 256, (6, 8, 3), np.uint8)
    texture = texture.repeat(8, axis=0).repeat(8, axis=1)
    return [np.roll(texture, 2 * number, axis=1) for number in range(count)]


def movie(path: Path, *, times: list[int] | None = None, flags: str = "") -> Path:
    """Write a long-GOP movie of `pictures` with a sine; times are in milliseconds."""
    tick = Fraction(1, 1000) if times else 1 / RATE
    with av.open(str(path), "w", options={"movflags": flags} if flags else {}) as output:
        stream = output.add_stream("libx264", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        stream.options = {"g": "6", "bf": "2", "crf": "12"}
        stream.codec_context.time_base = tick
        sound = output.add_stream("aac", rate=16000)
        sound.codec_context.layout = "mono"
        for number, picture in enumerate(pictures()):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(format="yuv420p")
            frame.pts, frame.time_base = (times[number] if times else number), tick
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
        wave = np.sin(np.arange(8000) / 6).astype(np.float32)[None]
        sine = av.AudioFrame.from_ndarray(wave, format="fltp", layout="mono")
        sine.sample_rate, sine.pts = 16000, 0
        output.mux(sound.encode(sine))
        output.mux(sound.encode(None))
    return path


def sound_packets(path: Path) -> list[bytes]:
    """The coded sound of a movie."""
    with av.open(str(path)) as source:
        return [bytes(packet) for packet in source.demux(audio=0) if packet.size]
