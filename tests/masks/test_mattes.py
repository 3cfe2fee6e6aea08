"""Objects by name as masks: files, notes, keys' files, and edges that add up."""

import json

import numpy as np
import OpenImageIO
import pytest
import torch

from vst_core.cryptomatte import matte_id
from vst_core.errors import InputError
from vst_core.image import Window, read_plate
from vst_core.job import parse_masks
from vst_core.masks import find_masks, partition, read_masks

DISPLAY = Window(0, 0, 4, 4)


@pytest.fixture
def rendered(tmp_path):
    """Write a picture with two objects, half and half in the upper row, and nothing below."""

    def write(number, names=("Hero", "Sword"), **facts):
        path = tmp_path / f"f_{number:04d}.exr"
        pixels = np.zeros((4, 4, 7), np.float32)
        pixels[:2, :, 3:] = [
            np.uint32(matte_id(names[0])).view(np.float32),
            0.5,
            np.uint32(matte_id(names[1])).view(np.float32),
            0.5,
        ]
        spec = OpenImageIO.ImageSpec(4, 4, 7, "float")
        spec.channelnames = ("R", "G", "B", *(f"CryptoObject00.{one}" for one in "rgba"))
        manifest = json.dumps({name: f"{matte_id(name):08x}" for name in names})
        spec.attribute("cryptomatte/abc/name", "CryptoObject")
        for name, value in (facts or {"manifest": manifest}).items():
            spec.attribute(f"cryptomatte/abc/{name}", value)
        output = OpenImageIO.ImageOutput.create(str(path))
        output.open(str(path), spec)
        assert output.write_image(pixels)
        output.close()
        return path

    return write


def found(text, *paths):
    frames = range(1, len(paths) + 1)
    masks = parse_masks(text)
    return find_masks(masks, list(frames), sources=paths, hold=False, display=DISPLAY)


def shares(text, path):
    files = found(text, path)
    masks = read_masks(files.masks, files.of(1), read_plate(path))
    return partition(masks, files.groups)[:, 0, 0, 0].tolist()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("crypto:Hero=candy", [0.5, 0.5]),
        ("crypto:Hero=candy,crypto:Sword=wave", [0.5, 0.5, 0]),  # side by side: nothing between
        ("crypto:Hero=candy,crypto:object:*=wave", [0.5, 0.5, 0]),
        ("crypto:Hero=candy,crypto:H*=wave", [0.5, 0, 0.5]),
        ("crypto:Hero,Sword=candy", [1, 0]),
    ],
)
def test_at_an_edge_each_object_has_its_coverage(rendered, text, expected):
    assert shares(text, rendered(1)) == pytest.approx(expected)


def test_a_mask_of_another_kind_still_covers_what_lies_below():
    masks = torch.tensor([0.5, 0.5, 0.5]).view(3, 1, 1, 1)
    assert partition(masks).flatten().tolist() == pytest.approx([0.5, 0.25, 0.125, 0.125])
    by_group = partition(masks, (0, 1, 0)).flatten().tolist()
    assert by_group == pytest.approx([0.5, 0.25, 0.25, 0])


def test_an_object_may_be_absent_from_some_frames(rendered):
    first, second = rendered(1), rendered(2, names=("Shield", "Sword"))
    files = found("crypto:Hero=candy", first, second)
    assert read_masks(files.masks, (), read_plate(first)).max() == 0.5
    assert read_masks(files.masks, (), read_plate(second)).max() == 0


@pytest.mark.parametrize(
    ("text", "told"),
    [("crypto:Heroe=candy", "Did you mean 'Hero'"), ("crypto:Z*=candy", "no matte 'Z.'")],
)
def test_a_name_that_no_frame_has_is_refused_with_those_that_are_near(rendered, text, told):
    with pytest.raises(InputError, match=told) as error:
        found(text, rendered(1), rendered(2))
    assert error.value.exit_code == 3


def test_files_of_mattes_beside_the_pictures(rendered, tmp_path):
    path = rendered(1)
    files = found(f"{tmp_path}/f_%04d.exr:crypto:Hero=candy", path)
    assert files.of(1) == files.decisive(1) == (path,)


def test_a_manifest_beside_the_picture_decides_too(rendered, tmp_path):
    beside = tmp_path / "names.json"
    beside.write_text(json.dumps({"Hero": f"{matte_id('Hero'):08x}"}))
    path = rendered(1, manif_file="names.json")
    files = found("crypto:Hero=candy", path)
    assert (files.of(1), files.decisive(1), files.notes) == ((), (beside,), ())
    beside.unlink()
    bare = found("crypto:Hero=candy", path)
    assert bare.decisive(1) == ()
    assert str(beside) in bare.notes[0]
    assert shares("crypto:Hero=candy", path) == pytest.approx([0.5, 0.5])


def test_a_picture_without_mattes_is_named(rendered, exr):
    path = exr("f_0002.exr", {one: np.zeros((4, 4)) for one in "RGB"})
    with pytest.raises(InputError, match=r"f_0002\.exr: has no Cryptomatte"):
        found("crypto:Hero=candy", rendered(1), path)
