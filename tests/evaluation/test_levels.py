"""Levels as they are defined: what is clipped, each channel, and how far it strays."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from vst_core.evaluation import channel_levels, clipped, drift, tenths

VALUES = st.floats(0, 1, width=32)


def picture_of(pixels):
    """1 x 3 x 1 x n of n triples."""
    return torch.tensor(pixels, dtype=torch.float32).T[None, :, None]


@given(st.lists(st.tuples(VALUES, VALUES, VALUES), min_size=1, max_size=20))
def test_clipped_pixels_counted_one_by_one(pixels):
    shadows, highlights = clipped(picture_of(pixels))
    dark = sum(any(value <= 0.5 / 255 for value in pixel) for pixel in pixels)
    bright = sum(any(value >= 1 - 0.5 / 255 for value in pixel) for pixel in pixels)
    assert shadows == pytest.approx(dark / len(pixels))
    assert highlights == pytest.approx(bright / len(pixels))


def test_one_channel_is_enough_and_a_step_of_8_bits_is_not():
    pixels = [(0, 0.5, 0.5), (1 / 255, 0.5, 0.5), (0.5, 1, 0.5), (0.5, 254 / 255, 0.5)]
    assert clipped(picture_of(pixels)) == (0.25, 0.25)


@given(st.lists(st.tuples(VALUES, VALUES, VALUES), min_size=1, max_size=20))
def test_means_and_deviations_written_out(pixels):
    found = channel_levels(picture_of(pixels))
    for place, name in enumerate(("red", "green", "blue")):
        values = [pixel[place] for pixel in pixels]
        mean = sum(values) / len(values)
        spread = math.sqrt(sum((value - mean) ** 2 for value in values) / len(values))
        assert found[f"{name}_mean"] == pytest.approx(mean, abs=1e-6)
        assert found[f"{name}_deviation"] == pytest.approx(spread, abs=1e-6)
    assert len(found) == 6


@given(st.lists(VALUES, min_size=10, max_size=60))
def test_drift_is_the_largest_step_from_the_first_tenth(values):
    size = len(values) // 10
    parts = [values[n * size : (n + 1) * size] for n in range(9)] + [values[9 * size :]]
    means = [sum(part) / len(part) for part in parts]
    assert tenths(values) == pytest.approx(means)
    assert drift(values) == pytest.approx(max(abs(mean - means[0]) for mean in means))


def test_fewer_than_ten_frames_say_nothing_of_drift():
    assert tenths([0.5] * 9) is None
    assert drift([0.0] * 8 + [1.0]) is None


@given(period=st.integers(1, 10), repeats=st.integers(1, 5), values=st.lists(VALUES, min_size=10))
def test_a_loop_that_fits_into_a_tenth_does_not_drift(period, repeats, values):
    loop = values[:period] * repeats
    assert drift(loop * 10) == pytest.approx(0, abs=1e-6)
