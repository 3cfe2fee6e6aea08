"""The inverse of a flow field: what went there comes back."""

import torch

from vst_core.motion import compose, invert


def constant(x, y, size=(12, 16)):
    return torch.tensor([x, y]).view(1, 2, 1, 1).expand(1, 2, *size).clone()


def test_the_inverse_of_a_pan_is_the_pan_back():
    back = invert(constant(3.0, -2.0))
    assert back[:, :, :-2, 3:].equal(constant(-3.0, 2.0)[:, :, :-2, 3:])
    assert back[:, :, -2:].isnan().all()
    assert back[:, :, :, :3].isnan().all()


def test_there_and_back_is_where_one_was():
    rows, columns = torch.meshgrid(torch.arange(24.0), torch.arange(32.0), indexing="ij")
    flow = torch.stack((1.3 + columns * 0.02, -0.6 + rows * 0.03))[None]
    returned = compose(invert(flow), flow)[:, :, 4:-4, 6:-6]
    assert returned.isfinite().all()
    assert returned.abs().max() < 0.05


def test_the_nearest_of_two_that_meet_is_seen():
    flow = constant(0.0, 0.0)
    flow[:, 0, :, :8] = 4.0  # the left half slides over the right one
    depth = torch.full((1, 1, 12, 16), 9.0)
    depth[..., :8] = 2.0
    back = invert(flow, depth=depth)
    assert back[0, 0, 6, 8:12].tolist() == [-4.0] * 4
    behind = invert(flow, depth=11 - depth)
    assert behind[0, 0, 6, 8:12].tolist() == [0.0] * 4


def test_unknown_flow_goes_nowhere():
    flow = constant(0.0, 0.0)
    flow[:, :, 3, 4] = float("nan")
    back = invert(flow)
    assert back[0, :, 3, 4].isnan().all()
    assert int(back.isnan().sum()) == 2
