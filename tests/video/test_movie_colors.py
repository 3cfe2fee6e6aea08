"""Colors of movies: by the definition of H.273, in every layout, range and depth."""

from fractions import Fraction

import av
import numpy as np
import pytest
from clips import grays, write_clip
from hypothesis import given, settings
from hypothesis import strategies as st

from vst_core.errors import InputError
from vst_core.image import ReadSettings
from vst_core.video import MovieSettings, write_movie
from vst_core.video.chroma import halved, spread
from vst_core.video.matrices import MATRICES, Coding, matrix_named
from vst_core.video.movie import Movie
from vst_core.video.pixels import colors_of, encodable, rgb_of

NOISE = np.random.default_rng(3).integers(0, 65536, (48, 64, 3)).astype(np.uint16)


def smooth(height=48, width=64):
    """Colors that change so slowly that halved chroma is nearly whole."""
    rows, columns = np.mgrid[:height, :width] * 400
    return np.dstack([columns + 9000, rows + 21000, 50000 - rows - columns]).astype(np.uint16)


def expected(rgb, weights, *, bits, full):
    """Y', Cb, Cr as whole numbers, by H.273's equations, one by one."""
    red, green, blue = (rgb / 65535).transpose(2, 0, 1)
    kr, kb = weights
    luma = kr * red + (1 - kr - kb) * green + kb * blue
    cb, cr = (blue - luma) / (2 * (1 - kb)), (red - luma) / (2 * (1 - kr))
    if full:
        top, middle = 2**bits - 1, 2 ** (bits - 1)
        return [np.rint(top * luma), np.rint(top * cb + middle), np.rint(top * cr + middle)]
    step = 2 ** (bits - 8)
    return [
        np.rint((219 * luma + 16) * step),
        np.rint((224 * cb + 128) * step),
        np.rint((224 * cr + 128) * step),
    ]


def planes(frame):
    kind = "<u2" if frame.format.components[0].bits > 8 else "u1"
    return [
        np.frombuffer(plane, kind).reshape(plane.height, -1)[:, : plane.width]
        for plane in frame.planes
    ]


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize(("bits", "form"), [(8, "yuv444p"), (10, "yuv444p10le")])
@pytest.mark.parametrize("matrix", MATRICES)
def test_both_ways_by_the_definition(matrix, bits, form, full):
    coding = Coding(matrix=matrix, bits=bits, full=full)
    frame = encodable(NOISE, coding=coding, form=form, size=(64, 48))
    wanted = expected(NOISE, MATRICES[matrix], bits=bits, full=full)
    for plane, values in zip(planes(frame), wanted, strict=True):
        difference = np.abs(plane.astype(float) - values.clip(0, 2**bits - 1))
        assert (difference > 0).mean() < 1e-3  # where float32 falls on the other side of a half
        assert difference.max() <= 1
    frame.colorspace = {"bt709": 1, "fcc": 4, "bt601": 6, "smpte240m": 7, "bt2020": 9}[matrix]
    frame.color_range = 2 if full else 1
    colors = colors_of("x", frame)
    assert colors.coding == coding
    back = rgb_of(frame, colors).astype(float) - NOISE
    assert np.abs(back).max() <= 2.2 * 65535 / (219 * 2 ** (bits - 8))
    assert abs(back.mean()) < 0.02 * 65535 / 255


@pytest.mark.parametrize(
    "form", ["yuv420p", "yuv422p10le", "yuv411p", "yuv440p", "nv12", "uyvy422"]
)
@pytest.mark.parametrize("span", [1, 2])
def test_layouts_with_less_chroma_and_packed_ones(form, span):
    """FFmpeg writes flat colors, where no way to spread chroma matters; we read them."""
    flat = np.full((48, 64, 3), (200, 90, 30), np.uint8)
    frame = av.VideoFrame.from_ndarray(flat, format="rgb24").reformat(
        format=form, dst_colorspace="ITU709", dst_color_range=span
    )
    frame.colorspace, frame.color_range = 1, span
    read = rgb_of(frame, colors_of("x", frame)) / 257
    assert np.abs(read - flat).max() < 2


