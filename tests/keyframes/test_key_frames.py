"""Key frames by their definitions."""

from contextlib import closing
from itertools import pairwise
from xml.etree import ElementTree

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from vst_core.errors import InputError
from vst_core.evaluation import moving_frames as moving_pictures
from vst_core.flow import FlowPair
from vst_core.image import write_picture
from vst_core.keyframes import (
    FrameChange,
    differing_frames,
    measure_changes,
    moving_frames,
    neighbor_differences,
    plot_changes,
    segment_middles,
)
from vst_core.video.inputs import open_input


def changes(*steps, **others):
    """Frames from 1 on, each with its step from the one before."""
    return [
        FrameChange(frame=number, spread=others.get("spread", 0.2), mse=step)
        for number, step in enumerate([None, *steps], start=1)
    ]


def clip(folder, pictures):
    for number, picture in enumerate(pictures, start=1):
        write_picture(folder / f"f.{number:04d}.png", picture)
    return open_input(str(folder))


@given(st.integers(1, 500), st.integers(1, 40))
def test_middles_lie_in_the_middle_of_equal_parts(length, count):
    places = segment_middles(length, count)
    assert len(places) == min(count, length) == len(set(places))
    part = length / len(places)
    for number, place in enumerate(places):
        assert number * part <= place + 0.5 < (number + 1) * part + 0.5
        assert abs(place + 0.5 - (number + 0.5) * part) <= 0.5 + 1e-9


def test_a_score_is_the_mean_over_the_neighbors():
    assert neighbor_differences(changes(1.0, 3.0)) == [1.0, 2.0, 3.0]
    assert neighbor_differences(changes()) == [0.0]


def test_the_highest_differ_most():
    steps = [0.0] * 40
    steps[9], steps[24], steps[25] = 0.5, 0.2, 0.3
    keys = differing_frames(changes(*steps), count=2)
    assert [(key.frame, key.score) for key in keys] == [(10, 0.25), (26, 0.25)]


def test_of_frames_close_together_one_is_taken():
    steps = [0.01] * 99
    steps[49] = 0.9  # a cut: frames 50 and 51 differ alike
    keys = differing_frames(changes(*steps), count=3)
    assert sum(key.frame in (50, 51) for key in keys) == 1
    assert min(b.frame - a.frame for a, b in pairwise(keys)) >= 12


@pytest.mark.parametrize("count", [1, 5])
def test_a_still_has_none(count):
    assert differing_frames(changes(0.0, 0.0), count=count) == ()
    assert differing_frames(changes(), count=count) == ()
    assert moving_frames(changes(0.0, 0.0), count=count) == ()


def test_frames_that_show_nothing_can_be_left_out():
    found = changes(0.0, 0.0, 0.8, 0.8, 0.0)
    found[3] = FrameChange(frame=4, spread=0.001, mse=0.8)
    assert [key.frame for key in differing_frames(found, count=1)] == [4]
    assert [key.frame for key in differing_frames(found, count=1, blank=False)] == [3]


def test_equal_motion_lies_between_moving_frames():
    found = [FrameChange(frame=1, spread=0.2)]
    found += [
        FrameChange(frame=frame, spread=0.2, mse=0.1, motion=0.01, hidden=0.01 * (frame > 20))
        for frame in range(2, 42)
    ]
    keys = moving_frames(found, count=3)
    assert keys[0].frame == 1
    # 0.19 + 0.42 in all, so a third is 0.203: 19 steps and one of the faster ones, then ten more.
    assert [key.frame for key in keys] == [1, 21, 31]


def test_a_cut_begins_one_and_swallows_the_others():
    found = [FrameChange(frame=1, spread=0.2)]
    found += [
        FrameChange(frame=f, spread=0.2, mse=0.1, motion=0.0, hidden=1.0 * (f == 8))
        for f in range(2, 20)
    ]
    assert [key.frame for key in moving_frames(found, count=5)] == [1, 8]


def test_the_mean_squared_error_of_files(tmp_path):
    pictures = [torch.full((1, 3, 24, 32), value) for value in (0.2, 0.2, 0.6)]
    with closing(clip(tmp_path, pictures)) as opened:
        found = measure_changes(opened)
    assert [one.frame for one in found] == [1, 2, 3]
    assert (found[0].mse, found[1].mse) == (None, 0.0)
    assert found[2].mse == pytest.approx(0.16, abs=0.002)
    assert all(one.is_blank and one.motion is None for one in found)


class Pan:
    """Moves by the same number of pixels, everywhere."""

    name = "pan"

    def __init__(self, pixels):
        self.pixels = pixels

    def between(self, previous, current):
        forward = torch.zeros(1, 2, *current.picture.shape[-2:])
        forward[:, 0] = self.pixels
        return FlowPair(forward=forward, backward=-forward)


def test_motion_and_what_was_hidden_of_a_pan(tmp_path):
    pictures = list(moving_pictures(width=64, height=48, count=2))
    with closing(clip(tmp_path, pictures)) as opened:
        found = measure_changes(opened, source=Pan(8))[1]
    assert found.hidden == pytest.approx(8 / 64)  # the columns that came in from the left
    assert found.motion == pytest.approx(8 * (56 / 64) / 80)  # a diagonal of 80


def test_frames_of_several_sizes_are_refused(tmp_path):
    write_picture(tmp_path / "f.0002.png", torch.rand(1, 3, 24, 40))
    write_picture(tmp_path / "f.0001.png", torch.rand(1, 3, 24, 32))
    with pytest.raises(InputError, match=r"f\.0002\.png is 40 x 24, the first frame 32 x 24"):
        measure_changes(open_input(str(tmp_path)))


def test_the_plot_is_whole_and_marks_the_key_frames():
    found = changes(0.1, 0.4, 0.1)
    keys = differing_frames(found, count=1)
    drawn = plot_changes(found, neighbor_differences(found), keys, title="a < b & c", label="frame")
    root = ElementTree.fromstring(drawn)
    space = "{http://www.w3.org/2000/svg}"
    (line,) = root.iter(f"{space}polyline")
    heights = [float(pair.split(",")[1]) for pair in line.get("points").split()]
    assert len(heights) == 4
    assert min(heights) == heights[1] == heights[2]  # y is down: the two at the change are highest
    texts = [text.text for text in root.iter(f"{space}text")]
    assert texts[0] == "a < b & c"
    assert texts.count(str(keys[0].frame)) >= 1


def test_the_plot_of_a_single_frame():
    ElementTree.fromstring(plot_changes(changes(), [0.0], (), title="", label=""))
