"""Components, pivots, and kernels split into columns and rows."""

import pytest
import torch
from torch.nn import functional as F

from vst_core.training.distillation.factors import components, pivots, rotated, separated

pytestmark = pytest.mark.usefixtures("one_thread")


def numbers(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def convolved(pictures, down, across, rank):
    """Return what a 3 x 1 convolution and a 1 x 3 one after it make of B x C x H x W."""
    hidden = F.conv2d(pictures, down.view(rank, -1, 3, 1), padding=(1, 0))
    return F.conv2d(hidden, across.view(rank, rank, 1, 3), padding=(0, 1))


def columns_of(pictures):
    seen = F.unfold(pictures, (3, 1), padding=(1, 0))
    return seen.transpose(1, 2).flatten(0, 1)


@pytest.mark.parametrize("rank", [1, 2, 4])
def test_kernels_that_can_be_split_are_split_exactly(rank):
    pictures = numbers(2, 5, 9, 7)
    down, across = numbers(rank, 15, seed=1), numbers(rank, 3 * rank, seed=2)
    whole = torch.einsum(
        "rsx,scy->rcyx", across.view(rank, rank, 3), down.view(rank, 5, 3)
    ).flatten(1)
    found = separated(whole, columns_of(pictures))
    expected = F.conv2d(pictures, whole.view(rank, 5, 3, 3), padding=1)
    torch.testing.assert_close(convolved(pictures, *found, rank), expected, rtol=1e-3, atol=1e-3)
    torch.testing.assert_close(found[0].norm(dim=1), torch.ones(rank), rtol=1e-4, atol=1e-4)


def test_a_split_is_better_where_the_pictures_are():
    """With inputs of very different spread, the loud ones are answered to more exactly."""
    pictures = numbers(4, 6, 16, 16) * torch.tensor([9.0, 5, 3, 0.1, 0.1, 0.1]).view(1, 6, 1, 1)
    kernel = numbers(4, 54, seed=1)
    expected = F.conv2d(pictures, kernel.view(4, 6, 3, 3), padding=1)

    def error(columns):
        found = convolved(pictures, *separated(kernel, columns), 4)
        return (found - expected).square().mean()

    assert error(columns_of(pictures)) < 0.8 * error(torch.eye(18))


@pytest.mark.parametrize("rank", [2, 6])
def test_rows_are_found_again_from_what_they_answer(rank):
    values = numbers(200, 6) * torch.tensor([1.0, 5, 0.5, 3, 0.2, 1])
    rows = torch.linalg.qr(numbers(6, 6, seed=1)).Q if rank == 6 else components(values, rank)
    noise = 0.01 * numbers(200, rank, seed=2)
    found = rotated(values, values @ rows.T + noise)
    torch.testing.assert_close(found @ found.T, torch.eye(rank), rtol=0, atol=1e-5)
    torch.testing.assert_close(found, rows, rtol=0, atol=0.02)


def test_components_are_orthonormal_and_hold_most_of_the_second_moments():
    values = numbers(500, 6) * torch.tensor([1.0, 5, 0.1, 3, 0.2, 1]) + 1
    rows = components(values, 3)
    torch.testing.assert_close(rows @ rows.T, torch.eye(3), rtol=0, atol=1e-5)
    _, sizes, _ = torch.linalg.svd(values, full_matrices=False)
    held = (values @ rows.T).square().sum()
    torch.testing.assert_close(held, sizes[:3].square().sum(), rtol=1e-4, atol=1e-4)


def test_pivots_pass_over_what_follows_from_the_others():
    base = numbers(100, 3)
    twice = torch.cat([base, base[:, :1] * 0.9, base[:, 1:2] + base[:, 2:3]], dim=1)
    chosen = pivots(twice, 3)
    assert torch.linalg.matrix_rank(twice[:, chosen]) == 3
    assert len(set(pivots(twice, 5).tolist())) == 5
    assert len(pivots(twice, 7)) == 7
