"""Turns: what they do to pixels, in the words of quarter turns and of Exif."""

import numpy as np
import pytest
from PIL import Image, ImageOps

from vst_core.turning import UPRIGHT, Turn, exif_turn


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize("left_right", [False, True])
@pytest.mark.parametrize("up_down", [False, True])
def test_every_turn_is_a_mirroring_and_quarter_turns(swapped, left_right, up_down):
    turn = Turn(swapped=swapped, left_right=left_right, up_down=up_down)
    stored = np.arange(24).reshape(4, 6, 1)
    mirrored = stored[:, ::-1] if turn.mirrored else stored
    np.testing.assert_array_equal(turn.apply(stored), np.rot90(mirrored, -turn.degrees // 90))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_means_what_pillow_takes_it_for(orientation):
    stored = np.arange(24, dtype=np.uint8).reshape(4, 6)
    image = Image.fromarray(stored)
    image.getexif()[0x0112] = orientation
    expected = np.asarray(ImageOps.exif_transpose(image))
    np.testing.assert_array_equal(exif_turn(orientation).apply(stored[..., None])[..., 0], expected)


@pytest.mark.parametrize("orientation", [-1, 0, 9, 65535])
def test_an_orientation_that_means_nothing_asks_for_nothing(orientation):
    assert exif_turn(orientation) is UPRIGHT
