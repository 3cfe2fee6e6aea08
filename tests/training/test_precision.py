"""Trainings compute in bf16 where the hardware multiplies it, and in float32 elsewhere."""

import warnings

import pytest
import torch

from vst_core import devices
from vst_core.training.muon import orthogonal
from vst_core.training.precision import autocast, training_precision

CPU = torch.device("cpu")


@pytest.fixture(params=[True, False], ids=["native", "imitated"])
def expected(request, monkeypatch):
    monkeypatch.setattr(devices, "_has_bf16", lambda device: request.param)
    return torch.bfloat16 if request.param else torch.float32


def test_a_float32_network_computes_in_the_training_precision(expected):
    assert training_precision(CPU) == expected
    convolution = torch.nn.Conv2d(3, 4, 3)
    with warnings.catch_warnings(action="error"), autocast(CPU):
        assert convolution(torch.rand(1, 3, 8, 8)).dtype == expected


def test_muon_gives_float32_near_an_orthogonal_matrix(expected):
    matrix = torch.rand(12, 20, generator=torch.Generator().manual_seed(1))
    found = orthogonal(matrix)
    assert found.dtype == torch.float32
    assert 0.3 < torch.linalg.svdvals(found).min() <= torch.linalg.svdvals(found).max() < 1.4
