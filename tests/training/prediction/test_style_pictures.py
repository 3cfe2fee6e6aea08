"""What paintings are made into keeps strokes and takes other colors."""

import numpy as np
import pytest
import torch

from vst_core.training.photograph_stack import PhotographStack
from vst_core.training.prediction.style_pictures import StylePictures, _in_colors_of


@pytest.fixture
def pictures(tmp_path):
    from PIL import Image

    random = np.random.default_rng(0)
    for name in "ab":
        pixels = random.integers(0, 256, (80, 100, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(tmp_path / f"{name}.png")
    stills = PhotographStack(tmp_path, side=64, device=torch.device("cpu"))
    paintings = [torch.randint(0, 256, (3, 90, 120), dtype=torch.uint8) for _ in range(3)]
    return StylePictures(paintings, stills)


def test_draws_are_squares_in_range_and_follow_from_the_seed(pictures):
    for seed in range(12):
        drawn = pictures.draw(2, random=np.random.default_rng(seed))
        assert drawn.shape[:2] == (2, 3)
        assert drawn.shape[2] == drawn.shape[3]
        assert drawn.min() >= 0
        assert drawn.max() <= 1
        again = pictures.draw(2, random=np.random.default_rng(seed))
        assert torch.equal(drawn, again)


def test_borrowed_colors_have_the_lenders_mean_and_covariance():
    torch.manual_seed(0)
    picture = 0.45 + 0.1 * torch.rand(1, 3, 40, 40)
    lender = 0.4 + 0.2 * torch.rand(1, 3, 50, 50) * torch.tensor([1.0, 0.5, 0.7]).view(1, 3, 1, 1)
    found = _in_colors_of(picture, lender).flatten(2)[0]
    wanted = lender.flatten(2)[0]
    torch.testing.assert_close(found.mean(1), wanted.mean(1), atol=2e-3, rtol=0)
    torch.testing.assert_close(torch.cov(found), torch.cov(wanted), atol=1e-3, rtol=0)
