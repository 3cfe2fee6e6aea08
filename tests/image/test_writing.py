import time

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from vst_core.errors import UsageError
from vst_core.image import (
    KeptLayers,
    ReadSettings,
    Window,
    WriteSettings,
    check_output,
    read_header,
    read_plate,
    shaper,
    write_plate,
)

QUICK = settings(deadline=None, max_examples=15)
SOURCE = WriteSettings(strength=0.0)


def finite(pixels):
    return np.nan_to_num(pixels, nan=0.0, posinf=65504.0, neginf=-65504.0)


@st.composite
def scenes(draw):
    """Random light, with values below 0 and above 1, with or without alpha, somewhere."""
    window = Window(
        *(draw(st.integers(-9, 9)) for _ in "xy"), *(draw(st.integers(1, 12)) for _ in "wh")
    )
    random, alpha = np.random.default_rng(draw(st.integers(0, 99))), draw(st.booleans())
    pixels = random.normal(0.5, 2, (window.height, window.width, 3 + alpha))
    if alpha:
        pixels[..., 3] = random.choice([0.0, 0.25, 1.0], (window.height, window.width))
    return window, pixels.astype(np.float16)


@given(scene=scenes())
@QUICK
def test_an_unchanged_picture_gives_the_file_back(tmp_path_factory, save, load, scene):
    folder = tmp_path_factory.mktemp("r")
    window, pixels = scene
    path = save(folder / "a.exr", pixels, data=(window.x, window.y), display=(1, 2, 20, 10))
    canvas = window.union(Window(-3, -3, 15, 15))
    plate = read_plate(path, canvas=canvas)
    write_plate(folder / "b.exr", plate.picture, plate)
    spec, back = load(folder / "b.exr")
    np.testing.assert_allclose(back, pixels, rtol=1e-3, atol=1e-5)
    assert (spec.x, spec.y, spec.full_x, spec.full_y) == (window.x, window.y, 1, 2)
    assert (spec.full_width, spec.full_height, str(spec.format)) == (20, 10, "half")


@pytest.mark.slow
@pytest.mark.parametrize("strength", [0.0, 1.0])
def test_real_files_come_back(shared, tmp_path, load, strength):
    folders = ["values", "cryptomatte"]
    for path in (p for folder in folders for p in (shared / "data/exr" / folder).glob("*.exr")):
        plate = read_plate(path)
        write_plate(
            tmp_path / "b.exr", plate.picture, plate, settings=WriteSettings(strength=strength)
        )
        pixels, back = finite(plate.pixels.astype(np.float32)), load(tmp_path / "b.exr")[1]
        assert np.isfinite(back).all(), path
        colors = pixels[..., :1] if plate.header.layer.is_gray else pixels[..., :3]
        np.testing.assert_allclose(
            back[..., :3], np.broadcast_to(colors, back[..., :3].shape), rtol=2e-3, atol=1e-6
        )


def test_strength_zero_is_the_source_exactly(tmp_path, save, load):
    values = np.array([np.nan, -2.0, 0.0, 0.5, 7.0, 1e4, 65504.0, np.inf], np.float16)
    pixels = np.tile(values[None, :, None], (3, 1, 4))
    pixels[..., 3] = [0.0, 0.5, 1.0, 0.1, 1.0, 0.0, 1.0, 1.0]
    plate = read_plate(save(tmp_path / "a.exr", pixels))
    write_plate(tmp_path / "b.exr", torch.rand_like(plate.picture), plate, settings=SOURCE)
    assert np.array_equal(load(tmp_path / "b.exr")[1], finite(pixels.astype(np.float32)))


CODES = [("png", 8), ("png", 16), ("tif", 8), ("tif", 16),
         ("dpx", 8), ("dpx", 10), ("dpx", 12), ("dpx", 16)]  # fmt: skip


