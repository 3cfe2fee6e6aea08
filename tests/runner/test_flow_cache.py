"""Flow on disk: the same bytes with any limit, in either direction, damaged or not."""

import pytest
import torch

from vst_core.flow import FlowPair, FrameView
from vst_core.runner.passes.flow_cache import FlowCache

PICTURES = [torch.rand(1, 3, 20, 30, generator=torch.Generator().manual_seed(n)) for n in range(6)]


class Counting:
    """Flow that is a function of the two pictures, and counts how often it is asked."""

    name = "counting"

    def __init__(self):
        self.asked = []

    def between(self, previous, current):
        self.asked.append((previous.number, current.number))
        forward = 10 * (current.picture - previous.picture)[:, :2] + 1 / 3
        return FlowPair(forward=forward, backward=-forward + 1 / 7)


@pytest.fixture
def opened(tmp_path):
    def open_cache(limit=1e9):
        source, full = Counting(), []
        return (
            FlowCache(source, tmp_path, limit=limit, when_full=lambda: full.append(1)),
            source,
            full,
        )

    return open_cache


def ask(cache, one, other):
    return cache.between(FrameView(one, PICTURES[one]), FrameView(other, PICTURES[other]))


def same(one, other):
    return torch.equal(one.forward, other.forward) and torch.equal(one.backward, other.backward)


def test_a_pair_is_estimated_once_for_both_directions(opened):
    cache, source, full = opened()
    there, again, back = ask(cache, 1, 2), ask(cache, 1, 2), ask(cache, 2, 1)
    assert source.asked == [(1, 2)]
    assert same(there, again)
    assert torch.equal(back.forward, there.backward)
    assert torch.equal(back.backward, there.forward)
    expected = Counting().between(FrameView(1, PICTURES[1]), FrameView(2, PICTURES[2]))
    assert torch.equal(there.forward, expected.forward.half().float())
    assert not full


def test_it_is_there_for_the_next_run(opened):
    first, _, _ = opened()
    before = ask(first, 1, 2)
    second, source, _ = opened()
    assert same(ask(second, 1, 2), before)
    assert source.asked == []


@pytest.mark.parametrize("limit", [0, 1, 6000])
def test_a_full_cache_computes_again_the_same(opened, tmp_path, limit):
    cache, source, full = opened(limit)
    pairs = [(n, n + 1) for n in range(5)]
    first = [ask(cache, *pair) for pair in pairs]
    again = [ask(cache, *pair) for pair in reversed(pairs)]
    assert all(same(a, b) for a, b in zip(first, reversed(again), strict=True))
    used = sum(path.stat().st_size for path in tmp_path.iterdir())
    assert used <= limit
    kept = len(list(tmp_path.iterdir()))
    assert len(source.asked) == 5 + (5 - kept)
    assert kept == len({pair for pair in pairs if source.asked.count(pair) == 1})
    assert full == [1]


def test_what_was_kept_counts_against_the_limit_of_the_next_run(opened, tmp_path):
    first, _, _ = opened()
    ask(first, 1, 2)
    second, _, full = opened(limit=1)
    ask(second, 2, 3)
    assert full == [1]
    assert len(list(tmp_path.iterdir())) == 1


def test_a_damaged_file_is_made_again(opened, tmp_path):
    cache, source, _ = opened()
    before = ask(cache, 1, 2)
    (path,) = tmp_path.iterdir()
    path.write_bytes(path.read_bytes()[:200])
    assert same(ask(cache, 1, 2), before)
    assert len(source.asked) == 2
    assert same(ask(cache, 1, 2), before)
    assert len(source.asked) == 2


def test_the_flow_of_a_shot_is_removed(opened, tmp_path):
    cache, _, _ = opened()
    for n in range(5):
        ask(cache, n, n + 1)
    cache.remove(1, 3)
    assert [path.name for path in tmp_path.iterdir()] == ["flow_4_5.exr"]


def test_a_folder_that_cannot_be_written_costs_time_only(opened, tmp_path):
    cache, source, full = opened()
    tmp_path.rmdir()
    assert same(ask(cache, 1, 2), ask(cache, 1, 2))
    assert len(source.asked) == 2
    assert full == [1]
    tmp_path.mkdir()
