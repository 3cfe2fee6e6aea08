"""Frames of movies as paintings."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import torch

from vst_core.errors import InputError
from vst_core.styles import find_style, painting_file
from vst_core.styles.painting import movie_frame, names_a_painting
from vst_core.styles.painting_reader import read_painting
from vst_core.video import MovieSettings, write_movie


def written(path, colors):
    pictures = [np.full((48, 64, 3), color, np.uint8) for color in colors]
    write_movie(path, pictures, MovieSettings(codec="h264", rate=Fraction(24)))
    return path


@pytest.fixture(scope="module")
def movie(tmp_path_factory):
    return written(tmp_path_factory.mktemp("art") / "art.mp4", [40, 120, 200])


@pytest.mark.parametrize(("number", "value"), [(1, 40), (2, 120), (3, 200)])
def test_a_numbered_frame_is_a_painting(movie, number, value):
    found = find_style(f"{movie}#{number}")
    picture = read_painting(found.path)
    assert picture.shape == (1, 3, 48, 64)
    assert (picture * 255 - value).abs().max() < 4
    assert (found.name, found.file) == (f"art.mp4#{number}", movie)
    assert read_painting(found.path, short_side=40).shape[-2] == 40


def test_its_hash_knows_the_movie_and_the_number(movie, tmp_path):
    first, second = (find_style(f"{movie}#{number}").sha256 for number in (1, 2))
    moved = tmp_path / "other.mp4"
    moved.write_bytes(movie.read_bytes())
    assert first != second
    assert find_style(f"{moved}#1").sha256 == first
    assert find_style(f"{written(tmp_path / 'art.mp4', [41, 120])}#1").sha256 != first


def test_a_movie_that_was_made_anew_is_read_anew(tmp_path):
    path = written(tmp_path / "art.mp4", [40])
    assert read_painting(Path(f"{path}#1")).mean() < 0.3
    written(path, [200, 40])
    assert read_painting(Path(f"{path}#1")).mean() > 0.7


@pytest.mark.parametrize("number", [0, 4])
def test_a_frame_that_is_not_there(movie, number):
    with pytest.raises(InputError, match=r"frames 1 to 3, and no [04]\. Name one"):
        read_painting(find_style(f"{movie}#{number}").path)


def test_a_movie_is_no_single_picture(movie):
    with pytest.raises(InputError, match=r"is a movie.*art\.mp4#1.*--style-video"):
        find_style(str(movie))


def test_a_movie_that_is_not_there(tmp_path):
    with pytest.raises(InputError, match="no painting"):
        find_style(str(tmp_path / "gone.mov#3"))


def test_a_file_of_that_very_name_comes_first(tmp_path):
    from vst_core.image import write_picture

    path = tmp_path / "art.mp4#1"
    write_picture(tmp_path / "art.png", torch.rand(1, 3, 40, 48))
    (tmp_path / "art.png").rename(path)
    assert movie_frame(path) is None
    assert painting_file(str(path)) == path
    assert read_painting(find_style(str(path)).path).shape == (1, 3, 40, 48)


@pytest.mark.parametrize("name", ["art.mp4#x", "art.mp4#", "muse#1", "art.toml#1"])
def test_other_names_are_no_frames(name):
    assert movie_frame(Path(name)) is None
    assert not names_a_painting(name)