@pytest.mark.parametrize("coded", CODES, ids=str)
@pytest.mark.parametrize("strength", [0.0, 1.0])
def test_code_values_come_back_exactly(tmp_path, save, load, coded, strength):
    (suffix, bits), noise = coded, np.random.default_rng(7)
    kind = "uint8" if bits == 8 else "uint16"
    pixels = noise.integers(0, np.iinfo(kind).max, (9, 11, 3), endpoint=True).astype(kind)
    words = {"kind": kind, "attributes": {"oiio:BitsPerSample": bits}}
    path = save(tmp_path / f"a.{suffix}", pixels, **words)
    plate, target = read_plate(path), tmp_path / f"b.{suffix}"
    write_plate(target, plate.picture, plate, settings=WriteSettings(strength=strength))
    spec, back = load(target, kind=kind)
    assert np.array_equal(back, load(path, kind=kind)[1])
    assert spec.get_int_attribute("oiio:BitsPerSample", bits) == bits
    assert read_header(target).depth == str(bits)


def test_strength_blends_in_the_files_own_numbers(tmp_path, save, load):
    pixels = np.full((4, 4, 3), 0.2, np.float32)
    plate = read_plate(save(tmp_path / "a.exr", pixels, kind="float"))
    styled = torch.full_like(plate.picture, float(shaper.encode(np.array([0.6], np.float32))[0]))
    write_plate(tmp_path / "b.exr", styled, plate, settings=WriteSettings(strength=0.25))
    np.testing.assert_allclose(load(tmp_path / "b.exr")[1], 0.3, atol=1e-5)


def test_alpha_is_put_back_and_emission_kept(tmp_path, save, load):
    pixels = np.array([[[0.4, 0.4, 0.4, 0.5], [0.3, 0.2, 0.1, 0.0]]], np.float32)
    plate = read_plate(save(tmp_path / "a.exr", pixels, kind="float"))
    styled = torch.full_like(plate.picture, float(shaper.encode(np.array([0.5], np.float32))[0]))
    write_plate(tmp_path / "b.exr", styled, plate)
    expected = [[[0.25, 0.25, 0.25, 0.5], [0.3, 0.2, 0.1, 0.0]]]
    np.testing.assert_allclose(load(tmp_path / "b.exr")[1], expected, atol=1e-5)


def test_a_white_stroke_on_a_plain_surface_is_diffuse_white(tmp_path, save, load):
    pixels = np.full((100, 100, 3), 0.2, np.float16)
    pixels[48:52, 48:52] = 50.0
    plate = read_plate(save(tmp_path / "a.exr", pixels))
    write_plate(tmp_path / "b.exr", torch.ones_like(plate.picture), plate)
    back = load(tmp_path / "b.exr")[1]
    assert back[5, 5, 0] == pytest.approx(1.0, rel=1e-3)  # far from the light
    assert back[50, 50, 0] == pytest.approx(50.0, rel=1e-2)  # a light may stay a light
    assert back.max() <= 50.5


def test_nan_from_a_network_does_not_reach_the_file(tmp_path, save, load):
    plate = read_plate(save(tmp_path / "a.exr", np.full((4, 4, 3), 0.2, np.float16)))
    broken = plate.picture.clone()
    broken[..., 0, 0], broken[..., 1, 1], broken[..., 2, 2] = np.nan, np.inf, -np.inf
    write_plate(tmp_path / "b.exr", broken, plate)
    assert np.isfinite(load(tmp_path / "b.exr")[1]).all()


def test_what_lies_outside_the_canvas_stays_the_source(tmp_path, save, load):
    pixels = np.full((6, 6, 3), 0.2, np.float16)
    plate = read_plate(save(tmp_path / "a.exr", pixels), canvas=Window(0, 0, 3, 6))
    write_plate(tmp_path / "b.exr", torch.zeros_like(plate.picture), plate)
    back = load(tmp_path / "b.exr")[1]
    assert (back[:, :3] == 0).all()
    assert np.array_equal(back[:, 3:], pixels[:, 3:])


def test_a_picture_of_another_size_is_a_mistake_of_the_caller(tmp_path, save):
    plate = read_plate(save(tmp_path / "a.exr", np.zeros((4, 4, 3), np.float16)))
    with pytest.raises(ValueError, match="picture"):
        write_plate(tmp_path / "b.exr", torch.zeros(1, 3, 5, 4), plate)


