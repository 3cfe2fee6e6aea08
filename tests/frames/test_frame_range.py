"""Frame ranges, as people and schedulers write them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vst_core.errors import UsageError
from vst_core.frames import FrameRange


@pytest.mark.parametrize(
    ("text", "frames"),
    [
        ("7", (7,)),
        ("0001-0003", (1, 2, 3)),
        ("1-9x2", (1, 3, 5, 7, 9)),
        ("1-9:2", (1, 3, 5, 7, 9)),
        ("1-10:3", (1, 4, 7, 10)),
        ("1,5,9-12", (1, 5, 9, 10, 11, 12)),
        (" 1 , 3 - 5 ", (1, 3, 4, 5)),
        ("-3-1", (-3, -2, -1, 0, 1)),
        ("-3--1", (-3, -2, -1)),
        ("-5", (-5,)),
        ("4-1", (4, 3, 2, 1)),
        ("9-1x4", (9, 5, 1)),
        ("9-1:-4", (9, 5, 1)),
        ("1-6y3", (2, 3, 5, 6)),
        ("1-4,3-6", (1, 2, 3, 4, 5, 6)),
        ("5,1", (5, 1)),
    ],
)
def test_reads(text, frames):
    assert FrameRange.parse(text).frames == frames


@pytest.mark.parametrize("text", ["", "a", "1-", "1-5x", "1,,2", "1-5,", "1.5", "1 5", "--5"])
def test_unreadable_names_the_text_and_shows_how(text):
    with pytest.raises(UsageError, match=r"Cannot read the frame range .*1-100x2") as error:
        FrameRange.parse(text)
    assert f"'{text}'" in str(error.value)
    assert "\n" not in str(error.value)


def test_unreadable_part_is_named():
    with pytest.raises(UsageError, match="'x' in '1-4,x'"):
        FrameRange.parse("1-4,x")


@pytest.mark.parametrize("text", ["1-5x0", "1-5x-1", "3-3x-1"])
def test_step_that_leads_nowhere(text):
    with pytest.raises(UsageError, match=r"Step -?[01] .* leads nowhere"):
        FrameRange.parse(text)


def test_too_long_is_refused_at_once():
    with pytest.raises(UsageError, match="At most 1000000"):
        FrameRange.parse("1-999999999")


def test_needs_frames_each_once():
    with pytest.raises(UsageError, match="without a frame"):
        FrameRange(())
    with pytest.raises(UsageError, match="twice"):
        FrameRange((1, 2, 1))


def test_is_a_value():
    frames = FrameRange.parse("1-5x2")
    assert frames == FrameRange((1, 3, 5))
    assert hash(frames) == hash(FrameRange((1, 3, 5)))
    assert frames != FrameRange((5, 3, 1))
    assert (len(frames), list(frames), 3 in frames, 2 in frames) == (3, [1, 3, 5], True, False)


@settings(deadline=None, max_examples=150)
@given(st.lists(st.integers(-200, 200), min_size=1, max_size=20, unique=True))
def test_text_reads_back_as_the_same_range(frames):
    frame_range = FrameRange(tuple(frames))
    assert FrameRange.parse(str(frame_range)) == frame_range


@settings(deadline=None, max_examples=100)
@given(st.integers(-50, 50), st.integers(0, 60), st.integers(1, 9), st.sampled_from("x:"))
def test_stepped_range_is_pythons(first, length, step, sign):
    text = f"{first}-{first + length}{sign}{step}"
    assert list(FrameRange.parse(text)) == list(range(first, first + length + 1, step))
