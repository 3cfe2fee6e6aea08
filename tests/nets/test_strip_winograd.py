"""Winograd's convolution is the convolution, at any size, in any number of threads."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from vst_core.nets.strip_winograd import WinogradConv, kernels_of, pays

pytestmark = pytest.mark.usefixtures("one_thread")


def noise(*shape, seed=0):
    made = torch.randn(*shape, generator=torch.Generator().manual_seed(seed))
    return made.contiguous(memory_format=torch.channels_last) if len(shape) == 4 else made


@settings(deadline=None, max_examples=30)
@given(
    height=st.integers(1, 40),
    width=st.integers(1, 40),
    channels=st.tuples(st.integers(1, 9), st.integers(1, 9)),
    biased=st.booleans(),
)
def test_it_is_the_convolution(height, width, channels, biased):
    into, outof = channels
    x, weight = noise(1, into, height + 2, width + 2), noise(outof, into, 3, 3, seed=1) / into
    bias = noise(outof, seed=2) if biased else None
    found = WinogradConv(kernels_of(weight), bias)(x)
    wanted = F.conv2d(x.double(), weight.double(), None if bias is None else bias.double())
    torch.testing.assert_close(found.double(), wanted, rtol=0, atol=1e-4)
    assert found[0].permute(1, 2, 0).is_contiguous()


def test_the_number_of_threads_changes_nothing():
    x, weight, found = noise(1, 64, 57, 259), noise(64, 64, 3, 3, seed=1), []
    for threads in (1, 2, 3):
        torch.set_num_threads(threads)
        found.append(WinogradConv(kernels_of(weight))(x))
    assert torch.equal(found[0], found[1])
    assert torch.equal(found[0], found[2])


@pytest.mark.parametrize(
    ("instructions", "shape", "wanted"),
    [
        ("AVX2", (64, 64, 3, 3), True),
        ("AVX2", (64, 32, 3, 3), False),
        ("AVX2", (64, 64, 9, 9), False),
        ("AVX512", (64, 64, 3, 3), False),
        ("AVX512", (128, 128, 3, 3), True),
        ("DEFAULT", (128, 128, 3, 3), False),
    ],
)
def test_where_it_pays(instructions, shape, wanted, monkeypatch):
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: instructions)
    assert pays(torch.empty(shape)) == wanted
    assert not pays(torch.empty(shape, dtype=torch.bfloat16))
