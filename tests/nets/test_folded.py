"""The forms for inference give what the plain network gives, a margin left out."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from vst_core.nets import FoldedNet, PlainNet, StreamedNet, TransformNet, pair_net

pytestmark = pytest.mark.usefixtures("one_thread")

ONE = torch.ones(1, 1)


def network(*, width=4, channels=3):
    torch.manual_seed(1)
    net = TransformNet(width=width, channels=channels).eval()
    for name, value in net.named_parameters():
        if name.endswith((".scale", ".shift")):
            value.data += 0.5 * torch.randn(value.shape)
    return net


def noise(*shape):
    return 4 * torch.rand(*shape, generator=torch.Generator().manual_seed(2)) - 2


def inner(picture, margin):
    return picture[..., margin:-margin, margin:-margin]


@settings(deadline=None, max_examples=20)
@given(
    height=st.integers(16, 47),
    width=st.integers(16, 47),
    margin=st.integers(4, 7),
    channels=st.sampled_from([3, 7]),
    form=st.sampled_from([FoldedNet, StreamedNet]),
)
@torch.no_grad()
def test_it_is_the_plain_network_at_any_size(height, width, margin, channels, form):
    net, x = network(channels=channels), noise(1, channels, height, width)
    found = form(net, precision=torch.float32)(x, margin=margin)
    torch.testing.assert_close(found, inner(net(x, ONE), margin), rtol=0, atol=1e-4)
    assert found.is_contiguous()


@pytest.mark.parametrize("form", [FoldedNet, StreamedNet])
@settings(deadline=None, max_examples=10)
@given(height=st.integers(16, 47), width=st.integers(16, 47), margin=st.integers(1, 7))
@torch.no_grad()
def test_it_is_the_plain_network_with_small_kernels_as_well(form, height, width, margin):
    torch.manual_seed(1)
    net, x = pair_net(width=4).eval(), noise(1, 3, height, width)
    found = form(net, precision=torch.float32)(x, margin=margin)
    torch.testing.assert_close(found, inner(net(x, ONE), margin), rtol=0, atol=1e-4)


@torch.no_grad()
def test_norms_may_turn_round_what_they_scale():
    net, x = network(), noise(1, 3, 40, 52)
    for name, value in net.named_parameters():
        if name.endswith(".scale"):
            value.data[:, ::2] *= -1
    found = FoldedNet(net, precision=torch.float32)(x, margin=5)
    torch.testing.assert_close(found, inner(net(x, ONE), 5), rtol=0, atol=1e-4)


@pytest.mark.parametrize("form", [FoldedNet, StreamedNet])
@torch.no_grad()
def test_it_is_the_plain_network_in_full_width_and_at_great_contrast(form):
    net, x = network(width=32, channels=7), 10 * noise(1, 7, 60, 84)
    found = form(net, precision=torch.float32)(x, margin=16)
    torch.testing.assert_close(found, inner(net(x, ONE), 16), rtol=0, atol=1e-4)


@torch.no_grad()
def test_in_fp16_a_cards_form_knows_more_of_calm_pictures_than_half_floats_hold():
    """A faint slope in the dark: half floats make steps of it, which the first norm blows up."""
    net = network(width=8)
    slope = torch.linspace(0, 0.02, 96).expand(1, 3, 96, 96) * 4 - 2
    exact = inner(net(slope, ONE), 16)
    found = StreamedNet(net, precision=torch.float16)(slope, margin=16)
    rounded = StreamedNet(net, precision=torch.float32)(slope.half().float(), margin=16)
    assert (found - exact).abs().max() < 0.25 * (rounded - exact).abs().max()


@pytest.mark.parametrize("form", [FoldedNet, StreamedNet])
@torch.no_grad()
def test_in_bf16_it_is_as_near_to_float32_as_the_plain_network(form):
    net, x = network(width=16), noise(1, 3, 96, 128)
    exact = inner(net(x, ONE), 16)
    folded = form(net, precision=torch.bfloat16)(x, margin=16)
    plain = inner(net.bfloat16()(x.bfloat16(), ONE.bfloat16()), 16).float()
    assert folded.dtype == torch.float32
    assert (folded - exact).abs().mean() < 1.2 * (plain - exact).abs().mean()


@pytest.mark.parametrize("kind", [torch.float32, torch.bfloat16])
def test_the_number_of_threads_changes_nothing(kind):
    net, x, outputs = FoldedNet(network(width=8), precision=kind), noise(1, 3, 150, 222), []
    for threads in (1, 2, 3):
        torch.set_num_threads(threads)
        outputs.append(net(x, margin=16))
    assert torch.equal(outputs[0], outputs[1])
    assert torch.equal(outputs[0], outputs[2])


@settings(deadline=None, max_examples=12)
@given(
    size=st.tuples(st.integers(24, 330), st.integers(24, 90)),
    kind=st.sampled_from([torch.float32, torch.bfloat16]),
    weighed=st.booleans(),
)
def test_with_little_memory_the_bytes_are_the_same(size, kind, weighed):
    net, x = FoldedNet(network(channels=7), precision=kind), noise(1, 7, *size)
    weight = torch.rand(1, 1, *size) if weighed else None
    roomy, sparing = (net(x, margin=5, weight=weight, roomy=roomy) for roomy in (True, False))
    assert torch.equal(roomy, sparing)


def test_with_little_memory_what_is_as_large_as_the_frame_is_never_kept(monkeypatch):
    """Each tensor that the network makes is smaller than one layer at the frame's size."""
    from vst_core.nets import convolving

    net, x = FoldedNet(network(width=8), precision=torch.float32), noise(1, 3, 1000, 64)
    made = []
    for name in ("conv2d",):
        real = getattr(torch.nn.functional, name)
        monkeypatch.setattr(
            convolving.F, name, lambda *a, real=real, **k: made.append(real(*a, **k)) or made[-1]
        )
    net(x, margin=16, roomy=False)
    assert max(one.numel() for one in made) < 8 * 1000 * 64 / 4


