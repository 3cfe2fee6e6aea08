"""What is picture: emptiness, bars, filling, and held drawings."""

import pytest
import torch
from test_level import flat, picture

from vst_core.content import Bars, boiling, filled_in, find_bars, fullness, is_held, letterbox

pytestmark = pytest.mark.usefixtures("one_thread")


def test_hidden_colors_leave_no_trace():
    weight = torch.zeros(1, 1, 72, 128)
    weight[..., 20:50, 30:90] = 1
    one, two = picture(), picture()
    hidden = weight.expand(1, 3, -1, -1) == 0
    one[hidden], two[hidden] = 0.0, 1.0
    assert torch.equal(filled_in(one, weight), filled_in(two, weight))
    seen = weight.expand(1, 3, -1, -1) == 1
    assert torch.equal(filled_in(one, weight)[seen], one[seen])


def test_a_filling_has_the_colors_beside_it():
    left = torch.zeros(1, 1, 72, 128)
    left[..., :40] = 1
    two = flat(0.8, 0.1, 0.1).clone()
    two[..., 20:] = torch.tensor([0.1, 0.1, 0.8]).view(1, 3, 1, 1)
    filled = filled_in(two, left)
    assert filled[..., 45:60].mean((0, 2, 3)).tolist() == pytest.approx([0.1, 0.1, 0.8], abs=0.1)
    assert filled.amin() >= 0.1 - 1e-6
    assert filled.amax() <= 0.8 + 1e-6
    assert filled_in(two, torch.zeros(1, 1, 72, 128)).abs().max() == 0


def test_black_is_empty_but_for_what_stands_on_it():
    title = flat(0.0, 0.0, 0.0)
    title[..., 30:40, 50:80] = 1
    full = fullness(title)
    assert full[..., 30:40, 50:80].min() == 1
    assert full[..., :20, :].max() == 0
    assert 0 < full[..., 26:30, 50:80].mean() < 1


def test_letters_on_black_have_a_narrow_margin():
    title = torch.zeros(1, 3, 270, 480)
    title[..., 120:150, 100:110], title[..., 120:150, 130:140] = 1, 1
    full = fullness(title)
    assert full[..., 120:150, 101:109].min() == 1
    assert full[..., :110, :].max() == 0
    assert full[..., 120:150, 117:123].max() == 0


@pytest.mark.parametrize("color", [(0.5, 0.6, 0.9), (1.0, 1.0, 1.0), (0.06, 0.05, 0.05)])
def test_a_calm_sky_is_a_picture(color):
    assert fullness(flat(*color)).min() == 1


def test_grain_on_black_is_empty():
    grain = torch.randn(1, 3, 72, 128, generator=torch.Generator().manual_seed(0)) * 1.5 / 255
    assert fullness(grain.clamp(0, 1)).max() < 0.2


def test_bars_are_found_and_a_titles_surroundings_are_none():
    frame = picture().clamp(0.1, 1)
    frame[:, :, :9], frame[:, :, 65:] = 0.0, 0.02
    assert find_bars(frame) == Bars(top=9, bottom=7)
    assert str(find_bars(frame)) == "9 at the top and 7 at the bottom"
    assert not find_bars(picture().clamp(0.1, 1))
    title = flat(0.0, 0.0, 0.0)
    title[..., 30:40, 50:53] = 1
    assert not find_bars(title)
    assert find_bars(flat(0.0, 0.0, 0.0)) is None


def test_a_letterbox_of_one_frame_is_black_and_even():
    frame = picture().clamp(0.1, 1)
    frame[:, :, :9], frame[:, :, 64:] = 0.0, 0.0
    assert letterbox(frame) == Bars(top=9, bottom=8)
    frame[:, :, :9] = 0.02
    assert not letterbox(frame)  # dark, and perhaps a picture
    frame[:, :, :9], frame[:, :, 60:64] = 0.0, 0.0
    assert not letterbox(frame)  # a sill, and a shadow
    assert not letterbox(flat(0.0, 0.0, 0.0))
    assert Bars(top=2, left=1).together(Bars(top=1, right=4)) == Bars(top=2, left=1, right=4)


def test_a_bar_weighs_nothing():
    weight = Bars(top=2, right=3).weight(10, 12)
    assert weight.sum() == 8 * 9
    assert Bars(top=4, left=2).common(Bars(top=3)) == Bars(top=3)


def test_grain_is_held_and_motion_is_not():
    random = torch.Generator().manual_seed(0)
    still = picture(0, 144, 256)
    one, two = (
        (still + 2 / 255 * torch.randn(still.shape, generator=random)).clamp(0, 1) for _ in range(2)
    )
    assert is_held(one, two)
    assert not is_held(still, torch.roll(still, 3, dims=3))
    blink = still.clone()
    blink[..., 40:46, 60:66] = 1 - blink[..., 40:46, 60:66]
    assert not is_held(still, blink)


def test_paint_boils_where_nothing_moves():
    trust, still = torch.ones(1, 1, 72, 128), torch.zeros(1, 2, 72, 128)
    assert boiling(trust, still, boil=0, seed=1) is trust
    calm = boiling(trust, still, boil=1, seed=1)
    assert calm.min() < 0.2
    assert calm.max() > 0.9
    assert torch.equal(calm, boiling(trust, still, boil=1, seed=1))
    assert not torch.equal(calm, boiling(trust, still, boil=1, seed=2))
    assert boiling(trust, still + 5, boil=1, seed=1).min() > 0.9
