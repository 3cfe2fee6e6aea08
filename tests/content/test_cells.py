"""Cells are means of squares of the picture, however many rows are looked at at a time."""

import pytest
import torch

from vst_core.content import cells, cells_of


@pytest.mark.parametrize("pixels", [1, 500, 10**9])
def test_they_are_the_means_of_what_counts(monkeypatch, pixels):
    monkeypatch.setattr(cells, "_PIXELS", pixels)
    picture, weight = torch.rand(1, 3, 45, 37), torch.rand(1, 1, 45, 37)
    found, plain = cells_of(picture, weight), cells_of(picture)
    squares = picture[0, :, :40, :32].reshape(3, 5, 8, 4, 8)
    shares = weight[0, :, :40, :32].reshape(1, 5, 8, 4, 8)
    wanted = (squares * shares).sum((2, 4)) / shares.sum((2, 4))
    torch.testing.assert_close(found.colors.float(), wanted, rtol=1e-5, atol=1e-6)
    torch.testing.assert_close(plain.colors.float(), squares.mean((2, 4)), rtol=1e-5, atol=1e-6)
    assert torch.equal(found.peak.float(), squares.amax((0, 2, 4)))
    torch.testing.assert_close(found.weight.float(), shares.mean((0, 2, 4)), rtol=1e-5, atol=1e-6)
    assert plain.weight.shape == (5, 4)
