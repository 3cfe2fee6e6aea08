"""The norm of strips, in two parts: what is cut off now, and what the next kernels take over."""

import torch
from torch.nn import functional as F

from vst_core.nets.strip_norm import StripNorm, add_to_channels


def noise(*shape, seed=0):
    made = torch.randn(*shape, generator=torch.Generator().manual_seed(seed))
    return made.contiguous(memory_format=torch.channels_last) if len(shape) == 4 else made


def norm_of(x, scale):
    mean, variance = x.mean((0, 2, 3)), x.var((0, 2, 3), correction=0)
    return StripNorm(scale=scale, shift=noise(len(scale), seed=1), mean=mean, variance=variance)


def wanted_of(x, norm):
    return F.batch_norm(x, norm.mean, norm.variance, norm.scale, norm.shift)


def test_cut_multiplied_and_moved_it_is_norm_and_relu():
    x, scale = 3 * noise(1, 6, 9, 11) + 5, torch.tensor([0.5, 2.0, 0.0, 1e-30, 1e-4, 1.0])
    norm, out = norm_of(x, scale), torch.full((1, 6, 9, 13), 7.0)
    out = out.contiguous(memory_format=torch.channels_last)
    norm.cut(x, out[..., 1:-1])
    found = out[..., 1:-1] * norm.gain[:, None, None] + norm.offset[:, None, None]
    torch.testing.assert_close(found, wanted_of(x, norm).relu(), rtol=0, atol=1e-5)
    assert bool((out[..., [0, -1]] == 7).all())


def test_whole_it_is_norm_and_relu():
    x, out = noise(1, 4, 700, 60), torch.empty(1, 4, 700, 60)
    norm = norm_of(x, noise(4, seed=2).abs())
    wanted = wanted_of(x, norm).relu()
    norm.whole(x, out)
    torch.testing.assert_close(out, wanted, rtol=0, atol=1e-5)


def test_it_is_added_without_relu():
    x, to = noise(1, 4, 700, 60), noise(1, 4, 700, 62, seed=3)
    norm = norm_of(x, noise(4, seed=2).abs())
    wanted = to[..., 1:-1] + wanted_of(x, norm)
    norm.add(x.clone(memory_format=torch.channels_last), to[..., 1:-1])
    torch.testing.assert_close(to[..., 1:-1], wanted, rtol=0, atol=1e-5)


def test_half_floats_hold_the_cut():
    x = torch.zeros(1, 1, 4, 4, dtype=torch.float16)
    one = torch.ones(1)
    norm = StripNorm(scale=1e-6 * one, shift=-one, mean=0 * one, variance=one)
    norm.cut(x, x)
    assert bool(x.isfinite().all())


def test_what_is_no_number_stays_none():
    norm = StripNorm(
        scale=torch.ones(1),
        shift=torch.ones(1),
        mean=torch.zeros(1),
        variance=torch.tensor([float("nan")]),
    )
    assert bool(norm.gain.isnan())


def test_numbers_are_added_to_channels():
    x, numbers = noise(1, 5, 3, 4), noise(5)
    wanted = x + numbers[:, None, None]
    assert torch.equal(add_to_channels(x, numbers), wanted)
