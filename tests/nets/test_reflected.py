"""Mirrored borders in channels-last memory are torch's own, and so is their derivative."""

import pytest
import torch
from torch.nn import functional as F

from vst_core.nets.layers import Reflected


@pytest.mark.parametrize("margin", [1, 4])
@pytest.mark.parametrize("size", [(10, 12), (16, 11), (20, 20)])
def test_it_is_torchs_own_padding(margin, size):
    torch.manual_seed(0)
    x = torch.randn(2, 3, *size, dtype=torch.float64, requires_grad=True)
    wanted = F.pad(x, [margin] * 4, mode="reflect")
    found = Reflected.apply(x, margin)
    assert torch.equal(found, wanted)
    assert found.is_contiguous(memory_format=torch.channels_last)
    slope = torch.randn_like(wanted)
    torch.testing.assert_close(
        torch.autograd.grad(found, x, slope)[0], torch.autograd.grad(wanted, x, slope)[0]
    )
