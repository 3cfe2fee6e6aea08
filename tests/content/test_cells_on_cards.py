"""Cells of a picture: the same by the way that a card takes."""

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from vst_core.content import cells_of
from vst_core.content.cells import _parted


@settings(deadline=None)
@given(st.integers(1, 9), st.integers(9, 40), st.integers(9, 40))
def test_a_cards_cells_are_those_of_pooling(side, height, width):
    x = torch.rand(1, 3, height, width, generator=torch.Generator().manual_seed(height))
    parted = _parted(x, side)
    torch.testing.assert_close(parted.mean((3, 5)), F.avg_pool2d(x, side))
    assert torch.equal(parted.amax((3, 5)), F.max_pool2d(x, side))


def test_what_does_not_count_has_no_say():
    picture = torch.zeros(1, 3, 64, 64)
    picture[..., :32] = 0.5
    weight = torch.zeros(1, 1, 64, 64)
    weight[..., :36] = 1
    cells = cells_of(picture, weight)
    assert cells.seen.shape == (8 * 5, 3)
    torch.testing.assert_close(cells.colors[:, 0, 4], torch.zeros(3).double())
    torch.testing.assert_close(cells.colors[:, 0, 0], torch.full((3,), 0.5).double())
