"""Photographs and paintings as training pictures."""

import numpy as np
import pytest
import torch
from PIL import Image
from training_pictures import save_photographs

from vst_core.errors import InputError
from vst_core.training.photographs import Photographs, load_painting


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


@pytest.mark.parametrize(("size", "expected"), [((80, 40), (20, 40)), ((30, 90), (60, 20))])
def test_a_paintings_short_side_is_as_asked(tmp_path, size, expected):
    Image.new("RGB", size).save(tmp_path / "painting.png")
    picture = load_painting(tmp_path / "painting.png", short_side=20)
    assert picture.shape == (1, 3, *expected)


@pytest.mark.parametrize(
    ("mode", "color", "expected"),
    [
        ("RGB", (255, 0, 51), (1.0, 0.0, 0.2)),
        ("L", 51, (0.2, 0.2, 0.2)),
        ("RGBA", (255, 0, 0, 0), (1.0, 1.0, 1.0)),
        ("CMYK", (0, 0, 0, 0), (1.0, 1.0, 1.0)),
    ],
)
def test_every_kind_of_picture_becomes_rgb(tmp_path, mode, color, expected):
    path = tmp_path / "painting.tif"
    Image.new(mode, (20, 20), color).save(path)
    picture = load_painting(path, short_side=20)
    torch.testing.assert_close(picture[0, :, 3, 3], torch.tensor(expected))


def test_a_photograph_of_a_painting_is_turned_upright(tmp_path):
    image = Image.new("RGB", (40, 20))
    exif = image.getexif()
    exif[0x0112] = 6  # taken with the camera turned
    image.save(tmp_path / "painting.jpg", exif=exif)
    assert load_painting(tmp_path / "painting.jpg", short_side=20).shape == (1, 3, 40, 20)


def test_an_absent_painting_is_named(tmp_path):
    with pytest.raises(InputError, match=r"none\.jpg' cannot be read as a picture"):
        load_painting(tmp_path / "none.jpg")


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
