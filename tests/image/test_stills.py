import pytest
import torch

from vst_core.errors import UsageError
from vst_core.image import read_picture, write_picture


@pytest.mark.parametrize("suffix", [".png", ".tif", ".dpx"])
def test_a_picture_comes_back_to_the_nearest_step(tmp_path, suffix):
    picture = torch.rand(1, 3, 21, 34)
    write_picture(tmp_path / f"a{suffix}", picture)
    back = read_picture(tmp_path / f"a{suffix}")
    assert (back - picture).abs().max() <= 0.5 / 255 + 1e-6


def test_jpeg_is_close(tmp_path):
    ramp = torch.linspace(0, 1, 64).repeat(1, 3, 48, 1)
    write_picture(tmp_path / "a.jpg", ramp)
    assert (read_picture(tmp_path / "a.jpg") - ramp).abs().max() < 0.03
    small = (tmp_path / "a.jpg").stat().st_size
    write_picture(tmp_path / "a.jpg", ramp, quality=100)
    assert (tmp_path / "a.jpg").stat().st_size > small


def test_wild_values_are_cut(tmp_path):
    picture = torch.tensor([float("nan"), float("inf"), -3.0, 7.0]).repeat(1, 3, 2, 1)
    write_picture(tmp_path / "a.png", picture)
    assert read_picture(tmp_path / "a.png")[0, 0, 0].tolist() == [0, 1, 0, 1]


@pytest.mark.parametrize("size", [(40, 60), (60, 40), (16, 16), (8, 300)])
def test_the_short_side(tmp_path, size):
    write_picture(tmp_path / "a.png", torch.rand(1, 3, *size))
    picture = read_picture(tmp_path / "a.png", short_side=16)
    assert min(picture.shape[-2:]) == 16
    assert picture.shape[-1] / picture.shape[-2] == pytest.approx(size[1] / size[0], rel=0.03)
    assert picture.min() >= 0
    assert picture.max() <= 1


def test_stills_have_eight_bits(tmp_path):
    with pytest.raises(UsageError, match=r"stills are written with 8 bits.*\.png"):
        write_picture(tmp_path / "a.exr", torch.zeros(1, 3, 4, 4))
    with pytest.raises(UsageError, match=r"'\.pgn' cannot be written.*Did you mean '\.png'"):
        write_picture(tmp_path / "a.pgn", torch.zeros(1, 3, 4, 4))
