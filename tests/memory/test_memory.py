"""Freed memory stays with the process during a run, and goes back afterwards."""

import ctypes
import subprocess
import sys

import pytest

from vst_core import memory
from vst_core.memory import RoomCheck, free_memory, kept_memory, whole_memory

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


def machine(root, *, group="", **files):
    """Describe a machine by the files in which its kernel tells of itself."""
    (root / "proc/self").mkdir(parents=True)
    (root / "proc/meminfo").write_text(
        "MemTotal: 16000 kB\nMemFree: 10 kB\nMemAvailable: 9000 kB\n"
    )
    (root / "proc/self/cgroup").write_text(group)
    for name, text in files.items():
        path = root / "sys/fs/cgroup" / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def test_without_a_group_it_is_the_machines(tmp_path):
    root = machine(tmp_path)
    assert (whole_memory(root), free_memory(root)) == (16_000 * 1024, 9000 * 1024)


def test_a_group_and_those_around_it_limit_it(tmp_path):
    files = {
        "a__memory_dot_max": "5000000",
        "a__memory_dot_current": "3000000",
        "a__memory_dot_stat": "anon 7\ninactive_file 400000\n",
        "a__b__memory_dot_max": "max",
        "a__b__memory_dot_current": "2000000",
    }
    root = machine(tmp_path, group="0::/a/b\n", **files)
    assert (whole_memory(root), free_memory(root)) == (5_000_000, 2_400_000)


def test_a_group_of_the_first_version(tmp_path):
    files = {
        "memory__memory_dot_limit_in_bytes": "6000000",
        "memory__memory_dot_usage_in_bytes": "5000000",
    }
    root = machine(tmp_path, group="5:cpu:/x\n4:memory:/gone\n", **files)
    assert (whole_memory(root), free_memory(root)) == (6_000_000, 1_000_000)


def test_a_limit_of_the_process_itself(tmp_path):
    root = machine(tmp_path)
    (root / "proc/self/limits").write_text("Max address space         7000000   unlimited  bytes\n")
    (root / "proc/self/status").write_text("Name: python\nVmSize:\t    4000 kB\n")
    assert (whole_memory(root), free_memory(root)) == (7_000_000, 7_000_000 - 4000 * 1024)


def test_this_machine_has_some():
    whole, free = whole_memory(), free_memory()
    assert whole is None or whole > 2**28
    assert free is None or 0 <= free <= whole


def test_what_is_not_free_is_refused_but_what_was_taken_before_counts_as_free(monkeypatch):
    free = 100
    monkeypatch.setattr(memory, "free_memory", lambda: free)
    room = RoomCheck()
    with pytest.raises(MemoryError):
        room.require(101)
    room.require(100)
    free = 10  # the C library keeps the rest
    room.require(100)
    room.require(110)
    free = 0
    with pytest.raises(MemoryError):
        room.require(111)


def test_a_system_that_tells_nothing_refuses_nothing(monkeypatch):
    monkeypatch.setattr(memory, "free_memory", lambda: None)
    RoomCheck().require(10**18)
