"""Frame n is the n-th picture that a player shows, wherever decoding began."""

import random
from fractions import Fraction

import av
import numpy as np
import pytest
from clips import COUNT, LEVELS, grays, write_clip

from vst_core.errors import InputError
from vst_core.image import ReadSettings
from vst_core.video import movie_facts
from vst_core.video.decoder import FrameDecoder
from vst_core.video.index import index_movie
from vst_core.video.movie import Movie

OPEN_GOP = {"g": "6", "bf": "3", "crf": "12", "x264-params": "scenecut=0:open-gop=1:b-adapt=0"}
KINDS = {
    "long.mp4": {},
    "long.mov": {},
    "long.mkv": {},
    "long.ts": {},
    "long.avi": {},
    "long.mxf": {},
    "raw.h264": {},
    "open.mp4": {"options": OPEN_GOP},
    "fragments.mp4": {"flags": {"movflags": "frag_keyframe+empty_moov"}},
    "mpeg.mpg": {"codec": "mpeg2video", "options": {"g": "6", "bf": "2", "qmin": "1", "qmax": "2"}},
    "intra.mov": {"codec": "prores_ks", "form": "yuv422p10le"},
    "jpeg.mov": {"codec": "mjpeg", "form": "yuvj420p", "options": {"qmin": "1", "qmax": "2"}},
}


def level(decoder: FrameDecoder, number: int) -> float:
    frame = decoder.frame(number).to_ndarray(format="gray")
    return float(frame[30:, 30:].mean())


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clips")
    return {name: write_clip(folder / name, **given) for name, given in KINDS.items()}


@pytest.mark.slow
@pytest.mark.parametrize("name", KINDS)
def test_every_frame_from_any_start(clips, name):
    index = index_movie(clips[name])
    assert len(index.times) == COUNT
    decoder = FrameDecoder(clips[name], index)
    forward = [level(decoder, number) for number in range(1, COUNT + 1)]
    assert np.diff(forward) == pytest.approx([18] * (COUNT - 1), abs=3)
    jumps = list(range(1, COUNT + 1))
    random.Random(name).shuffle(jumps)
    for number in (*jumps, *range(COUNT, 0, -1)):
        assert level(decoder, number) == forward[number - 1]
    for number in (1, 5, 9, 12):  # each from a fresh start
        fresh = FrameDecoder(clips[name], index)
        assert level(fresh, number) == forward[number - 1]
        fresh.close()


def test_decoding_agrees_with_the_plain_decoder_bit_for_bit(clips):
    path = clips["open.mp4"]
    with av.open(str(path)) as source:
        plain = [frame.to_ndarray() for frame in source.decode(video=0)]
    decoder = FrameDecoder(path, index_movie(path))
    for number in (11, 7, 8, 2, 12, 6):
        np.testing.assert_array_equal(decoder.frame(number).to_ndarray(), plain[number - 1])


def test_times_that_lie_are_not_believed(clips):
    assert index_movie(clips["long.mp4"]).packets
    assert not index_movie(clips["raw.h264"]).packets
    assert not index_movie(clips["long.mxf"]).packets
    assert movie_facts(clips["raw.h264"]).rate == 25


def test_pictures_before_the_start_of_an_edit_are_no_frames(clips, tmp_path):
    """A stream copy that begins behind a key frame holds pictures that are not shown."""
    cut = tmp_path / "cut.mp4"
    with av.open(str(clips["long.mp4"])) as source, av.open(str(cut), "w") as output:
        stream = output.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.size:
                packet.pts, packet.dts = packet.pts - 3 * 512, packet.dts - 3 * 512
                packet.stream = stream
                output.mux(packet)
    decoder = FrameDecoder(cut, index_movie(cut))
    assert level(decoder, 1) == pytest.approx(LEVELS[3] - 2, abs=6)
    with av.open(str(cut)) as source:
        assert movie_facts(cut).frames == sum(1 for _ in source.decode(video=0)) == COUNT - 3


def test_a_frame_that_is_not_there_is_named(clips):
    movie = Movie(clips["long.mp4"])
    plate = movie.read(3, canvas=None, settings=ReadSettings())
    assert plate.picture.shape == (1, 3, 48, 64)
    assert plate.header.path == clips["long.mp4"]
    movie.close()
    again = movie.read(3, canvas=None, settings=ReadSettings())  # opens again
    np.testing.assert_array_equal(again.pixels, plate.pixels)


def test_a_layer_is_refused(clips):
    with pytest.raises(InputError, match="no layer 'beauty'"):
        Movie(clips["long.mp4"]).header(layer="beauty")


def test_pictures_that_change_size(tmp_path):
    path = tmp_path / "sizes.h264"
    small = write_clip(tmp_path / "a.h264", grays(4))
    large = write_clip(tmp_path / "b.h264", grays(4, width=96, height=64))
    path.write_bytes(small.read_bytes() + large.read_bytes())
    movie = Movie(path)
    assert movie.facts.frames == 8
    assert movie.facts.rate == Fraction(25)
    with pytest.raises(InputError, match="change size, from 64 x 48 to 96 x 64") as caught:
        movie.read(5, canvas=None, settings=ReadSettings())
    assert "--frames" in caught.value.fix
