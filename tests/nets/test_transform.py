"""Table 4.1 and chapter 5 of the thesis, read off the running network."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from vst_core.nets import ITN_CHANNELS, VTN_CHANNELS, TransformNet, itn_input, vtn_input
from vst_core.nets.layers import NormedConv, PaddedConv, ResidualBlock

pytestmark = pytest.mark.usefixtures("one_thread")

ONE = torch.ones(1, 1)

# Layer -> channels, and by how much height and width are divided (table 4.1, width 32).
TABLE = {
    "enter": (32, 1),
    "down1": (64, 2),
    "down2": (128, 4),
    "blocks.0": (128, 4),
    "blocks.1": (128, 4),
    "blocks.2": (128, 4),
    "blocks.3": (128, 4),
    "blocks.4": (128, 4),
    "up1": (64, 2),
    "up2": (32, 1),
    "leave": (3, 1),
}


def network(**settings_):
    torch.manual_seed(1)
    return TransformNet(**settings_).eval()


def styled(styles, width=4, channels=ITN_CHANNELS):
    net = network(width=width, styles=styles, channels=channels)
    for name, value in net.named_parameters():
        if name.endswith((".scale", ".shift")):
            value.data += torch.randn(value.shape)
    return net


def noise(*shape, seed=2):
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize(("width", "part"), [(32, 1), (16, 2)])
@torch.no_grad()
def test_activations_are_those_of_table_4_1(width, part):
    seen = {}
    net = network(width=width)
    for name, module in net.named_modules():
        if name in TABLE:
            module.register_forward_hook(
                lambda _, __, output, name=name: seen.update({name: tuple(output.shape)})
            )
    output = net(itn_input(noise(1, 3, 64, 48)), ONE)
    expected = {
        name: (1, channels // part if channels > 3 else 3, 64 // down, 48 // down)
        for name, (channels, down) in TABLE.items()
    }
    assert seen == expected
    assert list(seen) == list(TABLE)
    assert output.shape == (1, 3, 64, 48)


def test_kernels_strides_and_norms_are_those_of_table_4_1():
    net = TransformNet()
    kernels = {name: conv for name, conv in net.named_modules() if isinstance(conv, nn.Conv2d)}
    assert kernels["enter.conv.conv"].kernel_size == kernels["leave.conv"].kernel_size == (9, 9)
    inner = {name: conv for name, conv in kernels.items() if name[:5] not in ("enter", "leave")}
    assert {conv.kernel_size for conv in inner.values()} == {(3, 3)}
    strided = [name for name, conv in kernels.items() if conv.stride == (2, 2)]
    assert strided == ["down1.conv.conv", "down2.conv.conv"]
    assert sum(isinstance(module, ResidualBlock) for module in net.modules()) == 5
    # ReLU and a norm after each convolution, but for the residual sums and the last layer.
    assert sum(isinstance(module, NormedConv) for module in net.modules()) == 5 + 5
    assert isinstance(net.leave, PaddedConv)


@torch.no_grad()
def test_the_last_layer_is_tanh_brought_to_a_picture():
    net, kept = network(width=4), {}
    net.leave.register_forward_hook(lambda _, __, output: kept.update(last=output))
    output = net(itn_input(noise(1, 3, 16, 16)), ONE)
    torch.testing.assert_close(output, (torch.tanh(kept["last"]) + 1) / 2)


@torch.no_grad()
def test_a_residual_block_adds_and_does_nothing_after_the_sum():
    block = ResidualBlock(4, styles=1).eval()
    block.norm.scale.data.zero_()
    block.norm.shift.data.fill_(-3.0)
    x = torch.randn(1, 4, 8, 8)
    torch.testing.assert_close(block(x, ONE), x - 3)


@settings(deadline=None, max_examples=12)
@given(height=st.integers(16, 45), width=st.integers(16, 45), vtn=st.booleans())
@torch.no_grad()
def test_any_size_from_16_by_16_up(height, width, vtn):
    channels = VTN_CHANNELS if vtn else ITN_CHANNELS
    output = network(width=2, channels=channels)(noise(1, channels, height, width), ONE)
    assert output.shape == (1, 3, height, width)
    assert 0 <= output.min() <= output.max() <= 1


@pytest.mark.parametrize("kind", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("last", [True, False])
@torch.inference_mode()
def test_the_number_of_threads_changes_nothing(kind, last):
    net, x = network(width=8).to(kind), itn_input(noise(1, 3, 150, 222)).to(kind)
    if last:
        net, x = (
            net.to(memory_format=torch.channels_last),
            x.contiguous(memory_format=torch.channels_last),
        )
    outputs = []
    for threads in (1, 2, 3):
        torch.set_num_threads(threads)
        outputs.append(net(x, ONE.to(kind)))
    assert torch.equal(outputs[0], outputs[1])
    assert torch.equal(outputs[0], outputs[2])


@torch.no_grad()
def test_a_batch_of_styles_is_each_picture_in_its_style():
    net, frames, mix = styled(3), itn_input(noise(3, 3, 20, 24)), torch.eye(3)
    alone = torch.cat([net(frames[i : i + 1], mix[i : i + 1]) for i in range(3)])
    torch.testing.assert_close(net(frames, mix), alone, rtol=1e-4, atol=1e-5)
    assert not torch.allclose(alone[0], net(frames[:1], mix[1:2])[0])


@torch.no_grad()
def test_mixing_is_one_style_at_each_end_and_linear_in_the_norms():
    net, frame = styled(2), itn_input(noise(1, 3, 20, 24))
    for share in (0.0, 0.3, 1.0):
        single = network(width=4)
        state = {
            name: (share * value[:1] + (1 - share) * value[1:])
            if name.endswith((".scale", ".shift"))
            else value
            for name, value in net.state_dict().items()
        }
        single.load_state_dict(state)
        mixed = net(frame, torch.tensor([[share, 1 - share]]))
        torch.testing.assert_close(mixed, single(frame, ONE), rtol=1e-4, atol=1e-5)


def test_the_itn_sees_a_picture_centerd_on_zero():
    assert itn_input(torch.tensor([0.0, 0.5, 1.0])).tolist() == [-2, 0, 2]


def test_the_vtn_sees_the_seven_channels_of_chapter_5():
    frame, previous, trust = noise(1, 3, 8, 8), noise(1, 3, 8, 8, seed=3), noise(1, 1, 8, 8)
    joined = vtn_input(frame, previous, trust)
    assert joined.shape == (1, VTN_CHANNELS, 8, 8)
    assert torch.equal(joined[:, :3], itn_input(frame))
    assert torch.equal(joined[:, 3:6], itn_input(previous) * trust)
    assert torch.equal(joined[:, 6:], trust)


@torch.no_grad()
def test_without_trust_the_vtn_ignores_the_previous_frame():
    net, frame, distrust = styled(1, channels=VTN_CHANNELS), noise(1, 3, 20, 20), torch.zeros(1)
    distrust = distrust.expand(1, 1, 20, 20)
    outputs = [net(vtn_input(frame, noise(1, 3, 20, 20, seed=s), distrust), ONE) for s in (3, 4)]
    assert torch.equal(*outputs)
    trusted = net(vtn_input(frame, noise(1, 3, 20, 20), torch.ones(1, 1, 20, 20)), ONE)
    assert not torch.allclose(trusted, outputs[0])
