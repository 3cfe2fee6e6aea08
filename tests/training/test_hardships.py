"""Pictures as they come: what befalls the pictures of a step."""

import numpy as np
import pytest
import torch

from vst_core.training.hardships import Hardship, draw_hardship

pytestmark = pytest.mark.usefixtures("one_thread")


def picture():
    return torch.rand(1, 3, 48, 48, generator=torch.Generator().manual_seed(0))


def random(seed=0):
    return np.random.default_rng(seed)


def test_a_faint_picture_shows_the_steps_of_eight_bits():
    seen = Hardship(gain=0.2).befall(picture(), random=random())
    steps = (seen * 255 * 0.2).unique()
    torch.testing.assert_close(steps, steps.round(), rtol=0, atol=1e-4)
    assert (seen - picture()).abs().max() <= 0.5 / (255 * 0.2) + 1e-5


def test_grain_is_that_of_what_was_recorded():
    even = torch.full((1, 3, 128, 128), 0.5)
    seen = Hardship(gain=0.1, grain=2.0).befall(even, random=random())
    assert (seen.std() * 255 * 0.1).item() == pytest.approx(2.0, rel=0.1)


def test_what_does_not_count_is_black_or_has_the_colors_beside_it():
    weight = torch.zeros(1, 1, 48, 48)
    weight[..., 10:30, 10:30] = 1
    dark = Hardship(weight=weight, dark=True).befall(picture(), random=random())
    filled = Hardship(weight=weight).befall(picture(), random=random())
    inside = (..., slice(10, 30), slice(10, 30))
    for seen in (dark, filled):
        assert torch.equal(seen[inside], picture()[inside])
    assert dark[..., :10, :].abs().max() == 0
    assert filled[..., :10, :].min() > 0.1


def test_every_kind_is_drawn_and_its_weights_are_weights():
    kinds = set()
    for seed in range(60):
        drawn = draw_hardship(2, 48, random=random(seed))
        kinds.add((drawn.weight is None, drawn.dark))
        assert 0.04 <= drawn.gain <= 1
        if drawn.weight is not None:
            assert drawn.weight.shape == (2, 1, 48, 48)
            assert drawn.weight.min() >= 0
            assert drawn.weight.max() <= 1
        seen = drawn.befall(picture(), random=random(seed))
        assert seen.min() >= 0
        assert seen.max() <= 1
    assert kinds == {(True, False), (False, False), (False, True)}
