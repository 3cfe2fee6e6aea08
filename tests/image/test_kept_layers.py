"""Other layers and parts come to the output as they were; the paint may have a layer of its own."""

import os
from pathlib import Path

import numpy as np
import OpenImageIO
import pytest

from vst_core.errors import InputError, UsageError
from vst_core.image import (
    KeptLayers,
    ReadSettings,
    check_output,
    read_header,
    read_plate,
    write_plate,
)

SHARED = Path(os.environ.get("VST_SHARED", "/nowhere")) / "data"
WHOLE = [
    *(
        path
        for room in ("compression", "cryptomatte", "values", "windows")
        for path in sorted((SHARED / "exr" / room).glob("*.exr"))
    ),
    *sorted((SHARED / "sequences/blender_vectors").glob("*/f_0001.exr")),
]
DAMAGED = sorted((SHARED / "exr/damaged").glob("*"))
# What says how a file is stored, and not what it holds.
STORAGE = {"oiio:subimages", "openexr:chunkcount", "compression", "openexr:dwacompressionlevel"}
# What the library thinks of a picture, by its channels.
GUESSED = {"oiio:colorspace"}
QUICK = ("tiled", "comp_zip", "multichannel", "v1.7.test.tiled", "t06", "f_0001")
FILES = [
    pytest.param(
        path,
        id=f"{path.parent.name}-{path.stem}",
        marks=() if path.stem in QUICK else pytest.mark.slow,
    )
    for path in WHOLE
]


def parts_of(path):
    """Return for each part its header and channel -> (type, numbers as they are stored)."""
    found = []
    source = OpenImageIO.ImageInput.open(str(path))
    while source.seek_subimage(len(found), 0):
        spec = source.spec().copy()
        kinds = [str(one) for one in spec.channelformats] or [str(spec.format)] * spec.nchannels
        blocks = {kind: source.read_image(len(found), 0, 0, len(kinds), kind) for kind in {*kinds}}
        channels = {
            name: (kind, blocks[kind][..., index].tobytes())
            for index, (name, kind) in enumerate(zip(spec.channelnames, kinds, strict=True))
        }
        found.append((spec, channels))
    source.close()
    return found


def attributes(spec):
    """Return what a header holds; of some names the library changes the case when it writes."""
    found = {one.name.lower(): str(one.value) for one in spec.extra_attribs}
    return {
        name: value
        for name, value in found.items()
        if name not in STORAGE | GUESSED
        and not name.endswith(("levelmode", "roundingmode"))
        and (name, value) != ("oiio:subimagename", "")
    }


def windows(spec):
    return (
        (spec.x, spec.y, spec.width, spec.height, spec.tile_width, spec.tile_height),
        (spec.full_x, spec.full_y, spec.full_width, spec.full_height),
    )


def opened(path, kept):
    """Return a file as a frame; skip one that cannot be painted at all."""
    try:
        plate = read_plate(path, settings=ReadSettings(kept=kept))
    except InputError as error:
        pytest.skip(f"no picture: {error}")
    return plate


def check_carried(path, target, *, own):
    """Compare all channels but `own` ones, windows, names of parts, and attributes."""
    before, after = parts_of(path), parts_of(target)
    for (old, channels), (new, kept) in zip(before, after, strict=False):
        assert windows(new) == windows(old)
        assert attributes(new) == attributes(old)
        others = channels.keys() - own
        assert {name: kept[name] for name in others} == {name: channels[name] for name in others}
    return after[len(before) :]


@pytest.mark.parametrize("path", FILES)
def test_all_that_is_not_painted_is_bit_equal(tmp_path, path):
    plate = opened(path, KeptLayers("all"))
    target = tmp_path / "b.exr"
    write_plate(target, 1 - plate.picture, plate)
    own = {plate.header.channels[index] for index in plate.header.layer.channels}
    assert check_carried(path, target, own=own) == []


@pytest.mark.parametrize("path", FILES)
def test_paint_in_a_layer_of_its_own_leaves_the_picture_as_it_came(tmp_path, path):
    plate = opened(path, KeptLayers("all", "vst"))
    target = tmp_path / "b.exr"
    write_plate(target, 1 - plate.picture, plate)
    more = check_carried(path, target, own=set())
    header = read_header(target, layer="vst")
    assert header.layer.name == "vst"
    assert header.data_window == plate.header.data_window
    assert bool(more) is (len(plate.header.parts) > 1)
    if not header.has_alpha:  # what is transparent stays empty
        painted = read_plate(target, settings=ReadSettings(layer="vst")).picture
        assert abs(painted - plate.picture).max() > 0.05


