"""The conditional norm is torch's instance norm with each picture's own scale and shift."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from vst_core.nets.layers import ConditionalNorm, PaddedConv

FAST = settings(deadline=None, max_examples=15)


def norm_with(styles, channels, *, training):
    norm = ConditionalNorm(channels, styles=styles).train(training)
    random = torch.Generator().manual_seed(styles)
    norm.scale.data = torch.randn(styles, channels, generator=random)
    norm.shift.data = torch.randn(styles, channels, generator=random)
    return norm


def definition(x, scale, shift):
    return torch.cat(
        [
            F.instance_norm(one[None], weight=gain, bias=offset, eps=1e-5)
            for one, gain, offset in zip(x, scale, shift, strict=True)
        ]
    )


@pytest.mark.parametrize("training", [True, False])
@FAST
@given(
    batch=st.integers(1, 3),
    channels=st.integers(1, 9),
    size=st.tuples(st.integers(2, 30), st.integers(2, 30)),
    last=st.booleans(),
)
def test_both_forms_are_instance_norm(training, batch, channels, size, last):
    random = torch.Generator().manual_seed(size[0] * 31 + size[1])
    x = 3 * torch.randn(batch, channels, *size, generator=random) + 1
    x = x.to(memory_format=torch.channels_last) if last else x
    norm = norm_with(2, channels, training=training)
    rows = torch.randint(2, (batch,), generator=random)
    with torch.no_grad():
        found = norm(x, torch.eye(2)[rows])
    expected = definition(x, norm.scale[rows], norm.shift[rows])
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("training", [True, False])
def test_a_mix_of_styles_mixes_their_rows(training):
    norm = norm_with(3, 4, training=training)
    x = torch.randn(2, 4, 12, 10, generator=torch.Generator().manual_seed(1))
    mix = torch.tensor([[0.2, 0.3, 0.5], [0.0, 1.0, 0.0]])
    with torch.no_grad():
        found = norm(x, mix)
        expected = definition(x, mix @ norm.scale, mix @ norm.shift)
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("training", [True, False])
def test_each_picture_of_a_batch_is_normalized_alone(training):
    norm = norm_with(2, 4, training=training)
    x = torch.randn(3, 4, 9, 11, generator=torch.Generator().manual_seed(1))
    mix = torch.tensor([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]])
    with torch.no_grad():
        together = norm(x, mix)
        alone = torch.cat([norm(x[i : i + 1], mix[i : i + 1]) for i in range(3)])
    torch.testing.assert_close(together, alone)


@pytest.mark.parametrize("mean", [0.0, 5.0, 50.0])
@pytest.mark.parametrize("spread", [1.0, 0.1])
@pytest.mark.parametrize("kind", [torch.float32, torch.bfloat16])
def test_a_low_contrast_is_not_lost_in_rounding(mean, spread, kind):
    random = torch.Generator().manual_seed(3)
    x = (mean + spread * torch.randn(1, 8, 64, 64, generator=random)).to(kind)
    norm = ConditionalNorm(8, styles=1).eval()
    with torch.no_grad():
        found = norm(x.to(memory_format=torch.channels_last), torch.ones(1, 1))
    assert found.dtype == kind
    expected = F.instance_norm(x.double())
    close = 2e-2 if kind == torch.bfloat16 else 1e-3
    torch.testing.assert_close(found.double(), expected, rtol=0, atol=close)


def test_a_flat_picture_gives_the_shift():
    norm = norm_with(1, 4, training=False)
    with torch.no_grad():
        found = norm(torch.full((1, 4, 20, 20), 0.3), torch.ones(1, 1))
    expected = norm.shift.view(1, 4, 1, 1).expand_as(found)
    torch.testing.assert_close(found, expected, atol=1e-3, rtol=0)


@FAST
@given(
    height=st.integers(5, 20),
    width=st.integers(5, 20),
    kernel=st.sampled_from([1, 3, 9]),
    stride=st.sampled_from([1, 2]),
)
def test_padded_convolutions_mirror_the_border(height, width, kernel, stride):
    conv = PaddedConv(2, 3, kernel=kernel, stride=stride)
    x = torch.randn(1, 2, height, width)
    columns = [min(abs(i), 2 * width - 2 - i) for i in range(-(kernel // 2), width + kernel // 2)]
    rows = [min(abs(i), 2 * height - 2 - i) for i in range(-(kernel // 2), height + kernel // 2)]
    mirrored = x[:, :, rows][:, :, :, columns]
    with torch.no_grad():
        found, expected = conv(x), F.conv2d(mirrored, conv.conv.weight, stride=stride)
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-5)
    assert found.shape[-2:] == (-(-height // stride), -(-width // stride))
