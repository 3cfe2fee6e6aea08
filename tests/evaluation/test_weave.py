"""The weave is what repeats every four pixels where the source is calm."""

import pytest
import torch

from vst_core.evaluation import weave


def flat(size=64, value=0.5):
    return torch.full((1, 3, size, size), value)


def every(period, size=64, height=0.1):
    """Vertical lines, `period` pixels apart."""
    line = (torch.arange(size) % period == 0).float() * height
    return flat(size) + line


def test_lines_every_four_pixels_have_the_spread_of_their_period():
    # One of four columns is 0.1 higher: the variance is 0.1^2 * (1/4) * (3/4).
    assert weave(every(4), flat()) == pytest.approx((0.01 * 3 / 16) ** 0.5, rel=1e-5)


def test_it_equals_its_definition_value_by_value():
    """Of a window's mean over repeats, 4 x 4 values a channel: the spread about their mean."""
    out = torch.rand(1, 3, 33, 64, generator=torch.Generator().manual_seed(1))
    errors = []
    for window in (out[0, :, :32, :32], out[0, :, :32, 32:]):
        for plane in window.double():
            cells = [[plane[y::4, x::4].mean().item() for x in range(4)] for y in range(4)]
            mean = sum(map(sum, cells)) / 16
            errors += [(value - mean) ** 2 for row in cells for value in row]
    expected = (sum(errors) / len(errors)) ** 0.5
    assert weave(out, flat(64)[..., :33, :]) == pytest.approx(expected, rel=1e-9)


def test_other_periods_leave_nothing_where_they_fill_the_window():
    assert weave(every(32), flat()) < weave(every(4), flat()) / 3
    assert weave(every(3), flat()) < weave(every(4), flat()) / 6


def test_a_slope_is_no_weave_and_grain_is_hardly_any():
    slope = torch.linspace(0, 0.05, 64).expand(1, 3, 64, 64)
    grain = flat() + 0.02 * torch.randn(1, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    assert weave(slope, flat()) < 0.002
    assert weave(grain, flat()) < 0.005


def test_only_calm_windows_of_the_source_count():
    source, out = flat(), every(4)
    source[..., 32:] = torch.rand(1, 3, 64, 32, generator=torch.Generator().manual_seed(0))
    out[..., 32:] = 0.5
    assert weave(out, source) == pytest.approx(weave(every(4), flat()), rel=1e-6)
    assert weave(out, torch.rand(1, 3, 64, 64)) is None
    assert weave(flat(16), flat(16)) is None