def test_it_keeps_its_own_numbers_and_leaves_the_input_alone():
    plain, x = network(), noise(1, 3, 40, 40)
    net, kept = FoldedNet(plain, precision=torch.float32), x.clone()
    before = net(x, margin=4)
    for value in plain.parameters():
        value.data.zero_()
    assert torch.equal(net(x, margin=4), before)
    assert torch.equal(x, kept)


def test_what_is_no_number_stays_none():
    x = noise(1, 3, 40, 40)
    x[0, 0, 20, 20] = float("nan")
    assert FoldedNet(network(), precision=torch.float32)(x, margin=4).isnan().any()


@pytest.mark.parametrize("form", [FoldedNet, StreamedNet])
def test_what_counts_of_the_picture(form):
    net, x, weight = network(), noise(1, 3, 40, 52), (noise(1, 1, 40, 52) > 0).float()
    with torch.no_grad():
        wanted = inner(net(x, ONE, weight), 4)
    found = form(net, precision=torch.float32)(x, margin=4, weight=weight)
    torch.testing.assert_close(found, wanted, rtol=0, atol=1e-4)
    assert not torch.allclose(found, form(net, precision=torch.float32)(x, margin=4), atol=1e-2)


def test_the_plain_form_takes_several_pictures_at_once():
    net, x = PlainNet(network(), precision=torch.float32), noise(3, 3, 40, 52)
    each = torch.cat([net(one[None], margin=4) for one in x])
    torch.testing.assert_close(net(x, margin=4), each, rtol=0, atol=1e-5)


@pytest.mark.parametrize("form", [FoldedNet, StreamedNet])
def test_a_margin_that_is_too_small(form):
    with pytest.raises(ValueError, match="a margin of 3 pixels; at least 4 are needed"):
        form(network(), precision=torch.float32)(noise(1, 3, 40, 40), margin=3)
