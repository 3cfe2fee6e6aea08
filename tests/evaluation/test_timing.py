"""Two kinds of work take turns, and memory is what the process held."""

import pytest
import torch

from vst_core.evaluation import Comparison, compare, moving_frames, peak_memory
from vst_core.flow import FlowSettings, FrameView, open_flow_source
from vst_core.motion import trust_mask


def test_work_takes_turns_so_that_slow_drift_cancels():
    turns = []

    def work(name, cost):
        turns.append(name)
        return cost * (1 + 0.1 * len(turns))  # a machine that slows down

    found = compare(lambda: work("A", 1.0), lambda: work("B", 5.0), rounds=4)
    assert "".join(turns) == "ABBAABBA"
    assert found.ratio == pytest.approx(5.0, rel=0.05)


def test_the_ratio_is_the_median_over_neighbors():
    found = Comparison(ours=(1.0, 2.0, 1.0), baseline=(5.0, 12.0, 100.0))
    assert found.ratio == 6.0
    assert (found.median_ours, found.median_baseline) == (1.0, 12.0)


def test_peak_memory_counts_what_was_held_and_given_back():
    before = peak_memory()
    if before is None:
        pytest.skip("this system does not say")
    held = torch.ones(50_000_000)
    size = 4 * held.numel()
    assert peak_memory() >= size
    del held
    assert peak_memory() >= max(size, 0.99 * before)


def test_made_up_frames_are_pictures_and_the_same_every_time():
    frames = list(moving_frames(width=70, height=41, count=3))
    again = list(moving_frames(width=70, height=41, count=3))
    assert all(frame.shape == (1, 3, 41, 70) for frame in frames)
    assert all(frame.min() >= 0 and frame.max() <= 1 for frame in frames)
    assert all(torch.equal(one, other) for one, other in zip(frames, again, strict=True))
    assert not torch.equal(frames[0], frames[1])


def test_flow_finds_its_way_in_made_up_frames():
    before, now = list(moving_frames(width=256, height=192, count=5))[3:]
    flow = open_flow_source("dis", FlowSettings()).between(FrameView(4, before), FrameView(5, now))
    assert trust_mask(flow.forward, flow.backward, variant="plain").mean() > 0.8
    assert 0.5 < flow.backward.norm(dim=1).mean() < 10
