"""Freed memory stays with the process during a run, and goes back afterwards."""

import ctypes
import subprocess
import sys

import pytest

from vst_core import memory
from vst_core.memory import kept_memory

GLIBC = sys.platform.startswith("linux") and hasattr(ctypes.CDLL(None), "gnu_get_libc_version")

# In a process of its own: what other tests leave behind in the heap must not count.
MEASURED = """
import mmap
import resource
from statistics import median

import torch

from vst_core.memory import kept_memory

BYTES = 40_000_000
PAGES = BYTES // mmap.PAGESIZE


def fresh_pages():
    # How many pages the system had to find for allocating and filling a block.
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    torch.empty(BYTES, dtype=torch.uint8).fill_(1)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


for _ in range(2):
    with kept_memory():
        # What glibc cuts off an aligned block stays in a list for seven, in the block's way.
        kept = median(fresh_pages() for _ in range(31))
    after = fresh_pages()
    assert kept < PAGES / 10, kept
    assert after > PAGES / 2, after
"""


@pytest.mark.slow
@pytest.mark.skipif(not GLIBC, reason="glibc alone is asked")
def test_pages_are_kept_in_the_body_and_given_back_after_it(project):
    done = subprocess.run(
        [sys.executable, "-c", MEASURED], cwd=project, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


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
