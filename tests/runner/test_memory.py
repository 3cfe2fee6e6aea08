"""Freed memory stays with the process during a run, and goes back afterwards."""

import ctypes
import mmap
import sys

import pytest
import torch

from vst_core.runner import memory
from vst_core.runner.memory import kept_memory

GLIBC = sys.platform.startswith("linux") and hasattr(ctypes.CDLL(None), "gnu_get_libc_version")
BYTES = 40_000_000


def fresh_pages():
    """Return how many pages the system had to find for allocating and filling a block."""
    import resource

    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    torch.empty(BYTES, dtype=torch.uint8).fill_(1)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


@pytest.mark.skipif(not GLIBC, reason="glibc alone is asked")
def test_pages_are_kept_in_the_body_and_given_back_after_it():
    pages = BYTES // mmap.PAGESIZE
    for _ in range(2):
        with kept_memory():
            assert min(fresh_pages() for _ in range(5)) < pages / 10
        assert fresh_pages() > pages / 2


def test_it_ends_with_an_error_too(monkeypatch):
    told = []
    monkeypatch.setattr(memory, "_set", lambda _, thresholds: told.append(thresholds))
    with pytest.raises(KeyError), kept_memory():
        raise KeyError
    assert told == [memory._KEPT, memory._USUAL]


def test_other_systems_are_left_alone(monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    with kept_memory():
        assert memory._glibc() is None
