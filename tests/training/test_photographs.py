"""Photographs and paintings as training pictures."""

import numpy as np
import pytest
import torch
from PIL import Image
from training_pictures import save_photographs

from vst_core.errors import InputError
from vst_core.training.photographs import Photographs


def test_crops_are_pictures_of_the_asked_size(tmp_path):
    photographs = Photographs(save_photographs(tmp_path), smallest=48)
    assert len(photographs) == 3
    for size in (16, 32, 96):
        crops = photographs.crops(4, size, random=np.random.default_rng(1))
        assert crops.shape == (4, 3, size, size)
        assert 0 <= crops.min() <= crops.max() <= 1


def test_crops_are_decided_by_the_seed(tmp_path):
    photographs = Photographs(save_photographs(tmp_path), smallest=32)
    first, again, other = (
        photographs.crops(2, 24, random=np.random.default_rng(seed)) for seed in (1, 1, 2)
    )
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_subfolders_are_searched_and_other_files_left_alone(tmp_path):
    save_photographs(tmp_path / "a" / "b", count=2)
    (tmp_path / "notes.txt").write_text("not a picture")
    assert len(Photographs(tmp_path, smallest=16)) == 2


def test_a_folder_without_photographs(tmp_path):
    with pytest.raises(InputError, match=r"No photographs in .* Name a folder that holds \.jpg"):
        Photographs(tmp_path, smallest=16)


@pytest.mark.parametrize("content", [b"", b"no picture at all", None])
def test_a_damaged_photograph_is_named(tmp_path, content):
    path = save_photographs(tmp_path, count=1) / "0.png"
    path.write_bytes(path.read_bytes()[:60] if content is None else content)
    with pytest.raises(InputError, match=r"0\.png' cannot be read as a picture"):
        Photographs(tmp_path, smallest=16)


def test_half_of_the_crops_have_another_exposure_and_contrast(tmp_path):
    ramp = np.linspace(90, 165, 64).astype(np.uint8)
    Image.fromarray(np.stack([np.tile(ramp, (64, 1))] * 3, axis=-1)).save(tmp_path / "ramp.png")
    photographs = Photographs(tmp_path, smallest=64)
    crops = photographs.crops(200, 32, random=np.random.default_rng(1))
    low, high = crops.amin(dim=(1, 2, 3)), crops.amax(dim=(1, 2, 3))
    as_taken = (low >= 89 / 255) & (high <= 166 / 255)
    assert 0.4 < as_taken.float().mean() < 0.75
    assert low.min() < 0.05
    assert high.max() > 0.95
