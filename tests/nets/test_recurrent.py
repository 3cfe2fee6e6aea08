"""The LSTM network: it begins as the ITN, its cells follow Shi's equations, its norms Singh's."""

import copy

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from vst_core.nets import (
    FoldedRecurrent,
    PlainRecurrent,
    RecurrentNet,
    RecurrentState,
    TransformNet,
    itn_input,
    pair_net,
)
from vst_core.nets.recurrent import ConvLstm, ResponseNorm

ONE = torch.ones(1, 1)


@pytest.fixture
def picture():
    return torch.rand(1, 3, 40, 52, generator=torch.Generator().manual_seed(1))


def made(**settings):
    torch.manual_seed(3)
    return RecurrentNet(width=4, **settings).eval()


def test_the_networks_have_the_sizes_of_the_papers():
    assert sum(each.numel() for each in pair_net().parameters()) == pytest.approx(0.25e6, rel=0.03)
    net = RecurrentNet(width=16)
    assert sum(each.numel() for each in net.parameters()) < 0.5e6  # 1 MB as half floats
    assert [pair_net().inner, pair_net().width, pair_net().leave.margin] == [(32, 48), 16, 1]


@torch.no_grad()
@pytest.mark.parametrize("response", [False, True])
def test_it_begins_as_its_itn(picture, response):
    net = made(response=response)
    itn = TransformNet(width=4).eval()
    net.trunk.load_state_dict(itn.state_dict())
    seen, nothing = itn_input(picture), torch.zeros_like(picture)
    wanted = itn(seen, ONE)
    found, _ = net(seen, nothing, None, ONE)
    assert found.shape == picture.shape
    spread = float((wanted - wanted.mean()).abs().mean())
    assert float((found - wanted).abs().mean()) < 0.2 * spread


@torch.no_grad()
def test_the_state_decides_and_so_does_the_previous_picture(picture):
    net = made()
    seen = itn_input(picture)
    first, state = net(seen, torch.zeros_like(seen), None, ONE)
    again, _ = net(seen, torch.zeros_like(seen), None, ONE)
    with_state, _ = net(seen, torch.zeros_like(seen), state, ONE)
    with_picture, _ = net(seen, itn_input(first), state, ONE)
    assert torch.equal(first, again)
    assert not torch.equal(first, with_state)
    assert not torch.equal(with_state, with_picture)
    assert state.cell.shape == state.hidden.shape == (1, 16, 10, 13)