def test_metadata_is_carried_over(tmp_path, save, load):
    attributes = {
        "smpte:TimeCode": ("timecode", (0x01020304, 0)),
        "FramesPerSecond": ("rational", (24000, 1001)),
        "PixelAspectRatio": 2.0,
        "compression": "dwab:80",
        "Artist": "somebody",
        "camera/lens": 35.0,
        "chromaticities": ("float[8]", (0.64, 0.33, 0.3, 0.6, 0.15, 0.06, 0.3127, 0.329)),
    }
    path = save(tmp_path / "a.exr", np.zeros((8, 8, 3), np.float16), attributes=attributes)
    plate = read_plate(path)
    write_plate(tmp_path / "b.exr", plate.picture, plate)
    before, after = load(path)[0], load(tmp_path / "b.exr")[0]
    for name in [*attributes, "openexr:dwaCompressionLevel"]:
        if name != "compression":
            assert before.getattribute(name) is not None, name
        assert after.getattribute(name) == before.getattribute(name), name
    write_plate(tmp_path / "b.dpx", plate.picture, plate)
    converted = load(tmp_path / "b.dpx")[0]
    assert converted.getattribute("smpte:TimeCode") == before.getattribute("smpte:TimeCode")
    assert converted.get_float_attribute("PixelAspectRatio") == 2.0


def test_tiles_and_types_are_kept(tmp_path, save, load, noise):
    pixels = noise.uniform(0, 1, (20, 24, 4)).astype(np.float32)
    kinds = ("half", "half", "half", "float")
    path = save(tmp_path / "a.exr", pixels, kind="float", kinds=kinds)
    plate = read_plate(path)
    write_plate(tmp_path / "b.exr", plate.picture, plate)
    spec, back = load(tmp_path / "b.exr")
    assert [str(kind) for kind in spec.channelformats] == list(kinds)
    assert np.array_equal(back[..., 3], pixels[..., 3])
    write_plate(tmp_path / "c.exr", plate.picture, plate, settings=WriteSettings(depth="float"))
    assert str(load(tmp_path / "c.exr")[0].format) == "float"


@pytest.mark.parametrize("gray", [False, True])
def test_other_channels_are_kept_untouched(tmp_path, save, load, noise, gray):
    colors = ["beauty.Y"] if gray else ["beauty.R", "beauty.G", "beauty.B", "beauty.A"]
    names = [*colors, "Z", "id.x", "motion.u"]
    kinds = ["half"] * len(colors) + ["float", "uint", "half"]
    pixels = noise.uniform(0, 1, (6, 7, len(names)))
    pixels[..., -3] *= 1e6
    pixels[..., -2] = noise.integers(0, 2**20, (6, 7)) / (2**32 - 1)
    path = save(tmp_path / "a.exr", pixels, channels=names, kinds=kinds, kind="float")
    plate = read_plate(path, settings=ReadSettings(kept=KeptLayers("all")))
    write_plate(tmp_path / "b.exr", torch.zeros_like(plate.picture), plate)
    (before, old), (after, new) = load(path, kind="double"), load(tmp_path / "b.exr", kind="double")
    for name in ("Z", "id.x", "motion.u"):
        first = old[..., before.channelindex(name)]
        assert np.array_equal(first, new[..., after.channelindex(name)]), name
    red = new[..., after.channelindex("beauty.R")]
    assert (red == 0).all()
    types = dict(zip(after.channelnames, map(str, after.channelformats), strict=True))
    assert (types["Z"], types["id.x"], types["beauty.R"]) == ("float", "uint", "half")


def test_other_parts_are_kept_untouched(shared, tmp_path, load):
    path = shared / "data/sequences/blender_vectors/multipart_5.2/f_0001.exr"
    plate = read_plate(path, settings=ReadSettings(kept=KeptLayers("all")))
    write_plate(tmp_path / "b.exr", 1 - plate.picture, plate)
    before, after = read_header(path), read_header(tmp_path / "b.exr")
    assert [part.name for part in after.parts] == [part.name for part in before.parts]
    for part in before.parts[1:]:
        old, new = load(path, part.index)[1], load(tmp_path / "b.exr", part.index)[1]
        assert np.array_equal(old, new, equal_nan=True), part.name
    assert not np.array_equal(load(path)[1], load(tmp_path / "b.exr")[1])


