"""Convolutions of strips: what they compute, and that threads decide no byte."""

import pytest
import torch
from torch.nn import functional as F

from vst_core.nets import convolving
from vst_core.nets.convolving import StripConv

pytestmark = pytest.mark.usefixtures("one_thread")


def noise(*shape, seed=0):
    made = torch.randn(*shape, generator=torch.Generator().manual_seed(seed))
    return made.contiguous(memory_format=torch.channels_last) if len(shape) == 4 else made


@pytest.mark.parametrize("quick", [False, True])
def test_channels_are_multiplied_first_and_the_bias_is_added_last(quick, monkeypatch):
    monkeypatch.setattr(convolving, "pays", lambda weight: quick)
    x, weight, gain, bias = noise(1, 5, 20, 30), noise(7, 5, 3, 3), noise(5), noise(7)
    found = StripConv(weight, precision=torch.float32).with_(gain, bias)(x)
    wanted = F.conv2d(x * gain[:, None, None], weight, bias)
    torch.testing.assert_close(found, wanted, rtol=0, atol=1e-3)


def test_what_is_made_of_one_color():
    weight, color = noise(7, 5, 3, 3), noise(5)
    conv = StripConv(weight, precision=torch.float32)
    found = conv.with_(None)(color[:, None, None].expand(1, 5, 9, 9))
    torch.testing.assert_close(found[0, :, 3, 3], conv.of_constant(color), rtol=0, atol=1e-5)


@pytest.mark.parametrize("stride", [1, 2])
def test_the_mean_of_the_first_row(stride):
    x, weight, gain = noise(1, 5, 20, 31), noise(7, 5, 3, 3), noise(5)
    conv = StripConv(weight, precision=torch.float32, stride=stride)
    wanted = conv.with_(gain)(x)[0, :, 0].mean(1)
    torch.testing.assert_close(conv.line_mean(x, gain), wanted, rtol=0, atol=1e-5)


@pytest.mark.parametrize(("channels", "stride"), [((16, 32, 3), 2), ((64, 32, 2), 1)])
@pytest.mark.parametrize("height", [1, 5, 9, 40])
@pytest.mark.parametrize("kind", [torch.float32, torch.bfloat16])
def test_the_number_of_threads_changes_nothing(channels, stride, height, kind):
    into, outof, size = channels
    shape = (height - 1) * stride + size, 56 * stride + size
    x, found = noise(1, into, *shape).to(kind), []
    conv = StripConv(noise(outof, into, size, size), precision=kind, stride=stride).with_(None)
    for threads in (1, 2, 3, 8):
        torch.set_num_threads(threads)
        found.append(conv(x))
    assert found[0].shape == (1, outof, height, 57)
    assert all(torch.equal(found[0], other) for other in found)
