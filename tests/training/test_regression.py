"""Least squares by moments, and the best map of a rank."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from vst_core.training.distil_start import components, pivots
from vst_core.training.regression import Regression

pytestmark = pytest.mark.usefixtures("one_thread")


def numbers(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def test_an_affine_map_is_found_from_parts():
    x, kernel, bias = numbers(300, 5), numbers(3, 5, seed=1), numbers(3, seed=2)
    y = x @ kernel.T + bias
    found, offset = Regression.of(x.split(70), y.split(70)).solution
    torch.testing.assert_close(found, kernel, rtol=1e-3, atol=1e-3)
    torch.testing.assert_close(offset, bias, rtol=1e-3, atol=1e-3)


@settings(deadline=None, max_examples=8)
@given(rank=st.integers(1, 4), seed=st.integers(0, 99))
def test_a_squeezed_map_answers_with_the_components_of_the_whole_ones_answers(rank, seed):
    x = numbers(200, 6, seed=seed) + 2
    y = x @ numbers(4, 6, seed=seed + 1).T + numbers(4, seed=seed + 2)
    fit = Regression.of([x], [y])
    squeeze, basis, bias = fit.reduced(rank)
    assert (squeeze.shape, basis.shape) == ((rank, 6), (4, rank))
    answers = x @ fit.solution[0].T + fit.solution[1]
    middle = answers.mean(0)
    _, _, vectors = torch.linalg.svd(answers - middle, full_matrices=False)
    best = (answers - middle) @ vectors[:rank].T @ vectors[:rank] + middle
    torch.testing.assert_close(x @ squeeze.T @ basis.T + bias, best, rtol=1e-2, atol=2e-2)


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
