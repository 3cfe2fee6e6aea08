"""Cryptomatte: ids, layers, names and coverage, of made files and of renderers'."""

import json
import os
from pathlib import Path

import numpy as np
import OpenImageIO
import pytest

from vst_core.cryptomatte import (
    choose_mattes,
    false_colors,
    find_matte_layer,
    list_mattes,
    mask_of,
    matte_id,
    matte_layers,
    read_mattes,
    read_ranks,
)
from vst_core.errors import InputError
from vst_core.image import read_channel
from vst_core.job import parse_masks
from vst_core.job.matte_text import MatteName, parse_matte_names

SHARED = Path(os.environ.get("VST_SHARED", "/nowhere")) / "data"
FILES = [
    *sorted((SHARED / "exr/cryptomatte").glob("*.exr")),
    *sorted((SHARED / "sequences/blender_vectors").glob("*/f_0001.exr")),
]
shared = pytest.mark.skipif(not FILES, reason="needs the shared files")
NAMES = ("Hero", "Sword", "a, b:c=d")


def written(path, *, layer="CryptoObject", names=NAMES, channels="rgba", parts=False, **facts):
    """Write 2 x 3 pixels: whole pixels of each name, then the edges between them, then nothing."""
    ids = [np.uint32(matte_id(name)).view(np.float32) for name in names]
    pixels = np.zeros((2, 3, 8), np.float32)
    for column, number in enumerate(ids):
        pixels[0, column, :2] = number, 1
    pixels[1, 0, :4] = ids[0], 0.75, ids[1], 0.25
    pixels[1, 1, :6] = ids[0], 0.5, ids[1], 0.25, ids[2], 0.25
    named = [f"{layer}0{place}.{one}" for place in (0, 1) for one in channels]
    if "manifest" not in facts and "manif_file" not in facts:
        facts["manifest"] = json.dumps({name: f"{matte_id(name):08x}" for name in names})
    kind = facts.pop("kind", "float")
    specs = []
    for first, end in [(0, 4), (4, 8)] if parts else [(0, 8)]:
        spec = OpenImageIO.ImageSpec(3, 2, end - first, kind)
        spec.channelnames = tuple(named[first:end])
        spec.attribute("oiio:subimagename", f"part{first}")
        spec.attribute("compression", "zip")
        if first == 0:
            spec.attribute("cryptomatte/abc/name", layer)
            for name, value in facts.items():
                spec.attribute(f"cryptomatte/abc/{name}", value)
        specs.append((spec, np.ascontiguousarray(pixels[..., first:end])))
    output = OpenImageIO.ImageOutput.create(str(path))
    output.open(str(path), tuple(spec for spec, _ in specs))
    for index, (spec, block) in enumerate(specs):
        if index:
            output.open(str(path), spec, "AppendSubimage")
        assert output.write_image(block)
    output.close()
    return path


def matte(path, text):
    layer, names = parse_matte_names(text)
    return read_mattes(path, [(layer, names)])[0].values


def test_ids_are_the_hashes_of_the_specification():
    # From the manifests of Psyop's own example files, and Blender's.
    known = {"name, with, comma": 0x62FA4DB8, "равнина": 0x9623511E, "Cube": 0xA8FCE865}
    assert {name: matte_id(name) for name in known} == known


def test_no_id_is_a_float_that_arithmetic_would_change():
    values = np.array([matte_id(str(number)) for number in range(20_000)], np.uint32)
    exponents = values >> 23 & 255
    assert 0 < exponents.min() <= exponents.max() < 255


@pytest.mark.parametrize("channels", ["rgba", "RGBA", ("red", "green", "blue", "alpha")])
@pytest.mark.parametrize("parts", [False, True])
def test_coverage_is_summed_over_all_ranks(tmp_path, channels, parts):
    path = written(tmp_path / "a.exr", channels=channels, parts=parts)
    assert matte(path, "Hero") == pytest.approx(np.array([[1, 0, 0], [0.75, 0.5, 0]]))
    both = np.array([[1, 0, 1], [0.75, 0.75, 0]])
    assert matte(path, 'Hero,"a, b:c=d"') == pytest.approx(both)
    assert matte(path, "*") == pytest.approx(np.array([[1, 1, 1], [1, 1, 0]]))


def test_an_object_is_in_the_first_matte_that_names_it(tmp_path):
    path = written(tmp_path / "a.exr")
    hero, rest = read_mattes(path, [parse_matte_names("Hero"), parse_matte_names("*")])
    assert (hero.values + rest.values).max() <= 1
    assert rest.values[1, 0] == pytest.approx(0.25)