@torch.no_grad()
def test_a_cell_is_what_shi_writes():
    torch.manual_seed(2)
    cells = ConvLstm(6, 4)
    x = torch.randn(2, 6, 8, 9)
    state = RecurrentState(hidden=torch.randn(2, 4, 8, 9), cell=torch.randn(2, 4, 8, 9))
    joined = F.pad(torch.cat([x, state.hidden], 1), [2] * 4, mode="reflect")
    # The separable kernel, written out as a full one.
    full = cells.gates.weight[:, :, 0, 0, None, None] * cells.apart.weight[:, 0][None]
    into, keep, out, candidate = F.conv2d(joined, full, cells.gates.bias).chunk(4, 1)
    cell = keep.sigmoid() * state.cell + into.sigmoid() * candidate.tanh()
    found = cells(x, state)
    torch.testing.assert_close(found.cell, cell, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(found.hidden, out.sigmoid() * cell.tanh(), rtol=1e-4, atol=1e-5)


def test_the_recurrent_norm_bounds_how_the_state_is_lengthened():
    torch.manual_seed(2)
    cells = ConvLstm(3, 4)
    bound = cells.recurrent_norm(rounds=50)
    with torch.no_grad():
        for _ in range(20):
            hidden = torch.randn(1, 4, 12, 12)
            padded = F.pad(torch.cat([torch.zeros(1, 3, 12, 12), hidden], 1), [2] * 4)
            change = cells.gates(cells.apart(padded)) - cells.gates.bias.view(1, -1, 1, 1)
            assert float(change.norm()) <= float(bound) * float(hidden.norm()) * 1.0001
    weight = cells.gates.weight[:, 3:, 0, 0] * cells.apart.weight[3:].abs().sum(dim=(1, 2, 3))
    torch.testing.assert_close(bound, torch.linalg.matrix_norm(weight, 2), rtol=1e-3, atol=0)
    bound.backward()
    assert float(cells.gates.weight.grad.abs().sum()) > 0


@torch.no_grad()
def test_response_norm_is_what_singh_and_krishnan_write():
    torch.manual_seed(2)
    norm = ResponseNorm(3)
    norm.gain.uniform_(0.5, 2)
    norm.offset.uniform_(-1, 1)
    norm.threshold.uniform_(-1, 0)
    x = torch.randn(2, 3, 6, 7) + 3
    size = x.square().mean(dim=(2, 3), keepdim=True)
    wanted = torch.maximum(norm.gain * x / (size + 1e-6).sqrt() + norm.offset, norm.threshold)
    torch.testing.assert_close(norm(x, ONE), wanted)


@torch.no_grad()
def test_only_response_norm_sees_a_shift_of_colors(picture):
    shifted = itn_input((picture * 0.5 + 0.2).clamp(0, 1))
    seen = itn_input(picture * 0.5)
    changes = {}
    for response in (False, True):
        back = made(response=response).back
        before, after = back(seen, ONE, None), back(shifted, ONE, None)
        changes[response] = float((after - before).abs().mean() / before.abs().mean())
    assert changes[True] > 10 * changes[False]


@torch.no_grad()
def test_what_counts_nothing_has_no_say():
    net = made(response=True)
    picture = torch.rand(1, 3, 16, 320, generator=torch.Generator().manual_seed(1))
    other = picture.clone()
    other[..., 280:] = 1  # beyond the reach of the kernels from what is compared
    weight = torch.ones(1, 1, 16, 320)
    weight[..., 240:] = 0

    def painted(one, weight):
        seen = itn_input(one)
        first, state = net(seen, torch.zeros_like(seen), None, ONE, weight)
        return net(seen, itn_input(first), state, ONE, weight)[0][..., :16]

    counted = (painted(picture, weight) - painted(other, weight)).abs().max()
    whole = (painted(picture, None) - painted(other, None)).abs().max()
    assert float(counted) < 0.02 * float(whole)


@settings(deadline=None, max_examples=10)
@given(
    height=st.integers(16, 47), width=st.integers(16, 47), margin=st.integers(4, 7),
    response=st.booleans(), counted=st.booleans(),
)  # fmt: skip
@torch.no_grad()
def test_folded_it_is_the_plain_network(height, width, margin, response, counted):
    net = made(response=response)
    net.lstm.gates.weight.mul_(4)
    forms = [
        form(copy.deepcopy(net), precision=torch.float32)
        for form in (PlainRecurrent, FoldedRecurrent)
    ]
    frames = itn_input(
        torch.rand(3, 1, 3, height, width, generator=torch.Generator().manual_seed(1))
    )
    weight = torch.rand(1, 1, height, width) if counted else None
    before, states = torch.zeros_like(frames[0]), [None, None]
    for frame in frames:
        found = [
            form(frame, before, state, margin=margin, weight=weight)
            for form, state in zip(forms, states, strict=True)
        ]
        states = [state for _, state in found]
        torch.testing.assert_close(found[1][0], found[0][0], rtol=0, atol=1e-4)
        torch.testing.assert_close(states[1].cell, states[0].cell, rtol=0, atol=1e-4)
        before = itn_input(F.pad(found[0][0], [margin] * 4, mode="replicate"))


@pytest.mark.parametrize("kind", [torch.float32, torch.bfloat16])
def test_the_number_of_threads_changes_nothing(kind, one_thread):
    torch.manual_seed(3)
    net = FoldedRecurrent(RecurrentNet(width=8, response=True).eval(), precision=kind)
    frames = itn_input(torch.rand(2, 1, 3, 150, 222))
    results = []
    for threads in (1, 2, 3):
        torch.set_num_threads(threads)
        first, state = net(frames[0], torch.zeros_like(frames[0]), None, margin=16)
        before = itn_input(F.pad(first, [16] * 4, mode="reflect"))
        results.append((net(frames[1], before, state, margin=16)[0], state.cell))
    for picture, cell in results[1:]:
        assert torch.equal(picture, results[0][0])
        assert torch.equal(cell, results[0][1])


def test_a_state_tells_its_kind():
    for response in (False, True):
        net = made(response=response)
        kind = RecurrentNet.of_state(net.state_dict(), width=4)
        assert kind.back.response == response
        kind.load_state_dict(net.state_dict())
