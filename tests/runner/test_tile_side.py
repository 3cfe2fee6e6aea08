"""The tiles of the optimizing methods: as asked for, else by the memory of the machine."""

import pytest
import torch

from vst_core.job import StylizeJob
from vst_core.runner import method_settings
from vst_core.runner.method_settings import tile_side

CPU = torch.device("cpu")
HD, CINEMA = (1080, 1920), (2160, 4096)


def side(tile, size):
    job = StylizeJob(input="in", output="out", method="gatys", tile=tile)
    return tile_side(job, size, CPU)


@pytest.mark.parametrize(
    ("memory", "size", "expected"),
    [
        (2**35, HD, 0),
        (2**35, CINEMA, 1024),
        (2**33, HD, 512),
        (2**38, CINEMA, 0),
        (None, CINEMA, 0),
    ],
)
def test_by_itself_it_looks_at_the_memory_that_there_is_at_all(monkeypatch, memory, size, expected):
    monkeypatch.setattr(method_settings, "device_memory", lambda device: memory)
    assert side("auto", size) == expected


@pytest.mark.parametrize(
    ("tile", "size", "expected"),
    [("off", CINEMA, 0), ("1024", CINEMA, 1024), ("4096", CINEMA, 0), ("300", HD, 300)],
)
def test_as_asked_for(monkeypatch, tile, size, expected):
    monkeypatch.setattr(method_settings, "device_memory", lambda device: 1)
    assert side(tile, size) == expected