@pytest.mark.parametrize(
    ("typed", "name"),
    [("CryptoObject", "Hero"), ("object", "Hero"), ("cryptoobject", "Hero"), ("no", "no:Hero")],
)
def test_what_stands_before_a_colon_is_a_layer_where_there_is_one(tmp_path, typed, name):
    path = written(tmp_path / "a.exr", layer="View.CryptoObject", names=("Hero", "no:Hero", "x"))
    choice = choose_mattes(path, *parse_matte_names(f"{typed}:Hero"))
    assert choice.ids == {matte_id(name)}
    assert choice.unknown == ()


def test_a_manifest_beside_the_picture(tmp_path):
    path = written(tmp_path / "a.exr", manif_file="names.json")
    (tmp_path / "names.json").write_text(json.dumps({"Other": f"{matte_id('Hero'):08x}"}))
    assert matte(path, "Oth*")[0, 0] == 1
    assert choose_mattes(path, *parse_matte_names("Hero")).unknown == (MatteName("Hero", "Hero"),)


@pytest.mark.parametrize("content", [None, "{", "[]", '{"a": "no number"}', '{"a": 5}'])
def test_without_a_manifest_a_full_name_is_taken_by_its_hash(tmp_path, content):
    path = written(tmp_path / "a.exr", manif_file="names.json")
    if content is not None:
        (tmp_path / "names.json").write_text(content)
    assert matte_layers(path)[0].manifest.problem
    assert matte(path, r'"a, b:c=d"')[0, 2] == 1
    with pytest.raises(InputError, match="wildcard") as told:
        matte(path, "Her*")
    assert told.value.exit_code == 3


def test_ids_that_were_stored_with_loss_are_refused(tmp_path):
    path = written(tmp_path / "a.exr", kind="half")
    with pytest.raises(InputError, match="half"):
        matte(path, "Hero")


def test_a_file_without_mattes_says_so(tmp_path):
    path = written(tmp_path / "a.exr", layer="plain")
    assert [layer.name for layer in matte_layers(path)] == ["plain"]  # the header names it
    bare = tmp_path / "b.exr"
    spec = OpenImageIO.ImageSpec(3, 2, 3, "float")
    output = OpenImageIO.ImageOutput.create(str(bare))
    output.open(str(bare), spec)
    output.write_image(np.zeros((2, 3, 3), np.float32))
    output.close()
    with pytest.raises(InputError, match="Cryptomatte"):
        matte(bare, "Hero")


def test_a_list_says_how_much_of_the_picture_each_covers(tmp_path):
    path = written(tmp_path / "a.exr")
    layer = find_matte_layer(path, "")
    listed = {one.name: one.coverage for one in list_mattes(layer, read_ranks(path, layer))}
    assert listed == pytest.approx({"Hero": 2.25 / 6, "Sword": 1.5 / 6, "a, b:c=d": 1.25 / 6})
    picture = false_colors(path, layer)
    assert picture.shape == (1, 3, 2, 3)
    assert picture[0, :, 1, 2].max() == 0
    assert (picture[0, :, 0, 0] - picture[0, :, 0, 1]).abs().max() > 0.05


@shared
@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_of_renderers_coverage_sums_to_one_and_names_match_their_ids(path):
    for layer in matte_layers(path):
        ranks = read_ranks(path, layer)
        total = ranks.coverage.sum(axis=0)
        # Beside nothing at all an edge is as opaque as the picture is there.
        opaque = read_channel(path, "A").values if path.stem.startswith("cornell") else 1.0
        assert abs(total - opaque).max() < 1e-3
        assert {name: matte_id(name) for name in layer.manifest.ids} == layer.manifest.ids


@shared
@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_listed_name_can_be_typed_and_is_just_its_object(path):
    for layer in matte_layers(path):
        ranks = read_ranks(path, layer)
        for one in list_mattes(layer, ranks)[:6]:
            if one.name:
                (mask,) = parse_masks(f"{mask_of(layer, one.name)}=candy")
                choice = choose_mattes(path, mask.layer, mask.names)
                assert (choice.layer.name, choice.ids) == (layer.name, {one.id})
                found = ranks.matte(choice.ids)
                area = layer.window.width * layer.window.height
                assert found.values.sum() / area == pytest.approx(one.coverage, abs=1e-4)
