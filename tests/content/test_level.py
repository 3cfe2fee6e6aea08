"""A frame's level: taken out before it is painted, given back afterwards."""

from itertools import pairwise

import pytest
import torch

from vst_core.content import NORMAL, NOTHING, Level, cells_of, contrast, first_level

pytestmark = pytest.mark.usefixtures("one_thread")


def picture(seed=0, height=72, width=128):
    """Smooth, with nearly all of the range in every channel."""
    coarse = torch.rand(1, 3, 5, 8, generator=torch.Generator().manual_seed(seed))
    grown = torch.nn.functional.interpolate(coarse, (height, width), mode="bilinear")
    low, high = grown.amin((2, 3), keepdim=True), grown.amax((2, 3), keepdim=True)
    return (grown - low) / (high - low)


def flat(*color):
    return torch.tensor(color).view(1, 3, 1, 1).expand(1, 3, 72, 128).contiguous()


def test_the_normal_level_changes_nothing_not_even_a_copy():
    frame, painted = picture(), picture(1)
    assert NORMAL.normal(frame) is frame
    assert NORMAL.give_back(painted, frame) is painted
    assert first_level(cells_of(frame)) == NORMAL


@pytest.mark.parametrize(("gain", "offset"), [(0.5, 0.0), (0.3, 0.7), (0.1, 0.2)])
def test_what_is_recorded_at_a_level_comes_back_normal(gain, offset):
    level = Level(gain=gain, offset=(offset,) * 3)
    torch.testing.assert_close(level.normal(level.recorded(picture())), picture())


def test_paint_is_given_back_at_the_level_of_the_frame():
    level, painted = Level(gain=0.5), picture(1)
    torch.testing.assert_close(level.give_back(painted, 0.5 * picture()), 0.5 * painted)


def test_a_picture_that_was_not_painted_comes_back_as_it_was():
    frame = 0.1 + 0.2 * picture()
    level = first_level(cells_of(frame))
    torch.testing.assert_close(level.give_back(level.normal(frame), frame), frame)


def test_a_lamp_in_the_night_keeps_its_light():
    night = 0.1 * picture()
    night[..., 30:32, 60:62] = 1.0
    level = Level(gain=0.1)
    assert level.normal(night).max() == 1
    back = level.give_back(level.normal(night), night)
    assert back[..., 30:32, 60:62].min() == 1


@pytest.mark.parametrize("color", [(0.0, 0.0, 0.0), (1.0, 1.0, 1.0), (0.0, 0.0, 0.8)])
def test_one_color_holds_nothing(color):
    assert contrast(cells_of(flat(*color))) < NOTHING


def test_grain_is_next_to_nothing():
    grain = torch.randn(1, 3, 288, 512, generator=torch.Generator().manual_seed(0))
    dark = (0.02 + 0.01 * grain).clamp(0, 1)
    level = first_level(cells_of(dark))
    assert level.gain * level.opacity < 0.01


def test_less_contrast_is_less_paint_without_a_step():
    strengths = [share / 200 for share in range(1, 200)]
    found = [first_level(cells_of(share * picture())) for share in strengths]
    shown = [level.gain * level.opacity for level in found]
    assert min(b - a for a, b in pairwise(shown)) > -0.01
    assert max(b - a for a, b in pairwise(shown)) < 0.06
    assert shown[-1] == 1


def test_hidden_pixels_have_no_say():
    frame, weight = 0.2 * picture(), torch.ones(1, 1, 72, 128)
    weight[..., 64:] = 0
    other = frame.clone()
    other[..., 64:] = 1
    assert first_level(cells_of(frame, weight)) == first_level(cells_of(other, weight))


@pytest.mark.parametrize("share", [0.04, 0.1, 0.2])
def test_a_fade_from_black_or_white_leaves_black_or_white_alone(share):
    day = 0.1 + 0.8 * picture()
    up = first_level(cells_of(share * day))
    assert up.offset == pytest.approx((0, 0, 0), abs=1e-6)
    assert up.normal(share * day).amax() <= 1
    out = first_level(cells_of(1 - share * (1 - day)))
    assert out.offset == pytest.approx((1 - out.gain,) * 3, abs=1e-6)
    assert out.normal(1 - share * (1 - day)).mean() > 0.2


@pytest.mark.parametrize("light", [0.06, 0.1, 0.2])
def test_a_night_has_the_level_of_its_light(light):
    night = light * picture() / picture().mean()
    found = first_level(cells_of(night.clamp(0, 1)))
    assert 0.1 <= found.gain < 0.75
    assert found.gain >= first_level(cells_of((0.8 * night).clamp(0, 1))).gain


def test_the_black_around_a_title_is_no_night():
    title = flat(0.0, 0.0, 0.0)
    title[..., 30:40, 40:88] = 0.9
    assert first_level(cells_of(title)) == NORMAL


def test_light_comes_up_without_a_step():
    gains = [first_level(cells_of(share / 100 * picture())).gain for share in range(10, 101)]
    assert max(b - a for a, b in pairwise(gains)) < 0.06
