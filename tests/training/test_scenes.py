"""Scenes made from stills: the flow is exact where it says so, and masks mean what they say."""

import numpy as np
import pytest
import torch
from training_pictures import save_photographs

from vst_core.motion import warp
from vst_core.training import photographs as training_photographs
from vst_core.training import scenes
from vst_core.training.photographs import Photographs
from vst_core.training.scenes import make_scene

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def photographs(tmp_path_factory):
    return Photographs(save_photographs(tmp_path_factory.mktemp("photographs")), smallest=32)


@pytest.fixture
def daylight(monkeypatch):
    """Switch the changing light off, and cut out with scissors instead of a soft brush.

    What a pixel shows is then one point of one photograph, but for the pixel-wide outline.
    """
    soft = scenes.blob_mattes

    def hard(count, size, *, random):
        return (soft(count, size, random=random) > 0.5).float()

    monkeypatch.setattr(scenes, "blob_mattes", hard)
    monkeypatch.setattr(scenes._Lights, "shine", lambda self, picture, random: picture)
    # Nor another contrast: it would scale the error of resampling that is measured.
    monkeypatch.setattr(training_photographs, "_regraded", lambda picture, random: picture)


def scene(photographs, seed, *, size=48, length=3, count=2):
    random = np.random.default_rng(seed)
    return make_scene(photographs, count=count, size=size, length=length, random=random)


@pytest.mark.parametrize("seed", range(4))
def test_every_part_has_its_shape_and_range(photographs, seed):
    made = scene(photographs, seed)
    assert [len(part) for part in vars(made).values()] == [3, 2, 2, 2, 2]
    for frame in made.frames:
        assert frame.shape == (2, 3, 48, 48)
        assert 0 <= frame.min() <= frame.max() <= 1
    for flow in (*made.exact, *made.estimated):
        assert flow.shape == (2, 2, 48, 48)
        assert torch.isfinite(flow).all()
    for mask in (*made.visible, *made.trust):
        assert mask.shape == (2, 1, 48, 48)
        assert 0 <= mask.min() <= mask.max() <= 1
    for mask in made.visible:
        assert torch.equal(mask.round(), (mask > 0.999).float())


def test_a_scene_of_one_moment_is_a_still(photographs):
    made = scene(photographs, 1, length=1)
    assert [len(part) for part in vars(made).values()] == [1, 0, 0, 0, 0]


def test_the_seed_decides_everything(photographs):
    first, again, other = (scene(photographs, seed) for seed in (5, 5, 6))
    for name, part in vars(first).items():
        assert all(map(torch.equal, part, vars(again)[name]))
    assert not torch.equal(first.frames[0], other.frames[0])


@pytest.mark.usefixtures("daylight")
def test_the_exact_flow_brings_the_frame_before_to_now(photographs):
    """What is visible at both ends is the same point of the same photograph.

    The frame before is sampled between its pixels, so smooth photographs are compared, and
    the few pixels are let off in which the outline of a cut-out blends two layers.
    """
    compared, moved = 0, 0.0
    for seed in range(12):
        made = scene(photographs, seed)
        for before, now, flow, visible in zip(
            made.frames[:-1], made.frames[1:], made.exact, made.visible, strict=True
        ):
            seen = (visible > 0.5).expand_as(now)
            error = (warp(before, flow) - now).abs()[seen]
            assert error.quantile(0.9) < 0.002
            compared += int(seen.sum())
            moved = max(moved, float((before - now).abs()[seen].quantile(0.9)))
    assert compared > 100_000
    assert moved > 0.05  # without the flow they are far from equal


def owners(*maps):
    return torch.stack([torch.tensor(m, dtype=torch.float32) for m in maps])[None]


def test_what_a_moving_layer_uncovers_was_not_visible():
    """A cut-out of two pixels moves one to the right, over a background at rest."""
    cut_out_before = torch.tensor([[0, 1, 1, 0, 0, 0]] * 3)
    cut_out_now = torch.tensor([[0, 0, 1, 1, 0, 0]] * 3)
    before = owners((1 - cut_out_before).tolist(), cut_out_before.tolist())
    now = owners((1 - cut_out_now).tolist(), cut_out_now.tolist())
    rest, right = torch.zeros(1, 2, 3, 6), torch.zeros(1, 2, 3, 6)
    right[:, 0] = -1  # backward flow: it came from the left
    visible = scenes._seen_before([rest, right], now, before)
    # Uncovered is where the cut-out was and no longer is; what it covers now is itself.
    assert visible[0, 0].tolist() == [[1, 0, 1, 1, 1, 1]] * 3


def test_what_comes_from_outside_the_frame_was_not_visible():
    alone = torch.ones(1, 1, 3, 6)
    flow = torch.zeros(1, 2, 3, 6)
    flow[:, 0] = -2.0
    visible = scenes._seen_before([flow], alone, alone)
    assert visible[0, 0].tolist() == [[0, 0, 1, 1, 1, 1]] * 3


def test_the_flow_of_a_pixel_is_that_of_the_layer_on_top():
    now = owners([[1, 0]], [[0, 1]])
    flows = [torch.full((1, 2, 1, 2), 1.0), torch.full((1, 2, 1, 2), 5.0)]
    assert scenes._flow_of_visible(flows, now)[0, 0].tolist() == [[1, 5]]


def test_estimates_are_wrong_but_not_far(photographs):
    errors = []
    for seed in range(8):
        made = scene(photographs, seed)
        errors += [
            float((a - b).abs().mean()) for a, b in zip(made.exact, made.estimated, strict=True)
        ]
    assert 0.001 < np.mean(errors) < 2
