"""Paintings as styles: found by path, read whatever they are, refused where they cannot serve."""

import os

import numpy as np
import pytest
import torch

from vst_core.errors import InputError, UsageError
from vst_core.hosts.hashes import file_hash
from vst_core.image import write_picture
from vst_core.styles import Painting, StyleCard, find_mix, find_style
from vst_core.styles.painting_reader import read_painting


@pytest.fixture
def painting(tmp_path):
    path = tmp_path / "mine.png"
    write_picture(path, torch.rand(1, 3, 40, 48, generator=torch.Generator().manual_seed(1)))
    return path


def save(path, pixels):
    import cv2

    assert cv2.imwrite(str(path), pixels)
    return find_style(str(path))


def test_a_path_of_a_picture_is_a_painting(painting):
    found = find_style(str(painting))
    assert found == Painting(path=painting, sha256=file_hash(painting))
    assert found.name == "mine.png"
    assert read_painting(found.path).shape == (1, 3, 40, 48)


def test_a_file_of_any_name_is_a_painting_and_a_name_is_a_card(painting):
    odd = painting.with_suffix(".picture")
    painting.rename(odd)
    assert isinstance(find_style(str(odd)), Painting)
    assert isinstance(find_style("muse"), StyleCard)


def test_paintings_and_cards_of_any_family_mix_for_optimizing_methods(painting):
    mix = find_mix([(str(painting), 0.25), ("muse", 0.75)], method="gatys")
    assert [(type(style), weight) for style, weight in mix] == [
        (Painting, 0.25),
        (StyleCard, 0.75),
    ]


@pytest.mark.parametrize("method", ["lstm", "huang"])
def test_networks_without_motion_refuse_a_painting_and_name_the_ways_out(painting, method):
    with pytest.raises(UsageError) as caught:
        find_mix([(str(painting), 1.0)], method=method)
    message = str(caught.value)
    assert message.startswith(
        f"'{painting}' is a painting, and --method {method} needs a trained style. "
        "Use --method vtn or itn or gatys or "
    )
    assert message.endswith(
        f"or train it: vst train --painting {painting} --from muse --photos DIR --out DIR"
    )


@pytest.mark.parametrize(
    "name", ["absent.jpg", "absent.EXR", "no/such/folder.png", "\ud800.jpg", "a\0.jpg"]
)
def test_an_absent_painting(tmp_path, name):
    with pytest.raises(InputError) as caught:
        find_style(str(tmp_path / name))
    assert str(caught.value) == (
        f"There is no painting at '{tmp_path / name}'. "
        "Check the path, or name a style: `vst styles` lists them."
    )


@pytest.mark.parametrize("name", ["A" * 300, "a/" * 3000, "a\0"])
def test_a_name_that_no_file_can_have_is_no_painting(name):
    with pytest.raises(UsageError, match="No style is called"):
        find_style(name)


def test_a_folder_is_no_painting(tmp_path):
    (tmp_path / "folder.png").mkdir()
    with pytest.raises(InputError, match="cannot be read"):
        read_painting(find_style(str(tmp_path / "folder.png")).path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_painting_without_permission(painting):
    painting.chmod(0)
    with pytest.raises(InputError, match=r"cannot be read .*Check its permissions"):
        find_style(str(painting))


def test_a_damaged_painting_is_named(painting):
    painting.write_bytes(painting.read_bytes()[:200])
    with pytest.raises(InputError, match=r"mine\.png"):
        read_painting(find_style(str(painting)).path)
    painting.write_text("no picture")
    with pytest.raises(InputError, match=r"mine\.png"):
        read_painting(find_style(str(painting)).path)


def test_a_painting_of_one_pixel_shows_no_strokes(tmp_path):
    found = save(tmp_path / "dot.png", np.full((1, 1, 3), 128, np.uint8))
    with pytest.raises(InputError) as caught:
        read_painting(found.path)
    assert str(caught.value) == (
        f"'{tmp_path / 'dot.png'}' is 1 x 1 pixels, too small to show strokes. "
        "Give a painting of at least 32 x 32 pixels."
    )


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_gray_paintings_of_8_and_16_bits(tmp_path, kind):
    gray = np.linspace(0, np.iinfo(kind).max, 40 * 40).reshape(40, 40).astype(kind)
    picture = read_painting(save(tmp_path / "gray.png", gray).path)
    assert picture.shape == (1, 3, 40, 40)
    assert torch.equal(picture[:, 0], picture[:, 2])
    torch.testing.assert_close(
        picture[0, 0].flatten(), torch.linspace(0, 1, 1600), atol=1 / 255, rtol=0
    )


def test_what_is_transparent_adds_no_color_of_its_own(tmp_path):
    pixels = np.zeros((40, 40, 4), np.uint8)  # blue, green, red, alpha
    pixels[:20] = (0, 0, 255, 255)
    pixels[20:] = (0, 255, 0, 0)
    picture = read_painting(save(tmp_path / "cut.png", pixels).path)
    red = torch.tensor([1.0, 0.0, 0.0]).view(1, 3, 1, 1).expand_as(picture)
    torch.testing.assert_close(picture, red)