@pytest.mark.parametrize("path", DAMAGED[::9], ids=lambda path: path.name[-24:])
def test_a_damaged_file_is_carried_whole_or_refused(tmp_path, path):
    plate = opened(path, KeptLayers("all"))
    target = tmp_path / "b.exr"
    try:
        write_plate(target, plate.picture, plate)
    except InputError:
        assert list(tmp_path.iterdir()) == []


@pytest.fixture
def layered(tmp_path, save, noise):
    names = ("R", "G", "B", "A", "Z", "diffuse.R", "diffuse.G", "diffuse.B", "N.X", "id.x")
    kinds = ["half"] * 4 + ["float", "half", "half", "half", "float", "uint"]
    pixels = noise.uniform(0, 1, (6, 7, len(names)))
    return save(tmp_path / "a.exr", pixels, channels=names, kinds=kinds, kind="float")


def written(path, kept, target):
    plate = read_plate(path, settings=ReadSettings(kept=kept))
    check_output(target, plate)
    write_plate(target, 1 - plate.picture, plate)
    return parts_of(target)


@pytest.mark.parametrize(
    ("kept", "names"),
    [
        (KeptLayers(), "R G B A"),
        (KeptLayers("none", "vst"), "R G B A vst.R vst.G vst.B vst.A"),
        (KeptLayers("Z, dif*"), "R G B A Z diffuse.R diffuse.G diffuse.B"),
        (KeptLayers("N.X,id", "p"), "R G B A N.X id.x p.R p.G p.B p.A"),
    ],
)
def test_layers_are_chosen_by_name(tmp_path, layered, kept, names):
    ((_, after),) = written(layered, kept, tmp_path / "b.exr")
    assert after.keys() == set(names.split())
    ((_, before),) = parts_of(layered)
    painted = set() if kept.out_layer else set("RGBA")
    for name in (after.keys() & before.keys()) - painted:
        assert after[name] == before[name], name


def test_parts_are_chosen_by_the_end_of_a_layer_name(tmp_path):
    path = SHARED / "sequences/blender_vectors/multipart_5.2/f_0001.exr"
    if not path.exists():
        pytest.skip("needs the shared files")
    after = written(path, KeptLayers("Depth,Crypto*"), tmp_path / "b.exr")
    assert [next(iter(channels)).split(".")[1] for _, channels in after] == [
        "Combined", "Depth", "CryptoObject00", "CryptoObject01", "CryptoObject02",
    ]  # fmt: skip


def test_a_compression_that_loses_each_time_is_left_for_one_that_does_not(tmp_path, save, noise):
    names = ("R", "G", "B", "diffuse.R", "diffuse.G", "diffuse.B")
    pixels = noise.uniform(0, 1, (64, 64, 6)).astype(np.float16)
    words = {"channels": names, "attributes": {"compression": "dwaa:200"}}
    path = save(tmp_path / "a.exr", pixels, **words)
    ((_, before),) = parts_of(path)
    ((spec, after),) = written(path, KeptLayers("all"), tmp_path / "b.exr")
    assert all(after[name] == before[name] for name in names[3:])
    assert spec.get_string_attribute("compression") == "zip"


def test_a_png_becomes_the_layer_beside_the_paint(tmp_path, save):
    pixels = np.full((4, 6, 3), 128, np.uint8)
    path = save(tmp_path / "a.png", pixels, kind="uint8")
    target = tmp_path / "b.exr"
    ((_, after),) = written(path, KeptLayers("none", "vst"), target)
    assert after.keys() == {"R", "G", "B", "vst.R", "vst.G", "vst.B"}
    picture = read_plate(target).picture
    assert float(picture.mean()) == pytest.approx(128 / 255, abs=2e-3)


@pytest.mark.parametrize(
    ("kept", "error", "words"),
    [
        (KeptLayers("Dpth"), InputError, "no layer 'Dpth'"),
        (KeptLayers("all", "diffuse"), InputError, "'diffuse' already"),
        (KeptLayers("none", "a b"), UsageError, "--out-layer cannot be 'a b'"),
        (KeptLayers("none", "9"), UsageError, "--out-layer cannot be '9'"),
    ],
)
def test_what_cannot_be_kept_is_said_before_any_work(tmp_path, layered, kept, error, words):
    with pytest.raises(error, match=words):
        written(layered, kept, tmp_path / "b.exr")


def test_a_paint_layer_needs_exr(tmp_path, layered):
    with pytest.raises(UsageError, match="no room"):
        written(layered, KeptLayers("none", "vst"), tmp_path / "b.png")
