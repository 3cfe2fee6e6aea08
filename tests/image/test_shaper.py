import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vst_core.image import shaper


def f32(*values):
    return np.array(values, np.float32)


def test_up_to_the_knee_it_is_srgb():
    linear = np.linspace(0, shaper.KNEE, 500, dtype=np.float64)
    srgb = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    np.testing.assert_allclose(shaper.encode(linear.astype(np.float32)), srgb, atol=3e-7)


def test_value_and_slope_go_on_at_the_knee():
    step = 1e-3
    low, knee, high = shaper.encode(f32(shaper.KNEE - step, shaper.KNEE, shaper.KNEE + step))
    assert (high - knee) / (knee - low) == pytest.approx(1.0, abs=0.03)


def test_the_peak_is_one_and_black_is_zero():
    black, peak, beyond = shaper.encode(f32(0.0, shaper.PEAK, 1e18))
    assert (black, peak, beyond) == (0.0, 1.0, 1.0)
    assert shaper.PEAK >= 100


@given(st.floats(0, shaper.PEAK, width=32))
def test_it_is_invertible(value):
    back = shaper.decode(shaper.encode(f32(value)))[0]
    assert back == pytest.approx(value, rel=2e-5, abs=1e-7)


def test_fifty_comes_back_as_fifty():
    assert shaper.decode(shaper.encode(f32(50.0)))[0] == pytest.approx(50.0, rel=1e-4)


def test_it_rises_over_all_half_floats():
    halves = np.arange(0x7C00, dtype=np.uint16).view(np.float16).astype(np.float32)
    coded = shaper.encode(halves)
    assert (np.diff(coded) >= 0).all()
    assert (np.diff(shaper.decode(np.linspace(0, 1, 4097, dtype=np.float32))) > 0).all()


@given(st.lists(st.floats(-2, 300, width=32), min_size=2, max_size=80), st.integers(1, 79))
def test_a_value_does_not_depend_on_its_neighbors(values, cut):
    whole = f32(*values)
    pieces = np.concatenate([shaper.encode(whole[:cut]), shaper.encode(whole[cut:])])
    assert np.array_equal(shaper.encode(whole), pieces)
