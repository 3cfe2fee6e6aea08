"""The looped shot repeats, moves, and its motion is the one that its pictures show."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from vst_core.evaluation import LoopedShot, edge_correlation, hard_trust, temporal_errors
from vst_core.flow import FrameView

SHOT = LoopedShot(width=128, height=72, loop=40, grain=0.0)


@given(number=st.integers(-100, 1000))
@settings(max_examples=10, deadline=None)
def test_it_repeats_but_for_the_grain(number):
    assert torch.equal(SHOT.frame(number), SHOT.frame(number + SHOT.loop))
    grainy = LoopedShot(width=128, height=72, loop=40)
    one, later = grainy.frame(number), grainy.frame(number + grainy.loop)
    assert torch.equal(one, grainy.frame(number))
    assert 0 < (one - later).std() < 3 / 255


def motion(a, b):
    empty = torch.empty(0)
    return SHOT.between(FrameView(a, empty), FrameView(b, empty))


@given(number=st.integers(0, 39), step=st.integers(1, 5))
@settings(max_examples=15, deadline=None)
def test_a_frame_warped_along_the_motion_is_the_next_one(number, step):
    before, now = SHOT.frame(number), SHOT.frame(number + step)
    flow = motion(number, number + step)
    trust = hard_trust(flow)
    errors = temporal_errors(now, before, backward=flow.backward, trust=trust)
    unmoved = (now - before).square().mean().item()
    assert trust.mean() > 0.6
    assert errors.m2 < 0.25 * unmoved  # what is left is at edges, resampled
    assert flow.backward.abs().amax() > 1


def test_another_seed_is_another_picture_and_there_are_edges():
    other = LoopedShot(width=128, height=72, loop=40, grain=0.0, seed=1)
    assert edge_correlation(SHOT.frame(1), other.frame(1)) < 0.5
    assert SHOT.frame(1).std() > 0.1
    assert SHOT.frame(1).shape == (1, 3, 72, 128)


def test_the_disc_hides_and_uncovers():
    flow = motion(3, 4)
    assert hard_trust(flow).min() == 0
    there_and_back = motion(4, 3)
    assert torch.equal(there_and_back.forward, flow.backward)
    assert motion(7, 7).forward.abs().max() == pytest.approx(0, abs=1e-4)
