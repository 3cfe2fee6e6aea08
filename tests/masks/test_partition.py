"""Mattes: shares that sum to 1, sharp and soft edges, composites."""

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from vst_core.masks import blur, by_style, composite, feather, harden, partition, steady

sizes = st.integers(16, 40)
masks = st.builds(
    lambda count, height, width, seed, sharp: _masks(count, height, width, seed, sharp=sharp),
    st.integers(1, 4),
    sizes,
    sizes,
    st.integers(0, 2**31),
    st.booleans(),
)
few = settings(deadline=None, max_examples=25)


def _masks(count, height, width, seed, *, sharp):
    made = torch.rand(count, 1, height, width, generator=torch.Generator().manual_seed(seed))
    return made.round() if sharp else made


@given(masks=masks)
@few
def test_shares_sum_to_one_everywhere(masks):
    shares = partition(masks)
    assert shares.shape == (len(masks) + 1, *masks.shape[1:])
    assert shares.min() >= 0
    torch.testing.assert_close(shares.sum(0), torch.ones_like(masks[0]), atol=1e-6, rtol=0)


@given(masks=masks)
@few
def test_a_lower_mask_has_what_the_upper_ones_leave(masks):
    shares, left = partition(masks), torch.ones_like(masks[0])
    for share, mask in zip(shares, masks, strict=False):
        torch.testing.assert_close(share, mask * left, atol=1e-6, rtol=0)
        left = left * (1 - mask)


@given(masks=masks, seed=st.integers(0, 99))
@few
def test_regions_of_one_style_are_one(masks, seed):
    shares = partition(masks)
    styles = torch.randint(3, (len(shares),), generator=torch.Generator().manual_seed(seed))
    mattes = by_style(shares, styles.tolist(), 3)
    for style in range(3):
        torch.testing.assert_close(mattes[style], shares[styles == style].sum(0))
    torch.testing.assert_close(mattes.sum(0), torch.ones_like(masks[0]), atol=1e-6, rtol=0)


@given(masks=masks)
@few
def test_hard_mattes_are_those_of_the_largest_share(masks):
    shares = partition(masks)
    hard = harden(shares)
    assert set(hard.unique().tolist()) <= {0.0, 1.0}
    assert torch.equal(hard.sum(0), torch.ones_like(masks[0]))
    assert torch.equal((hard * shares).sum(0), shares.amax(0))


def test_of_equal_shares_the_first_has_the_pixel():
    assert harden(torch.full((2, 1, 4, 4), 0.5))[0].all()


@given(masks=masks)
@few
def test_feathering_keeps_to_the_range(masks):
    soft = feather(masks)
    assert soft.shape == masks.shape
    assert 0 <= soft.min() <= soft.max() <= 1


def test_a_blur_is_a_gaussian():
    spot = torch.zeros(1, 1, 41, 41)
    spot[..., 20, 20] = 1
    blurred = blur(spot, sigma=2.0)
    assert abs(float(blurred.sum()) - 1) < 1e-5
    along = torch.arange(41) - 20.0
    assert abs(float((blurred[0, 0].sum(0) * along**2).sum()) - 4) < 0.1  # its variance
    torch.testing.assert_close(blurred, blurred.transpose(2, 3))


def test_a_composite_is_the_weighted_sum():
    pictures = [torch.rand(1, 3, 16, 20) for _ in range(3)]
    mattes = partition(torch.rand(2, 1, 16, 20))
    expected = sum(m * p for m, p in zip(mattes, pictures, strict=True))
    torch.testing.assert_close(composite(pictures, mattes), expected)


def test_where_a_matte_is_one_its_picture_is_unchanged():
    pictures = [torch.rand(1, 3, 16, 20) for _ in range(3)]
    mattes = harden(partition(torch.rand(2, 1, 16, 20)))
    made = composite(pictures, mattes)
    for picture, matte in zip(pictures, mattes, strict=True):
        inside = matte.expand(3, -1, -1) == 1
        assert torch.equal(made[0][inside], picture[0][inside])


def test_steadying_follows_the_past_where_it_is_trusted():
    now, past = torch.zeros(2, 1, 16, 16), torch.ones(2, 1, 16, 16)
    trust = torch.zeros(1, 1, 16, 16)
    trust[..., :8] = 1
    steadied = steady(now, past, trust)
    assert torch.equal(steadied[..., 8:], now[..., 8:])
    assert (steadied[..., :8] > 0.5).all()
    assert torch.equal(steady(past, past, trust), past)
