"""Contrast at the borders against the middle."""

import pytest
import torch

from vst_core.errors import UsageError
from vst_core.evaluation import border_contrast


def stripes(height, width, low, high):
    columns = torch.where(torch.arange(width) % 2 == 0, low, high)
    return columns.expand(1, 3, height, width).clone()


def test_it_is_one_deviation_over_the_other():
    picture = stripes(100, 160, 0.4, 0.6)
    picture[..., 32:-32, 32:-32] = stripes(36, 96, 0.1, 0.9)
    assert border_contrast(picture) == pytest.approx(0.1 / 0.4, rel=1e-6)
    assert border_contrast(stripes(100, 160, 0.2, 0.7)) == pytest.approx(1, rel=1e-3)


def test_it_is_luma_that_counts():
    picture = stripes(80, 80, 0.5, 0.5)
    picture[:, 1, :, ::2] = 0.7
    blue = stripes(80, 80, 0.5, 0.5)
    blue[:, 2, 10:-10, 10:-10] = 0.7
    blue[:, 1, 20:-20, 20:-20] = 0.6
    expected = _by_hand(blue, 10)
    assert border_contrast(blue, band=10) == pytest.approx(expected, rel=1e-5)
    assert border_contrast(picture, band=10) == pytest.approx(1, rel=1e-5)


def _by_hand(picture, band):
    luma = 0.2126 * picture[0, 0] + 0.7152 * picture[0, 1] + 0.0722 * picture[0, 2]
    middle = luma[band:-band, band:-band]
    every = luma.double()
    inside = torch.zeros_like(luma, dtype=torch.bool)
    inside[band:-band, band:-band] = True
    edge = every[~inside]
    return ((edge - edge.mean()).square().mean().sqrt() / middle.double().std(correction=0)).item()


@pytest.mark.parametrize(("size", "band"), [((60, 100), 32), ((64, 64), 32), ((40, 40), 0)])
def test_a_picture_without_a_middle_is_refused(size, band):
    with pytest.raises(UsageError, match="has no middle"):
        border_contrast(torch.rand(1, 3, *size), band=band)


def test_a_middle_without_contrast_is_refused():
    with pytest.raises(UsageError, match="no contrast"):
        border_contrast(torch.zeros(1, 3, 80, 80))
