"""File names with a place for the frame number."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vst_core.errors import UsageError
from vst_core.frames import FramePattern


@pytest.mark.parametrize(
    ("text", "width", "first", "overflow"),
    [
        ("in/%04d.exr", 4, "in/0001.exr", "in/10000.exr"),
        ("in/%d.exr", 1, "in/1.exr", "in/10000.exr"),
        ("in/shot.####.exr", 4, "in/shot.0001.exr", "in/shot.10000.exr"),
        ("in/shot.#.exr", 1, "in/shot.1.exr", "in/shot.10000.exr"),
        ("in/shot.@@@@@@.exr", 6, "in/shot.000001.exr", "in/shot.010000.exr"),
        ("in/$F4.exr", 4, "in/0001.exr", "in/10000.exr"),
        ("in/shot.$F.exr", 1, "in/shot.1.exr", "in/shot.10000.exr"),
        ("in/a b é.%03d.beauty.exr", 3, "in/a b é.001.beauty.exr", "in/a b é.10000.beauty.exr"),
        ("shot#3.%04d.png", 4, "shot#3.0001.png", "shot#3.10000.png"),
        ("in/noext%02d", 2, "in/noext01", "in/noext10000"),
    ],
)
def test_reads_every_spelling(text, width, first, overflow):
    pattern = FramePattern.parse(text)
    assert pattern.width == width
    assert pattern.path(1) == Path(first)
    assert pattern.path(10000) == Path(overflow)


def test_no_place_for_a_number():
    with pytest.raises(UsageError, match=r"'in/shot.exr' has no place .* %04d"):
        FramePattern.parse("in/shot.exr")
    assert not FramePattern.fits("in/%04d/shot.exr")
    assert FramePattern.fits("in/shot.$F4.exr")


@pytest.mark.parametrize(
    ("name", "frame"),
    [
        ("shot.0001.exr", 1),
        ("shot.10000.exr", 10000),
        ("shot.-003.exr", -3),
        ("shot.-0003.exr", -3),
        ("shot.-100.exr", -100),
        ("shot.0000.exr", 0),
        ("shot.-0000.exr", None),
        ("shot.1.exr", None),
        ("shot.00001.exr", None),
        ("shot.-3.exr", None),
        ("shot.abcd.exr", None),
        ("shot..exr", None),
        ("shot.0001.png", None),
        ("shot.\u0661\u0661\u0661\u0661.exr", None),
    ],
)
def test_number_of_a_name(name, frame):
    assert FramePattern.parse("in/shot.%04d.exr").number(name) == frame


def test_accents_match_in_either_normal_form():
    assert FramePattern.parse("in/caf\u00e9.%04d.exr").number("cafe\u0301.0007.exr") == 7


def test_sign_apart_writes_the_padding_in_full():
    assert FramePattern(Path("in"), "s.", 4, ".exr", sign_apart=True).name(-3) == "s.-0003.exr"
    assert FramePattern(Path("in"), "s.", 4, ".exr").name(-3) == "s.-003.exr"


@settings(deadline=None, max_examples=150)
@given(st.integers(-20000, 20000), st.integers(1, 6), st.booleans())
def test_name_and_number_are_inverse(frame, width, apart):
    pattern = FramePattern(Path("in"), "a-1_", width, ".exr", sign_apart=apart)
    assert pattern.number(pattern.name(frame)) == frame


def test_text_reads_back():
    for text in ("in/shot.%04d.exr", "in/%d.png"):
        assert str(FramePattern.parse(text)) == text
