"""Mean and variance from strips of rows: their definition, and the same bytes for any strips."""

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from vst_core.nets.row_sums import RowSums


def noise(*shape, seed=0):
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed))


def of_parts(x, heights, weight=None):
    sums = RowSums(weight)
    for part in torch.split(x, heights, dim=2):
        sums.add(part)
    return sums.statistics()


@settings(deadline=None, max_examples=30)
@given(heights=st.lists(st.integers(1, 19), min_size=1, max_size=5), weighed=st.booleans())
def test_however_the_rows_are_parted_the_bytes_are_the_same(heights, weighed):
    x = noise(1, 5, sum(heights), 23).contiguous(memory_format=torch.channels_last)
    weight = noise(1, 1, sum(heights), 23, seed=1) + 0.1 if weighed else None
    parted, whole = of_parts(x, heights, weight), of_parts(x, [sum(heights)], weight)
    assert all(torch.equal(one, other) for one, other in zip(parted, whole, strict=True))


def test_they_are_mean_and_variance():
    x, weight = noise(1, 3, 30, 20).double(), noise(1, 1, 30, 20, seed=1).double()
    mean, variance = of_parts(x.float(), [16, 14], weight.float())
    share = weight / weight.sum()
    wanted = (x * share).sum((0, 2, 3))
    spread = ((x - wanted[None, :, None, None]).square() * share).sum((0, 2, 3))
    torch.testing.assert_close(mean.double(), wanted, rtol=1e-5, atol=1e-6)
    torch.testing.assert_close(variance.double(), spread, rtol=1e-4, atol=1e-7)


def test_a_small_variance_beside_a_large_mean_stays():
    x = 1000 + 0.01 * noise(1, 2, 64, 64)
    _, variance = of_parts(x, [40, 24])
    torch.testing.assert_close(variance, x.double().var((0, 2, 3)).float(), rtol=0.02, atol=0)


def test_what_is_centered_is_taken_as_it_is():
    x = noise(1, 2, 20, 30) - 0.5
    sums = RowSums(centered=True)
    sums.add(x)
    mean, variance = sums.statistics()
    torch.testing.assert_close(mean, x.mean((0, 2, 3)), rtol=0, atol=1e-6)
    torch.testing.assert_close(variance, x.var((0, 2, 3), correction=0), rtol=1e-5, atol=0)
