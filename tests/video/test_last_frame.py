"""For how long the last frame is shown: read from the file, and written."""

from __future__ import annotations

from fractions import Fraction

import av
import pytest
from av.codec.context import Flags
from clips import grays

from vst_core.video import MovieSettings, movie_facts, write_movie

KINDS = [("a.gif", "gif", "rgb8"), ("a.webm", "libvpx-vp9", "yuv420p"),
         ("a.mkv", "libx264", "yuv420p"), ("b.mkv", "mjpeg", "yuvj420p"),
         ("a.mov", "prores_ks", "yuv422p10le")]  # fmt: skip


def held(path, codec, form, hold):
    """Four frames a tenth of a second apart, the last one shown for `hold` hundredths."""
    with av.open(str(path), "w") as output:
        stream = output.add_stream(codec, rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, form
        stream.codec_context.time_base = Fraction(1, 100)
        stream.codec_context.flags |= Flags.frame_duration
        for index, picture in enumerate(grays(4)):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(format=form)
            frame.pts, frame.time_base = 10 * index, Fraction(1, 100)
            frame.duration = 10 if index < 3 else hold
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return path


@pytest.mark.parametrize(("name", "codec", "form"), KINDS)
def test_a_last_frame_that_is_held(tmp_path, name, codec, form):
    facts = movie_facts(held(tmp_path / name, codec, form, 200))
    assert (facts.frames, facts.lost, facts.rate, facts.even) == (4, 0, 10, False)
    assert (facts.last, facts.seconds) == (2, Fraction(23, 10))
    assert [facts.end_of(frame) for frame in (1, 4)] == [Fraction(1, 10), Fraction(23, 10)]
    assert any("variable frame rate" in note for note in facts.notes)
    plain = movie_facts(held(tmp_path / f"plain-{name}", codec, form, 10))
    assert (plain.seconds, plain.even, plain.notes) == (Fraction(4, 10), True, ())


@pytest.mark.parametrize(
    ("name", "codec"),
    [("a.mp4", "h264"), ("a.mov", "h264"), ("a.mkv", "h264"), ("a.mov", "prores"),
     ("a.mkv", "prores")],
)  # fmt: skip
@pytest.mark.parametrize("count", [1, 2, 7])
def test_it_is_written_and_read_again(tmp_path, name, codec, count):
    times = tuple(Fraction(5) + Fraction(n, 10) for n in range(count))
    settings = MovieSettings(codec=codec, rate=Fraction(10), times=times, end=times[-1] + 2)
    path = tmp_path / name
    write_movie(path, grays(count), settings)
    facts = movie_facts(path)
    assert (facts.frames, facts.lost) == (count, 0)
    assert abs(facts.last - 2) <= Fraction(1, 500)
    with av.open(str(path)) as container:
        assert abs(container.duration / 1e6 - (count - 1) / 10 - 2) < 0.005


def test_an_even_movie_ends_as_it_goes(tmp_path):
    for name, codec in (("a.mp4", "h264"), ("a.mov", "prores"), ("a.mkv", "h264")):
        write_movie(tmp_path / name, grays(6), MovieSettings(codec=codec, rate=Fraction(24)))
        facts = movie_facts(tmp_path / name)
        assert (facts.even, facts.rate, facts.notes) == (True, 24, ())
        assert abs(facts.seconds - Fraction(1, 4)) < Fraction(1, 500)
