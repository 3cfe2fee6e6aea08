"""Which file holds which mask, and what does not fit."""

import numpy as np
import pytest

from vst_core.errors import InputError
from vst_core.image import Window
from vst_core.job import parse_masks
from vst_core.masks import find_masks

DISPLAY = Window(0, 0, 64, 32)
WHITE = np.ones((32, 64))


def find(text, frames, *, hold=False, sources=()):
    return find_masks(parse_masks(text), frames, sources=sources, hold=hold, display=DISPLAY)


@pytest.fixture
def folder(gray, tmp_path):
    """Masks of the frames 1, 2, 3, 5."""
    for frame in (1, 2, 3, 5):
        gray(f"m.{frame:04d}.png", WHITE)
    return tmp_path


def test_a_mask_has_the_number_of_its_frame(folder):
    found = find(f"{folder}/m.%04d.png", (1, 3))
    assert [path.name for path in found.of(3)] == ["m.0003.png"]


def test_one_of_the_files_stands_for_its_sequence(folder):
    found = find(f"{folder}/m.0001.png", (1, 2))
    assert [path.name for path in found.of(2)] == ["m.0002.png"]


def test_a_still_serves_all_frames(gray, tmp_path):
    still = gray("garbage.png", WHITE)
    assert find(str(still), (-5, 1, 900)).of(900) == (still,)


def test_missing_masks_are_all_named(folder):
    with pytest.raises(InputError, match=r"2 of 6 frames are missing: 4,6") as caught:
        find(f"{folder}/m.%04d.png", (1, 2, 3, 4, 5, 6))
    assert "On disk are 1-3,5" in caught.value.fix


def test_the_mask_before_stands_in(folder):
    found = find(f"{folder}/m.%04d.png", (4, 9), hold=True)
    assert [path.name for path in (*found.of(4), *found.of(9))] == ["m.0003.png", "m.0005.png"]
    with pytest.raises(InputError, match="1 of 2 frames are missing: 0"):
        find(f"{folder}/m.%04d.png", (0, 1), hold=True)


def test_no_such_files(tmp_path):
    with pytest.raises(InputError, match=r"No frames match|There is no folder"):
        find(f"{tmp_path}/m.%04d.png", (1,))


def test_another_shape_is_refused(gray, tmp_path):
    gray("m.0001.png", np.ones((48, 64)))
    with pytest.raises(
        InputError, match=r"m\.0001\.png is 64 x 48, but the frames are 64 x 32"
    ) as caught:
        find(f"{tmp_path}/m.%04d.png", (1,))
    assert "same shape" in caught.value.fix


@pytest.mark.parametrize("size", [(16, 32), (64, 128), (11, 21)])
def test_another_size_of_the_same_shape_is_welcome(gray, tmp_path, size):
    gray("m.0001.png", np.ones(size))
    find(f"{tmp_path}/m.%04d.png", (1,))


def test_a_channel_that_is_not_there(exr, tmp_path):
    exr("m.0001.exr", {"matte.R": WHITE, "matte.G": WHITE})
    find(f"{tmp_path}/m.%04d.exr:matte.G", (1,))
    with pytest.raises(InputError, match=r"no channel 'matte\.B'") as caught:
        find(f"{tmp_path}/m.%04d.exr:matte.B", (1,))
    assert "matte.G" in caught.value.fix


def test_a_channel_of_the_picture_is_looked_for_in_every_picture(exr):
    one = exr("p.0001.exr", {"R": WHITE, "id.X": WHITE})
    two = exr("p.0002.exr", {"R": WHITE})
    assert find("layer:id.X", (1,), sources=(one,)).of(1) == ()
    with pytest.raises(InputError, match=r"p\.0002\.exr: no channel 'id\.X'"):
        find("layer:id.X", (1, 2), sources=(one, two))
