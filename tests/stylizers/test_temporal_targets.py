"""How frames are held to earlier ones, against the definitions of Ruder et al. 2016."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from vst_core.guidance import Earlier, Guidance
from vst_core.losses import temporal_loss
from vst_core.stylizers import match_colors
from vst_core.stylizers.temporal_targets import (
    blended,
    closest_first,
    filled,
    temporal_targets,
)

SIZE = (5, 7)


def noise(channels, seed):
    return torch.rand(1, channels, *SIZE, generator=torch.Generator().manual_seed(seed))


def guidance(*, older=0):
    frames = [Earlier(warped=noise(3, n), trust=noise(1, 50 + n)) for n in range(1, 1 + older)]
    return Guidance(warped=noise(3, 0), trust=noise(1, 50), older=tuple(frames))


@settings(deadline=None, max_examples=20)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=5))
def test_closest_first_is_the_definition(trusts):
    masks = [torch.full((1, 1, 1, 1), value) for value in trusts]
    found = closest_first(masks)
    for place, weight in enumerate(found):
        expected = max(trusts[place] - sum(trusts[:place]), 0.0)
        assert float(weight) == pytest.approx(expected, abs=1e-6)


def test_a_pixel_follows_the_nearest_frame_that_saw_it():
    near, middle, far = (torch.tensor(row).reshape(1, 1, 1, 4) for row in (
        [1.0, 0.0, 0.0, 0.0], [1.0, 1.0, 0.0, 0.0], [1.0, 1.0, 1.0, 0.0]
    ))  # fmt: skip
    found = [weight.flatten().tolist() for weight in closest_first([near, middle, far])]
    assert found == [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]]


@settings(deadline=None, max_examples=20)
@given(delta=st.floats(0, 5), trust=st.floats(0, 1))
def test_the_blend_is_the_definition(delta, trust):
    last, warped = noise(3, 1), noise(3, 2)
    found = blended(last, warped, torch.full((1, 1, *SIZE), trust), delta=delta)
    expected = (last + delta * trust * warped) / (1 + delta * trust)
    assert torch.allclose(found, expected, atol=1e-6)


def test_a_blend_of_one_is_half_where_the_motion_is_trusted_and_nothing_elsewhere():
    last, warped = noise(3, 1), noise(3, 2)
    trust = (torch.arange(7) > 3).float().expand(1, 1, *SIZE)
    found = blended(last, warped, trust, delta=1.0)
    assert torch.allclose(found, torch.where(trust > 0, (last + warped) / 2, last))


def test_a_start_is_the_nearest_frame_that_saw_and_else_the_frame_in_its_colors():
    near, older, frame = noise(3, 1), noise(3, 2), noise(3, 3)
    near_saw, older_saw = ((torch.arange(7) < n).float().expand(1, 1, *SIZE) for n in (2, 5))
    known = Guidance(warped=near, trust=near_saw, older=(Earlier(warped=older, trust=older_saw),))
    start = filled(known, frame)
    assert torch.equal(start[..., :2], near[..., :2])
    assert torch.equal(start[..., 2:5], older[..., 2:5])
    assert torch.allclose(start[..., 5:], match_colors(frame, near)[..., 5:])


@settings(deadline=None, max_examples=20)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=4))
def test_a_start_stays_in_range(trusts):
    white = torch.ones(1, 3, *SIZE)
    near, *older = (
        Earlier(warped=white, trust=torch.full((1, 1, *SIZE), trust)) for trust in trusts
    )
    known = Guidance(warped=near.warped, trust=near.trust, older=tuple(older))
    start = filled(known, white)
    assert 1 - 1e-5 <= start.min() <= start.max() <= 1 + 1e-5


def test_the_short_term_loss_is_equation_7():
    known, picture = guidance(), noise(3, 9)
    (target,) = temporal_targets(known, 300.0)
    assert target.weight == 300.0
    found = temporal_loss(picture, target.warped, target.trust)
    expected = (known.trust * (picture - known.warped) ** 2).sum() / picture.numel()
    assert torch.allclose(found, expected, rtol=1e-5)


def test_the_long_term_loss_is_equation_9():
    known, picture = guidance(older=2), noise(3, 9)
    targets = temporal_targets(known, 1.0)
    found = sum(temporal_loss(picture, t.warped, t.trust) for t in targets)
    trusts = [known.trust, *(frame.trust for frame in known.older)]
    pictures = [known.warped, *(frame.warped for frame in known.older)]
    expected = torch.zeros(())
    for place, (trust, warped) in enumerate(zip(trusts, pictures, strict=True)):
        weight = (trust - sum(trusts[:place])).clamp(min=0)
        expected = expected + (weight * (picture - warped) ** 2).sum() / picture.numel()
    assert len(targets) == 3
    assert torch.allclose(found, expected, rtol=1e-5)


def test_no_weight_is_no_loss():
    assert temporal_targets(guidance(older=2), 0.0) == []
