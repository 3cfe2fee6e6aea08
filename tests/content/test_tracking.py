"""The level goes on from frame to frame: with fades, and not with what moves."""

import pytest
import torch
from test_level import picture

from vst_core.content import (
    NORMAL,
    Level,
    alike,
    cells_of,
    first_level,
    followed,
    rough_change,
    unclipped,
)

pytestmark = pytest.mark.usefixtures("one_thread")


def step(frame, before=None, level=NORMAL):
    return followed(level, before=cells_of(before), now=cells_of(level.normal(frame)))[0]


@pytest.mark.parametrize(("gain", "white"), [(0.9, 0.0), (0.5, 0.0), (0.8, 0.2), (1.3, 0.0)])
def test_a_fade_is_followed(gain, white):
    before = 0.7 * picture()
    found = step(gain * before + white, before)
    assert found.gain == pytest.approx(gain, abs=0.002)
    assert found.offset == pytest.approx((white,) * 3, abs=0.002)


def test_the_same_light_keeps_the_level_to_the_last_digit():
    assert step(picture(), picture()) == NORMAL


def test_what_comes_into_view_is_no_fade():
    before, now = 0.7 * picture(), 0.7 * picture()
    now[..., 10:40, 20:50] = 0.95
    assert step(now, before) == NORMAL


def test_grain_is_no_fade():
    random = torch.Generator().manual_seed(0)
    grains = [0.02 * torch.randn(1, 3, 288, 512, generator=random) for _ in range(2)]
    before, now = (picture(0, 288, 512) + grain for grain in grains)
    assert step(now.clamp(0, 1), before.clamp(0, 1)).gain == pytest.approx(1, abs=0.002)


def test_a_fade_of_many_frames_ends_where_it_ends():
    level, before = NORMAL, picture()
    for moment in range(1, 20):
        frame = (1 - moment / 20) * picture()
        level = followed(level, before=cells_of(before), now=cells_of(level.normal(frame)))[0]
        before = level.normal(frame)
    assert level.gain == pytest.approx(1 / 20, abs=0.01)


def test_a_level_that_is_not_needed_any_more_goes_back_slowly():
    level, frame = Level(gain=0.8), 0.8 * picture()
    later = followed(level, before=cells_of(picture()), now=cells_of(level.normal(frame)))[0]
    assert 0.8 < later.gain < 0.801


def test_a_night_keeps_its_own_level():
    night = 0.25 * picture()
    level = first_level(cells_of(night))
    later = level
    for _ in range(50):
        cells = cells_of(later.normal(night))
        later = followed(later, before=cells, now=cells, recorded=cells_of(night))[0]
    assert later.gain == pytest.approx(level.gain, rel=1e-9)


def test_what_a_shot_began_too_faint_to_tell_is_soon_normal():
    level, day = Level(gain=0.8, guessed=True), 0.1 + 0.9 * picture()
    for _ in range(30):
        cells = cells_of(level.normal(day))
        level, _ = followed(level, before=cells, now=cells, recorded=cells_of(day))
    assert level == NORMAL


def test_burnt_out_cells_do_not_count():
    before = picture()
    bright = (1.25 * before).clamp(0, 1)
    cells = [unclipped(cells_of(one), cells_of(one)) for one in (before, bright)]
    assert rough_change(*cells).gain == pytest.approx(1.25, abs=0.02)


def test_another_light_is_alike_and_another_picture_is_not():
    assert alike(cells_of(picture()), cells_of(0.3 * picture() + 0.2))
    assert not alike(cells_of(picture()), cells_of(picture(7)))
    assert not alike(cells_of(picture()), cells_of(1 - picture()))
