"""Photographs on the device: squares of the middle, cropped by one draw of random numbers."""

import numpy as np
import pytest
import torch
from PIL import Image

from vst_core.training.photograph_stack import PhotographStack

CPU = torch.device("cpu")


def save(folder, name, pixels):
    Image.fromarray(pixels).save(folder / name)


def test_the_middle_of_a_wide_photograph_is_kept(tmp_path):
    pixels = np.zeros((32, 96, 3), np.uint8)
    pixels[:, 32:64] = 255
    save(tmp_path, "wide.png", pixels)
    crops = PhotographStack(tmp_path, side=32, device=CPU).crops(
        4, 16, random=np.random.default_rng(3)
    )
    # All of what is kept is white, and no change of gamma or contrast makes it darker.
    assert crops.shape == (4, 3, 16, 16)
    assert crops.min() > 0.99


def test_the_same_numbers_give_the_same_crops(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (48, 48, 3), dtype=np.uint8)
    save(tmp_path, "a.png", pixels)
    stills = PhotographStack(tmp_path, side=40, device=CPU)
    one, other = (stills.crops(5, 24, random=np.random.default_rng(7)) for _ in range(2))
    assert torch.equal(one, other)
    assert not torch.equal(one[0], one[1])


def test_a_folder_without_photographs_is_refused(tmp_path):
    from vst_core.errors import InputError

    with pytest.raises(InputError):
        PhotographStack(tmp_path, side=32, device=CPU)
