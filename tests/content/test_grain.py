"""Grain is found, taken out, and nothing is done where there is none."""

from pathlib import Path

import pytest
import torch

from vst_core.content.grain import denoised, noise_of
from vst_core.image import read_picture

SHOT = Path(__file__).resolve().parents[1] / "shot"


@pytest.fixture(scope="module")
def clean():
    return read_picture(SHOT / "balloon_0001.png")[..., 60:220, 100:300]


def grained(picture, sigma, seed=0):
    noise = torch.randn(picture.shape, generator=torch.Generator().manual_seed(seed))
    return (picture + noise * sigma).clamp(0, 1)


@pytest.mark.parametrize("sigma", [4 / 255, 8 / 255, 16 / 255])
def test_the_noise_of_a_picture_is_measured(clean, sigma):
    assert noise_of(grained(clean, sigma)) == pytest.approx(sigma, rel=0.2)


@pytest.mark.parametrize("sigma", [4 / 255, 8 / 255])
def test_grain_goes_and_the_picture_stays(clean, sigma):
    found = denoised(grained(clean, sigma))
    before, after = sigma**2, float((found - clean).square().mean())
    assert after < before / 1.5
    assert found.shape == clean.shape


def test_a_picture_without_noise_comes_back_as_it_is(clean):
    assert denoised(clean) is clean


def test_a_tiny_picture_is_left_alone():
    picture = grained(torch.full((1, 3, 8, 8), 0.5), 0.1)
    assert denoised(picture) is picture