@pytest.mark.parametrize("form", ["rgb24", "bgra", "gbrp", "gray", "rgb48le", "gbrp10le"])
def test_rgb_and_gray_are_read_as_they_are(form):
    ramp = np.arange(64, dtype=np.uint8) * 4
    picture = np.dstack([np.tile(ramp, (48, 1))] * 3)
    frame = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(format=form)
    frame.color_range = 2
    read = rgb_of(frame, colors_of("x", frame))
    assert read.shape == (48, 64, 4 if form == "bgra" else 3)
    assert np.abs(read[..., :3] / 257 - picture).max() <= 1


@pytest.mark.slow
@settings(deadline=None, max_examples=20)
@given(st.integers(1, 9), st.integers(1, 9), st.sampled_from([2, 4]), st.booleans())
def test_spread_is_linear_between_the_places_of_chroma(height, width, factor, centerd):
    """A ramp stays a ramp, except beyond the outermost samples."""
    size = width * factor
    offset = (factor - 1) / 2 if centerd else 0
    ramp = np.tile((np.arange(width) * factor + offset).astype(np.float32), (height, 1))
    wide = spread(ramp, size, factor=factor, axis=1, centerd=centerd)
    wanted = np.clip(np.arange(size), ramp[0, 0], ramp[0, -1])
    np.testing.assert_allclose(wide, np.tile(wanted, (height, 1)), atol=1e-4)
    np.testing.assert_array_equal(
        spread(ramp.T, size, factor=factor, axis=0, centerd=centerd), wide.T
    )


@pytest.mark.parametrize("centerd", [False, True])
def test_halved_weighs_neighbors(centerd):
    line = np.array([[0, 4, 8, 16, 0, 0]], np.float32)
    wanted = [[2, 12, 0]] if centerd else [[2, 9, 4]]
    np.testing.assert_allclose(halved(line, axis=1, centerd=centerd), wanted)


def test_matrix_that_is_not_named():
    """Players take BT.709 for high definition, BT.601 for less."""
    assert matrix_named(2, width=720, height=576) == "bt601"
    assert matrix_named(2, width=1280, height=720) == "bt709"
    assert matrix_named(9, width=64, height=48) == "bt2020"
    assert matrix_named(14, width=64, height=48) == ""


def test_matrix_that_is_not_supported():
    frame = av.VideoFrame(64, 48, "yuv420p")
    frame.colorspace = 14
    with pytest.raises(InputError, match=r"clip.mov: its colors are coded.*14 of H\.273"):
        colors_of("clip.mov", frame)


def test_ten_bits_are_kept(tmp_path):
    """A ramp finer than eight bits comes out with its steps."""
    fine = np.dstack([np.tile(np.arange(64) * 60 + 20000, (48, 1))] * 3).astype(np.uint16)
    path = tmp_path / "fine.mov"
    write_movie(path, [fine] * 2, MovieSettings(codec="prores4444", rate=Fraction(24)))
    movie = Movie(path)
    plate = movie.read(1, canvas=None, settings=ReadSettings())
    assert plate.header.depth in ("10", "12")
    assert plate.pixels.dtype == np.uint16
    assert np.abs(plate.pixels[..., :3].astype(int) - fine).max() < 150  # of 65535; 8 bits: 257
    assert len(np.unique(plate.pixels[24, :, 1])) > 40
    assert np.abs(plate.picture[0, 1].numpy() - plate.pixels[..., 1] / 65535).max() < 1e-6


def test_the_streams_own_names_decide(tmp_path):
    """The same numbers mean other colors in BT.709 and in BT.601."""
    picture = np.full((48, 64, 3), (220, 40, 40), np.uint8)
    path = write_clip(tmp_path / "sd.mp4", [picture] * 2, options={"crf": "4"})
    pixels = Movie(path).read(1, canvas=None, settings=ReadSettings()).pixels
    assert np.abs(pixels / 257 - picture).max() < 4  # 64 x 48 is not named, so BT.601
    named = {"crf": "4", "x264-params": "colormatrix=bt709"}
    other = write_clip(tmp_path / "named.mp4", [picture] * 2, options=named)
    assert Movie(other).facts.colors.coding.matrix == "bt709"
    pixels = Movie(other).read(1, canvas=None, settings=ReadSettings()).pixels
    assert np.abs(pixels / 257 - picture).max() > 10


def test_grays_of_a_clip_are_those_that_were_written(tmp_path):
    movie = Movie(write_clip(tmp_path / "clip.mp4", options={"crf": "4"}))
    for number, picture in enumerate(grays(), 1):
        read = movie.read(number, canvas=None, settings=ReadSettings()).pixels / 257
        assert np.abs(read - picture).mean() < 1.5
