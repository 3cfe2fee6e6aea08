"""The colors of flow, by Middlebury's own numbers."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from vst_core.errors import UsageError
from vst_core.flow import color_wheel, flow_colors


def color_of(x, y, largest=1.0):
    return flow_colors(torch.tensor([x, y]).view(1, 2, 1, 1), largest=largest).flatten().tolist()


@pytest.mark.parametrize(
    ("x", "y", "color"),
    [
        (0.0, 0.0, (1, 1, 1)),  # stillness is white
        (1.0, 1e-9, (1, 0, 0)),  # right is red
        (0.0, 1.0, (1, 0.9, 0)),  # down: place 13.5 of the 15 steps from red to yellow
        (-1.0, -1e-9, (0, 9 / 11, 1)),  # left: place 27, 2 of 11 steps from cyan to blue
        (0.0, -1.0, (4.5 / 13, 0, 1)),  # up: place 40.5, 4.5 of 13 steps from blue to magenta
    ],
)
def test_the_directions_have_middleburys_hues(x, y, color):

    assert color_of(x, y) == pytest.approx(color, abs=1e-4)


def test_half_of_the_largest_is_half_as_saturated():
    assert color_of(2.0, 1e-9, largest=4.0) == pytest.approx((1, 0.5, 0.5), abs=1e-4)


def test_what_is_longer_is_darker():
    assert color_of(3.0, 1e-9) == pytest.approx((0.75, 0, 0), abs=1e-4)


def test_unknown_flow_is_black():
    assert color_of(math.nan, 1.0) == color_of(1.0, math.inf) == [0, 0, 0]


@given(st.floats(-1e4, 1e4, width=32), st.floats(-1e4, 1e4, width=32), st.floats(0.01, 1e3))
def test_every_color_is_a_color(x, y, largest):
    assert all(0 <= value <= 1 for value in color_of(x, y, largest))


def test_the_key_shows_a_direction_where_it_points():
    wheel = color_wheel(65)
    assert wheel.shape == (1, 3, 65, 65)
    assert wheel[0, :, 0, 0].tolist() == [0, 0, 0]
    assert wheel[0, :, 32, 32].tolist() == [1, 1, 1]
    assert wheel[0, :, 60, 32].tolist() == pytest.approx(color_of(0.0, 28 / 32), abs=1e-4)


@pytest.mark.parametrize("largest", [0.0, -1.0, math.nan])
def test_a_length_that_is_none_is_refused(largest):
    with pytest.raises(UsageError):
        color_of(1.0, 1.0, largest)
