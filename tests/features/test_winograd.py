"""Winograd's convolutions against torch's own, forwards and backwards."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from vst_core.features import Vgg, winograd
from vst_core.features.winograd import FrozenConv

pytestmark = pytest.mark.usefixtures("one_thread")

needs_no_matrix_units = pytest.mark.skipif(
    torch.cpu._is_amx_tile_supported(), reason="this CPU has matrix units: torch's own is faster"
)


def draw(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def convolution(before, width, dtype=torch.float32):
    conv = FrozenConv(before, width).requires_grad_(False)
    conv.weight.copy_(draw(width, before, 3, 3) / (9 * before) ** 0.5)
    conv.bias.copy_(draw(width, seed=1))
    return conv.to(dtype)


def gradient(conv, x, slope):
    leaf = x.detach().requires_grad_()
    return torch.autograd.grad(conv(leaf), leaf, slope)[0]


def error(found, wanted):
    return float((found.double() - wanted.double()).norm() / wanted.double().norm())


@settings(max_examples=30, deadline=None)
@given(
    count=st.integers(1, 3),
    size=st.tuples(st.integers(1, 9), st.integers(1, 9)),
    channels=st.tuples(st.integers(1, 5), st.integers(1, 5)),
    tiles=st.integers(1, 12),
)
def test_in_float64_it_is_torchs_convolution_at_every_size(count, size, channels, tiles):
    conv = convolution(*channels, torch.float64)
    x = draw(count, channels[0], *size).double()
    slope = draw(count, channels[1], *size, seed=2).double()

    def layer(given):
        return conv(given).relu_()  # in place, as in a network

    expected, back = conv(x), gradient(layer, x, slope)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(winograd, "_TILES", tiles)
        patch.setattr(FrozenConv, "_pays", lambda self: True)
        conv.hasten()
        torch.testing.assert_close(conv(x), expected)
        torch.testing.assert_close(gradient(layer, x, slope), back)


@needs_no_matrix_units
def test_in_bf16_it_is_off_by_less_than_a_hundredth():
    exact, conv = convolution(128, 128), convolution(128, 128, torch.bfloat16)
    x, slope = draw(1, 128, 17, 22).relu(), draw(1, 128, 17, 22, seed=2)
    conv.hasten()
    assert conv._kernels is not None
    assert error(conv(x.bfloat16()), exact(x)) < 0.01
    found = gradient(conv, x.bfloat16(), slope.bfloat16())
    assert error(found, gradient(exact, x, slope)) < 0.01


def test_what_it_gives_is_channels_last():
    conv = convolution(128, 128, torch.bfloat16)
    conv.hasten()
    for size in ((8, 8), (7, 9)):
        x = draw(2, 128, *size).bfloat16().contiguous(memory_format=torch.channels_last)
        assert conv(x).is_contiguous(memory_format=torch.channels_last)


@pytest.mark.parametrize(
    ("dtype", "simd", "matrices", "pays"),
    [
        (torch.bfloat16, "AVX512", False, True),
        (torch.bfloat16, "AVX512", True, False),
        (torch.float32, "AVX2", False, True),
        (torch.float32, "AVX512", False, False),
        (torch.float16, "AVX2", False, False),
    ],
)
def test_where_it_does_not_pay_torchs_own_stays(monkeypatch, dtype, simd, matrices, pays):
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: simd)
    monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda: matrices)
    for channels in (64, 128):
        conv = convolution(channels, channels, dtype)
        conv.hasten()
        assert (conv._kernels is not None) == (pays and channels == 128)


def test_in_float32_it_is_off_by_less_than_a_hundred_thousandth(monkeypatch):
    exact, conv = convolution(128, 128, torch.float64), convolution(128, 128)
    x, slope = draw(1, 128, 17, 22).relu(), draw(1, 128, 17, 22, seed=2)
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: "AVX2")
    conv.hasten()
    assert error(conv(x), exact(x.double())) < 1e-5
    assert error(gradient(conv, x, slope), gradient(exact, x.double(), slope.double())) < 1e-5


def test_an_encoder_that_goes_back_to_float32_is_exact_again(monkeypatch):
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: "AVX512")
    encoder = Vgg(((8,), (128, 128)))
    picture = torch.rand(1, 3, 16, 16)
    encoder.at(torch.bfloat16)
    encoder.at(torch.float32)
    plain = nn.Conv2d(128, 128, 3, padding=1).requires_grad_(False)
    plain.load_state_dict(encoder.convs["relu2_2"].state_dict())
    found = encoder(picture, ("relu2_1", "relu2_2"))
    assert torch.equal(found["relu2_2"], plain(found["relu2_1"]).relu())


def test_it_is_the_same_every_time_and_leaves_the_weights_alone():
    conv = convolution(128, 128, torch.bfloat16)
    before = {name: value.clone() for name, value in conv.state_dict().items()}
    x = draw(1, 128, 12, 12).bfloat16()
    conv.hasten()
    one = conv(x)
    conv.hasten()
    assert torch.equal(conv(x), one)
    assert conv.state_dict().keys() == before.keys()
    assert all(torch.equal(value, before[name]) for name, value in conv.state_dict().items())
