"""Every metric equals its definition written out."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from vst_core.errors import InputError
from vst_core.evaluation import (
    hard_trust,
    mean_squared_error,
    structural_similarity,
    temporal_errors,
)
from vst_core.flow import FlowPair

SIZES = st.integers(16, 40)


def random_picture(height, width, seed=0):
    return torch.rand(1, 3, height, width, generator=torch.Generator().manual_seed(seed))


def shift_flow(height, width, x, y=0):
    return torch.tensor([float(x), float(y)]).view(1, 2, 1, 1).expand(1, 2, height, width)


@given(height=SIZES, width=SIZES, seed=st.integers(0, 99))
@settings(max_examples=20, deadline=None)
def test_temporal_errors_equal_their_definitions_pixel_by_pixel(height, width, seed):
    now, before = random_picture(height, width, seed), random_picture(height, width, seed + 1)
    trust = (random_picture(height, width, seed + 2)[:, :1] > 0.4).float()
    found = temporal_errors(now, before, backward=shift_flow(height, width, 0), trust=trust)
    trusted = [(y, x) for y in range(height) for x in range(width) if trust[0, 0, y, x] == 1]
    now, before = now[0].permute(1, 2, 0).tolist(), before[0].permute(1, 2, 0).tolist()
    error = sum((now[y][x][c] - before[y][x][c]) ** 2 for y, x in trusted for c in range(3))
    assert found.masked_mse == pytest.approx(error / (3 * height * width), rel=1e-5)
    assert found.m2 == pytest.approx(error / (3 * len(trusted)), rel=1e-5)
    assert found.root == pytest.approx(math.sqrt(error / (3 * len(trusted))), rel=1e-5)


@given(height=SIZES, width=SIZES, x=st.integers(-5, 5), y=st.integers(-5, 5))
@settings(max_examples=20, deadline=None)
def test_a_picture_that_only_shifts_has_no_error_where_it_can_be_compared(height, width, x, y):
    scene = random_picture(height + 10, width + 10)
    before = scene[..., 5 : 5 + height, 5 : 5 + width]
    now = scene[..., 5 + y : 5 + y + height, 5 + x : 5 + x + width]
    flow = FlowPair(
        forward=shift_flow(height, width, -x, -y), backward=shift_flow(height, width, x, y)
    )
    trust = hard_trust(flow)
    found = temporal_errors(now, before, backward=flow.backward, trust=trust)
    assert trust.sum() == (height - abs(y)) * (width - abs(x))
    assert found.m2 == pytest.approx(0, abs=1e-9)
    assert found.masked_mse == pytest.approx(0, abs=1e-9)


def test_a_constant_change_by_a_tenth():
    now = torch.full((1, 3, 16, 20), 0.6)
    trust = torch.zeros(1, 1, 16, 20)
    trust[..., :8, :] = 1
    found = temporal_errors(now, now - 0.1, backward=shift_flow(16, 20, 0), trust=trust)
    assert found.m2 == pytest.approx(0.01, rel=1e-5)
    assert found.root == pytest.approx(0.1, rel=1e-5)
    assert found.masked_mse == pytest.approx(0.005, rel=1e-5)


def test_without_a_trusted_pixel_the_mean_over_them_is_undefined():
    now = random_picture(16, 16)
    trust = torch.zeros(1, 1, 16, 16)
    found = temporal_errors(now, now * 0, backward=shift_flow(16, 16, 0), trust=trust)
    assert (found.masked_mse, found.m2, found.root) == (0.0, None, None)


def test_mse_of_pictures_that_differ_by_a_half():
    one = torch.full((1, 3, 16, 16), 0.75)
    assert mean_squared_error(one, one - 0.5) == pytest.approx(0.25)
    assert mean_squared_error(one, one) == 0.0


def test_mse_equals_its_definition_value_by_value():
    one, other = random_picture(9, 12, 1), random_picture(9, 12, 2)
    pairs = zip(one.flatten().tolist(), other.flatten().tolist(), strict=True)
    expected = sum((a - b) ** 2 for a, b in pairs) / (3 * 9 * 12)
    assert mean_squared_error(one, other) == pytest.approx(expected, rel=1e-5)


@given(height=st.integers(11, 30), width=st.integers(11, 30), seed=st.integers(0, 99))
@settings(max_examples=20, deadline=None)
def test_ssim_is_one_for_equal_pictures_symmetric_and_at_most_one(height, width, seed):
    one, other = random_picture(height, width, seed), random_picture(height, width, seed + 1)
    assert structural_similarity(one, one) == pytest.approx(1.0, abs=1e-6)
    there, back = structural_similarity(one, other), structural_similarity(other, one)
    assert there == pytest.approx(back, abs=1e-6)
    assert -1 <= there < 1


def test_ssim_of_flat_pictures_is_the_luminance_term_alone():
    dark, bright = torch.full((1, 3, 20, 20), 0.2), torch.full((1, 3, 20, 20), 0.8)
    expected = (2 * 0.2 * 0.8 + 0.0001) / (0.2**2 + 0.8**2 + 0.0001)
    assert structural_similarity(dark, bright) == pytest.approx(expected, abs=1e-4)


def test_ssim_of_one_window_equals_equation_13():
    one, other = random_picture(11, 11, 1), random_picture(11, 11, 2)
    bell = [math.exp(-((i - 5) ** 2) / (2 * 1.5**2)) for i in range(11)]
    total = sum(bell) ** 2
    luma = [
        [[0.2126 * r + 0.7152 * g + 0.0722 * b for r, g, b in row] for row in picture]
        for picture in (p[0].permute(1, 2, 0).tolist() for p in (one, other))
    ]
    places = [(y, x, bell[y] * bell[x] / total) for y in range(11) for x in range(11)]
    mean = [sum(w * plane[y][x] for y, x, w in places) for plane in luma]
    centerd = [
        [(w, plane[y][x] - m) for y, x, w in places] for plane, m in zip(luma, mean, strict=True)
    ]
    spread = [sum(w * v * v for w, v in plane) for plane in centerd]
    shared = sum(w * v * u for (w, v), (_, u) in zip(*centerd, strict=True))
    c1, c2 = 0.01**2, 0.03**2
    expected = ((2 * mean[0] * mean[1] + c1) * (2 * shared + c2)) / (
        (mean[0] ** 2 + mean[1] ** 2 + c1) * (spread[0] + spread[1] + c2)
    )
    assert structural_similarity(one, other) == pytest.approx(expected, abs=1e-5)


def test_ssim_of_a_picture_is_the_mean_over_all_windows_inside():
    one, other = random_picture(14, 13, 1), random_picture(14, 13, 2)
    windows = [
        structural_similarity(*(p[..., y : y + 11, x : x + 11] for p in (one, other)))
        for y in range(4)
        for x in range(3)
    ]
    expected = sum(windows) / len(windows)
    assert structural_similarity(one, other) == pytest.approx(expected, abs=1e-6)


def test_ssim_of_a_picture_smaller_than_the_window_is_refused():
    with pytest.raises(InputError, match="10 x 12"):
        structural_similarity(random_picture(12, 10), random_picture(12, 10))
