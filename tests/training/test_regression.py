"""Least squares by moments, and the best map of a rank."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from vst_core.training.distillation.regression import Regression

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
    squeeze = fit.reduced(rank)
    assert squeeze.shape == (rank, 6)
    answers = x @ fit.solution[0].T + fit.solution[1]
    middle = answers.mean(0)
    _, _, vectors = torch.linalg.svd(answers - middle, full_matrices=False)
    best = (answers - middle) @ vectors[:rank].T @ vectors[:rank] + middle
    hidden = x @ squeeze.T
    widened = torch.cat([hidden, torch.ones(200, 1)], 1)
    found = widened @ torch.linalg.lstsq(widened, y).solution
    torch.testing.assert_close(found, best, rtol=1e-2, atol=2e-2)
