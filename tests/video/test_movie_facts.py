"""What is found out about a movie: pace, turn, fields, sound."""

from fractions import Fraction

import av
import pytest
from clips import COUNT, grays, write_clip
from hypothesis import given, settings
from hypothesis import strategies as st

from vst_core.image import ReadSettings
from vst_core.video import movie_facts
from vst_core.video.frame_pace import pace_of
from vst_core.video.movie import Movie
from vst_core.video.orientation import turn_of

RATES = [Fraction(24), Fraction(24000, 1001), Fraction(25), Fraction(30000, 1001), Fraction(60)]


@settings(deadline=None, max_examples=40)
@given(
    st.sampled_from(RATES),
    st.sampled_from([Fraction(1, 1000), Fraction(1, 90000), Fraction(1, 600)]),
    st.integers(2, 400),
    st.integers(-1000, 1000),
)
def test_rounded_times_are_an_even_pace(rate, tick, count, start):
    times = [start + round(index / (rate * tick)) for index in range(count)]
    pace = pace_of(times, tick=tick, rates=[rate])
    assert pace.even
    if count > 40:
        assert pace.rate == rate


def test_a_standard_rate_is_found_where_the_file_says_nonsense():
    times = [round(index * 1001 / 24) for index in range(300)]  # milliseconds
    assert pace_of(times, tick=Fraction(1, 1000), rates=[Fraction(1000)]).rate == RATES[1]


def test_one_frame_has_the_rate_that_is_said():
    assert pace_of([7], tick=Fraction(1, 24), rates=[Fraction(24)]).rate == 24


def test_variable_rate_is_named(tmp_path):
    times = [0, 40, 80, 200, 240, 400, 440, 480, 700, 740, 780, 820]
    path = write_clip(tmp_path / "phone.mp4", times=times, tick=Fraction(1, 1000))
    facts = movie_facts(path)
    assert not facts.even
    assert facts.frames == COUNT
    assert facts.rate == Fraction(1000 * 11, 820).limit_denominator(1001)
    assert [float(time - facts.times[0]) for time in facts.times] == pytest.approx(
        [time / 1000 for time in times]
    )
    (note,) = facts.notes
    assert note.startswith("phone.mp4 has a variable frame rate, 13.4")
    assert "numbered 1 to 12" in note


def corner(pixels):
    """Which corner is dark: (bottom, right)."""
    height, width = pixels.shape[:2]
    quarters = {
        (down, across): pixels[down * height // 2 :, across * width // 2 :][:8, :8].mean()
        if not (down or across)
        else pixels[-8 if down else 0 :, -8 if across else 0 :][:8, :8].mean()
        for down in (0, 1)
        for across in (0, 1)
    }
    return min(quarters, key=quarters.get)


# FFmpeg counts counter-clockwise; the dark corner is stored top left.
TURNS = {
    (0, False): (0, False, (0, 0)),
    (-90, False): (90, False, (0, 1)),
    (90, False): (270, False, (1, 0)),
    (180, False): (180, False, (1, 1)),
    (0, True): (0, True, (0, 1)),
}


@pytest.mark.parametrize("turn", TURNS)
def test_turns_and_mirrors_are_honored(tmp_path, turn):
    degrees, mirrored, dark = TURNS[turn]
    path = write_clip(tmp_path / "turned.mov", grays(3), turn=turn, aspect=Fraction(4, 3))
    movie = Movie(path)
    assert (movie.facts.turn.degrees, movie.facts.turn.mirrored) == (degrees, mirrored)
    upright = degrees in (0, 180)
    assert movie.facts.size == ((64, 48) if upright else (48, 64))
    assert movie.facts.pixel_aspect == (Fraction(4, 3) if upright else Fraction(3, 4))
    pixels = movie.read(3, canvas=None, settings=ReadSettings()).pixels
    assert corner(pixels) == dark


def test_an_angle_that_is_no_right_one_is_named(tmp_path):
    path = write_clip(tmp_path / "slanted.mov", grays(2), turn=(30, False))
    facts = movie_facts(path)
    assert facts.turn.slanted
    assert facts.size == (64, 48)
    assert "angle that is not a multiple of 90 degrees" in facts.notes[0]


def test_without_a_matrix_nothing_is_turned():
    assert turn_of(av.VideoFrame(16, 16, "yuv420p")).degrees == 0


def test_fields_are_named(tmp_path):
    options = {"x264-params": "tff=1"}
    facts = movie_facts(write_clip(tmp_path / "fields.mov", grays(3), options=options))
    assert facts.interlaced
    assert "interlaced" in facts.notes[0]
    assert "bwdif" in facts.notes[0]


def test_hdr_is_named(tmp_path):
    options = {"x264-params": "colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc"}
    facts = movie_facts(write_clip(tmp_path / "hdr.mov", grays(3), options=options))
    assert facts.colors.coding.matrix == "bt2020"
    assert "HDR (PQ)" in facts.notes[0]


def test_sound_rate_and_codecs(tmp_path):
    path = write_clip(tmp_path / "loud.mov", rate=Fraction(24000, 1001), sound="aac")
    facts = movie_facts(path)
    assert (facts.sounds, facts.codec, facts.rate) == (("aac",), "h264", Fraction(24000, 1001))
    assert facts.seconds == COUNT * Fraction(1001, 24000)
    assert facts.notes == ()
