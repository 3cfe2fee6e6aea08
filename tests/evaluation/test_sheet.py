"""Contact sheets hold what they were given, where it belongs."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from vst_core.errors import UsageError
from vst_core.evaluation import (
    Cell,
    FrameFigures,
    FrameTransition,
    Seen,
    SheetMaker,
    evenly_spread,
    write_sheet,
)
from vst_core.guidance import Motion
from vst_core.image import read_picture


def flat(value, height=20, width=30):
    return torch.full((1, 3, height, width), value)


@given(count=st.integers(1, 20), length=st.integers(1, 50))
@settings(deadline=None)
def test_frames_are_spread_from_the_first_to_the_last(count, length):
    chosen = evenly_spread(range(10, 10 + length), count)
    assert len(chosen) == len(set(chosen)) == min(count, length)
    assert list(chosen) == sorted(chosen)
    assert chosen[0] == 10
    assert count == 1 or chosen[-1] == 9 + length


def test_every_picture_stands_in_its_place(tmp_path):
    rows = [[Cell(flat(0.2), "a"), Cell(flat(0.4), "b")], [Cell(flat(0.6), "c")]]
    write_sheet(tmp_path / "sheet.png", rows)
    sheet = read_picture(tmp_path / "sheet.png")
    assert sheet.shape[-1] == 2 * 30 + 3 * 8
    for row, column, value in ((0, 0, 0.2), (0, 1, 0.4), (1, 0, 0.6)):
        top, left = 8 + row * (20 + 20 + 8), 8 + column * (30 + 8)
        shown = sheet[..., top : top + 20, left : left + 30]
        assert (shown - value).abs().max() < 0.003
    assert sheet[..., 28:48, :].max() > 0.5  # the captions


@pytest.mark.parametrize("length", [1, 5, 40])
def test_a_caption_ends_where_its_column_ends(tmp_path, length):
    rows = [[Cell(flat(0.2, width=80), "W" * length), Cell(flat(0.4, width=80), "")]]
    write_sheet(tmp_path / "sheet.png", rows)
    captions = read_picture(tmp_path / "sheet.png")[..., 28:48, :]
    paper = captions[..., :1, :1]
    assert captions[..., 8 : 8 + 80].sub(paper).abs().max() > 0.5
    assert captions[..., 8 + 80 :].sub(paper).abs().max() < 0.003


def test_a_sheet_without_a_picture_is_refused(tmp_path):
    with pytest.raises(UsageError, match="without a picture"):
        write_sheet(tmp_path / "sheet.png", [])


def test_rows_of_source_result_and_difference(tmp_path):
    still = torch.zeros(1, 2, 20, 30)
    trust = torch.ones(1, 1, 20, 30)
    trust[..., :15] = 0
    transition = FrameTransition(
        motion=Motion(backward=still, trust=trust), before=flat(0.5), source_before=flat(0.1)
    )
    maker = SheetMaker(frames=[2])
    maker.add(Seen(frame=1, out=flat(0.5), source=flat(0.1)), FrameFigures(frame=1))
    maker.add(
        Seen(frame=2, out=flat(0.6), source=flat(0.1), transition=transition),
        FrameFigures(frame=2, m2=0.01),
    )
    maker.write(tmp_path / "sheet.png")
    sheet = read_picture(tmp_path / "sheet.png")
    source, result, difference = (sheet[..., 8 + i * 48 : 28 + i * 48, 8:38] for i in range(3))
    assert sheet.shape[-1] == 30 + 2 * 8
    assert (source - 0.1).abs().max() < 0.003
    assert (result - 0.6).abs().max() < 0.003
    assert (difference[..., 15:] - 0.4).abs().max() < 0.003  # a tenth, four times as bright
    assert difference[0, 2, 0, 0] > difference[0, 0, 0, 0]  # blue: cannot be compared


def test_pictures_are_reduced_as_they_come():
    maker = SheetMaker(frames=[1], width=100)
    wide = flat(0.5, 50, 200)
    maker.add(Seen(frame=1, out=wide, source=wide), FrameFigures(frame=1))
    assert maker._columns[0][0].picture.shape == (1, 3, 25, 100)
