"""Symmetric matrices in half of the space come back as they were."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from vst_core.styles.packing import packed, unpacked


@given(side=st.integers(1, 40))
def test_a_symmetric_matrix_comes_back(side):
    half = torch.arange(side * side, dtype=torch.float32).view(side, side)
    matrix = half + half.T
    numbers = packed(matrix)
    assert numbers.shape == (side * (side + 1) // 2,)
    assert torch.equal(unpacked(numbers), matrix)


def test_other_counts_are_refused():
    with pytest.raises(ValueError, match="5 numbers are no half of a symmetric matrix"):
        unpacked(torch.zeros(5))
