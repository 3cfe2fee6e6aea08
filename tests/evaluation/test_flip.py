"""FLIP, as NVIDIA's own package measures it, over trusted pixels."""

import pytest
import torch

from vst_core.errors import UsageError
from vst_core.evaluation import flip_error, flip_map, has_flip, moving_frames

needs_flip = pytest.mark.skipif(not has_flip(), reason="flip-evaluator is not installed")


@pytest.fixture
def pictures():
    return tuple(moving_frames(width=48, height=40, count=2))


@needs_flip
def test_equal_pictures_and_opposite_ones(pictures):
    one, other = pictures
    assert flip_map(one, one).max() == 0
    assert 0 < flip_map(one, other).mean() < 1
    white = torch.ones_like(one)
    assert flip_map(white * 0, white).mean() > 0.9


@needs_flip
def test_it_is_the_packages_mean_where_all_is_trusted(pictures):
    import flip_evaluator

    arrays = [picture[0].permute(1, 2, 0).contiguous().numpy() for picture in pictures]
    _, mean, settings = flip_evaluator.evaluate(*arrays, "LDR")
    found = flip_error(*pictures, torch.ones(1, 1, 40, 48))
    assert found == pytest.approx(mean, rel=1e-4)
    assert settings["ppd"] == pytest.approx(67, abs=0.1)


@needs_flip
def test_only_trusted_pixels_count_and_the_others_do_not_spill(pictures):
    one, _ = pictures
    other, trust = one.clone(), torch.ones(1, 1, 40, 48)
    other[..., :10] = 1 - other[..., :10]
    trust[..., :10] = 0
    assert flip_error(one, other, trust) == 0
    trust[..., 9] = 1
    assert flip_error(one, other, trust) > 0
    assert flip_error(one, other, trust * 0) is None


def test_without_the_package_it_is_a_usage_error(pictures, monkeypatch):
    monkeypatch.setattr("vst_core.evaluation.flip.find_spec", lambda _: None)
    assert not has_flip()
    with pytest.raises(UsageError, match=r"vst\[eval\]"):
        flip_map(*pictures)
