"""On a graphics card: python -m pytest -m gpu tests -n 0 (needs torch, numpy, safetensors)."""

import pytest
import torch

from vst_core.features import load_encoder
from vst_core.losses import gram_matrix
from vst_core.motion import moving_frames, trust_mask, warp
from vst_core.nets import PlainNet, StreamedNet, TransformNet, vtn_input
from vst_core.optimizer import Palette, recolored

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device"),
]
CUDA = torch.device("cuda")
GOAL = 2 / 255


@pytest.fixture
def frames():
    return list(moving_frames(width=200, height=120, count=2))


@pytest.fixture
def trained():
    from vst_core.styles import find_card
    from vst_core.styles.loading import load_network

    return lambda style: load_network([(find_card(style), 1.0)], method="vtn")


@pytest.fixture
def case(frames, trained):
    return frames, trained


@pytest.mark.parametrize("style", ["muse", "candy"])
@pytest.mark.parametrize("form", [StreamedNet, PlainNet])
@pytest.mark.parametrize(
    ("kind", "limits"),
    [
        (torch.float32, (GOAL, 0.2 / 255)),
        (torch.float16, (GOAL, 0.2 / 255)),
        (torch.bfloat16, (1.0, 1 / 255)),
    ],
)
def test_a_network_gives_the_processors_picture(case, style, form, kind, limits):
    (before, now), trained = case
    joined = vtn_input(now, before, torch.ones_like(now[:, :1]))
    wanted = PlainNet(trained(style), precision=torch.float32)(joined, margin=4)
    net = form(trained(style).to(CUDA, memory_format=torch.channels_last), precision=kind)
    off = (net(joined.to(CUDA, net.takes), margin=4).cpu() - wanted).abs()
    assert float(off.max()) <= limits[0]
    assert float(off.mean()) <= limits[1]


@pytest.mark.parametrize("kind", [torch.float16, torch.bfloat16, torch.float32])
def test_the_same_frame_gives_the_same_bytes(frames, trained, kind):
    joined = vtn_input(*frames, torch.ones_like(frames[0][:, :1])).to(CUDA)
    net = StreamedNet(trained("muse").to(CUDA), precision=kind)
    assert torch.equal(net(joined, margin=4), net(joined, margin=4))


def test_what_counts_of_a_picture_counts_there_too():
    torch.manual_seed(0)
    net, x = TransformNet(width=8, channels=3).eval(), torch.rand(1, 3, 64, 80) * 4 - 2
    weight = (torch.rand(1, 1, 64, 80) > 0.4).float()
    wanted = PlainNet(net, precision=torch.float32)(x, margin=4, weight=weight)
    found = StreamedNet(net.to(CUDA), precision=torch.float32)
    found = found(x.to(CUDA), margin=4, weight=weight.to(CUDA))
    assert float((found.cpu() - wanted).abs().max()) <= GOAL


def test_gram_matrices_and_their_slopes_are_the_processors(frames):
    encoder = load_encoder("lite")
    batch = torch.cat(frames)

    def measured(device):
        picture = batch.to(device).requires_grad_()
        seen = encoder.to(device)(picture, ["relu3_1"])["relu3_1"]
        grams = gram_matrix(seen)
        (slope,) = torch.autograd.grad(grams.square().sum(), picture)
        return grams.detach().cpu(), slope.cpu()

    for here, there in zip(measured(torch.device("cpu")), measured(CUDA), strict=True):
        assert float((here - there).norm() / here.norm()) < 5e-3  # TF32 keeps ten bits


def test_trust_warp_and_palette_are_the_processors(frames):
    before, now = frames
    flow = 6 * torch.rand(1, 2, *now.shape[-2:], generator=torch.Generator().manual_seed(3)) - 3
    for work in (
        lambda on: warp(before.to(on), flow.to(on)),
        lambda on: trust_mask(flow.to(on), -flow.to(on)),
        lambda on: recolored(now.to(on), Palette.of(before).on(torch.device(on))),
    ):
        here, there = work("cpu"), work("cuda").cpu()
        assert float((here - there).abs().mean()) < 1e-3