def test_a_layer_alone_becomes_the_picture(shared, tmp_path):
    path = shared / "data/sequences/blender_vectors/singlepart_4.2/f_0001.exr"
    plate = read_plate(path)
    write_plate(tmp_path / "b.exr", plate.picture, plate)
    header = read_header(tmp_path / "b.exr")
    assert header.channels == ("R", "G", "B", "A")
    assert header.depth == "float"
    assert not header.part.text("BlenderMultiChannel")


def test_exr_to_png_is_what_a_viewer_shows(tmp_path, save, load):
    pixels = np.full((4, 6, 3), 0.18, np.float16)
    pixels[0] = 5.0
    path = save(tmp_path / "a.exr", pixels, data=(2, 1), display=(0, 0, 10, 8))
    plate = read_plate(path)
    write_plate(tmp_path / "b.png", plate.picture, plate)
    spec, back = load(tmp_path / "b.png")
    assert (spec.width, spec.height, str(spec.format)) == (10, 8, "uint16")
    assert back[0, 0, 0] == 0
    assert back[1, 2, 0] == 1.0
    assert back[3, 3, 0] == pytest.approx(0.4613, abs=1e-3)  # sRGB of 0.18


def test_png_to_exr_is_linear_half(tmp_path, save, load):
    pixels = np.full((4, 6, 4), 128, np.uint8)
    words = {"kind": "uint8", "attributes": {"oiio:UnassociatedAlpha": 1}}
    plate = read_plate(save(tmp_path / "a.png", pixels, **words))
    write_plate(tmp_path / "b.exr", plate.picture, plate)
    spec, back = load(tmp_path / "b.exr")
    linear = ((128 / 255 + 0.055) / 1.055) ** 2.4
    assert str(spec.format) == "half"
    assert back[0, 0, 3] == pytest.approx(128 / 255, rel=1e-3)
    assert back[0, 0, 0] == pytest.approx(linear * 128 / 255, rel=1e-3)  # premultiplied


def test_alpha_is_flattened_for_jpeg(tmp_path, save, load):
    pixels = np.full((16, 16, 4), 0.0, np.float16)
    pixels[..., :3], pixels[..., 3] = 0.25, 0.5
    plate = read_plate(save(tmp_path / "a.exr", pixels))
    write_plate(tmp_path / "b.jpg", plate.picture, plate)
    spec, _ = load(tmp_path / "b.jpg")
    assert spec.nchannels == 3


@pytest.mark.parametrize(
    ("name", "depth", "words"),
    [
        ("b.png", "half", "--depth cannot be half .*8, 16"),
        ("b.jpg", "16", "can have: auto, 8"),
        ("b.exr", "8", "can have: auto, half, float"),
        ("b.dpx", "float", "can have: auto, 8, 10, 12, 16"),
        ("b.gif", "auto", r"'\.gif' cannot be written"),
    ],
)
def test_a_depth_that_does_not_fit_says_what_does(tmp_path, save, name, depth, words):
    plate = read_plate(save(tmp_path / "a.exr", np.zeros((4, 4, 3), np.float16)))
    with pytest.raises(UsageError, match=words):
        check_output(tmp_path / name, plate, settings=WriteSettings(depth=depth))


def test_layers_need_exr(tmp_path, save):
    pixels = np.zeros((4, 4, 4), np.float16)
    path = save(tmp_path / "a.exr", pixels, channels=("R", "G", "B", "Z"))
    plate = read_plate(path, settings=ReadSettings(kept=KeptLayers("all")))
    with pytest.raises(UsageError, match=r"no room for the other layers.*Write EXR"):
        check_output(tmp_path / "b.png", plate)


@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".exr", ".png", ".jpg", ".tif", ".dpx"])
def test_the_same_frame_gives_the_same_bytes(tmp_path, save, noise, suffix):
    plate = read_plate(
        save(tmp_path / "a.exr", noise.uniform(0, 1, (40, 50, 3)).astype(np.float16))
    )
    target = tmp_path / f"b{suffix}"
    write_plate(target, plate.picture, plate)
    first = target.read_bytes()
    time.sleep(1.1)  # writers like to note the second
    write_plate(target, plate.picture, plate)
    assert target.read_bytes() == first
    assert b".part" not in first
