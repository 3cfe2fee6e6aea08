"""Timecode by the definition of SMPTE ST 12-1: which labels there are, in which order."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vst_core.video import Timecode

NTSC, NTSC2, FILM = Fraction(30000, 1001), Fraction(60000, 1001), Fraction(24000, 1001)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rate", "drop"),
    [(FILM, False), (Fraction(25), False), (NTSC, False), (NTSC, True), (NTSC2, True)],
)
def test_labels_follow_each_other(rate, drop):
    """Counted out one by one for a little more than ten minutes."""
    lost = {NTSC: 2, NTSC2: 4}.get(rate, 0) * drop
    labels = (
        f"09:{50 + minute:02}:{second:02}{';' if drop else ':'}{frame:02}"
        for minute in range(10)
        for second in range(60)
        for frame in range(round(rate))
        if second or not minute % 10 or frame >= lost
    )
    code = Timecode.parse(f"09:50:00{';' if drop else ':'}00", rate)
    for count, label in enumerate(labels):
        at = code.later(count)
        assert str(at) == label
        assert Timecode.parse(label, rate) == at
        assert Timecode.unpacked(at.packed, rate) == at


def test_an_hour_of_drop_frame_is_an_hour():
    assert str(Timecode.parse("00:00:00;00", NTSC).later(107_892)) == "01:00:00;00"
    assert str(Timecode.parse("23:59:59;29", NTSC).later(1)) == "00:00:00;00"
    assert str(Timecode.parse("00:00:00:00", FILM).later(-1)) == "23:59:59:23"


@given(count=st.integers(0, 2_589_407), frames=st.integers(-(10**7), 10**7))
def test_later_and_earlier_are_inverse(count, frames):
    code = Timecode(count=count, base=30, drop=True)
    assert code.later(frames).later(-frames) == code


@pytest.mark.parametrize(
    ("text", "rate"),
    [("", NTSC), ("1:2", NTSC), ("01:00:00:24", FILM), ("01:60:00:00", FILM), ("24:00:00:00", FILM),
     ("01:00:00;00", FILM), ("01:01:00;00", NTSC), ("01:01:00;03", NTSC2)],
)  # fmt: skip
def test_labels_that_there_are_not(text, rate):
    assert Timecode.parse(text, rate) is None


def test_packed_words_are_those_of_the_standard():
    assert Timecode.parse("01:02:03:05", Fraction(24)).packed == (0x01020305, 0)
    assert Timecode.parse("11:00:00;02", NTSC).packed == (0x11000042, 0)
    # Above 30 frames a second: pairs, and a bit for the second of two.
    assert Timecode.parse("00:00:01:59", Fraction(60)).packed == (0x00008129, 0)
    assert Timecode.unpacked((0x0000000F, 0), Fraction(24)) is None
