"""Profiles: what they mean, that they are kept, and what becomes of them where they cannot be."""

import io

import numpy as np
import pytest
from icc_profiles import (
    DISPLAY_P3,
    P3,
    PROPHOTO,
    REC709,
    SRGB_CURVE,
    gamma,
    grey_profile,
    parametric,
    rgb_profile,
    straight,
    table,
    tables_profile,
)
from PIL import Image, ImageCms

from vst_core.image import ReadSettings, WriteSettings, read_plate, write_plate
from vst_core.image.color import (
    LINEAR,
    SRGB,
    IccTransform,
    base_to_file,
    file_to_base,
    read_profile,
)

SOURCE = WriteSettings(strength=0.0)
CURVES = {
    "srgb": parametric(*SRGB_CURVE),
    "gamma": gamma(1.8),
    "power": parametric(0, (2.2,)),
    "offset": parametric(1, (2.2, 1 / 1.099, 0.099 / 1.099)),
    "lifted": parametric(2, (2.0, 0.9, 0.05, 0.05)),
    "two parts": parametric(4, (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045, 0.0, 0.0)),
    "table": table(np.linspace(0, 1, 1024) ** 2.2),
}


def ramp(mode="RGB", size=(24, 16)):
    values = np.random.default_rng(5).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    return Image.fromarray(values).convert(mode)


def put(path, picture, profile, **words):
    picture.save(path, icc_profile=profile, **words)
    return path


def profile_of(path):
    with Image.open(path) as picture:
        return picture.info.get("icc_profile")


def codes(path):
    with Image.open(path) as picture:
        return np.asarray(picture).astype(int)


def to_srgb(picture, profile):
    """The same by LittleCMS, eight bits."""
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    intent = ImageCms.Intent.RELATIVE_COLORIMETRIC
    made = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), intent)
    return np.asarray(made).astype(int)


@pytest.mark.parametrize("curve", CURVES)
@pytest.mark.parametrize("primaries", [P3, PROPHOTO, REC709], ids=["p3", "prophoto", "709"])
def test_colors_are_those_of_littlecms(curve, primaries):
    profile = rgb_profile(primaries, CURVES[curve])
    picture = ramp()
    base = IccTransform(profile).to_base(np.asarray(picture, np.float32) / 255)
    expected = to_srgb(picture, profile)
    assert np.abs(np.clip(base, 0, 1) * 255 - expected).max() <= 1.5


@pytest.mark.parametrize("curve", CURVES)
def test_codes_of_16_bits_come_back(noise, curve):
    transform = IccTransform(rgb_profile(P3, CURVES[curve]))
    rgb = noise.integers(1000, 65536, (16, 16, 3)).astype(np.float32) / 65535
    assert np.abs(transform.from_base(transform.to_base(rgb)) - rgb).max() * 65535 <= 2


def test_light_in_a_profile_is_scene_linear(tmp_path):
    profile = rgb_profile(P3, straight())
    plate = read_plate(put(tmp_path / "a.png", ramp(), profile))
    assert plate.space.referred == "scene"
    base = file_to_base(np.ones((1, 1, 3), np.float32), plate.space)
    np.testing.assert_allclose(base, 1.0, atol=1e-3)
    light = file_to_base(np.array([[[0.5, 0.25, 0.125]]], np.float32), plate.space)
    np.testing.assert_allclose(base_to_file(light, plate.space), [[[0.5, 0.25, 0.125]]], atol=1e-5)


@pytest.mark.parametrize("kind", ["jpg", "png", "tif"])
@pytest.mark.parametrize("source", ["jpg", "png", "tif", "webp"])
def test_a_profile_is_kept_where_the_format_has_room(tmp_path, source, kind):
    path = put(tmp_path / f"a.{source}", ramp(), DISPLAY_P3)
    plate = read_plate(path)
    assert plate.space.name == "Display P3"
    write_plate(tmp_path / f"b.{kind}", plate.picture, plate, settings=SOURCE)
    assert profile_of(tmp_path / f"b.{kind}") == DISPLAY_P3
    if kind != "jpg":
        assert np.array_equal(codes(tmp_path / f"b.{kind}"), codes(path))


@pytest.mark.parametrize("kind", ["png", "tif"])
def test_a_painted_picture_has_the_profile_and_its_untouched_colors(tmp_path, kind):
    path = put(tmp_path / f"a.{kind}", ramp(), DISPLAY_P3)
    plate = read_plate(path)
    write_plate(tmp_path / f"b.{kind}", plate.picture, plate)
    assert profile_of(tmp_path / f"b.{kind}") == DISPLAY_P3
    assert np.array_equal(codes(tmp_path / f"b.{kind}"), codes(path))  # outside sRGB too


def test_the_network_sees_srgb(tmp_path):
    picture = ramp()
    plate = read_plate(put(tmp_path / "a.png", picture, DISPLAY_P3))
    seen = plate.picture[0].permute(1, 2, 0).numpy() * 255
    assert np.abs(seen - to_srgb(picture, DISPLAY_P3)).max() <= 1.0


def test_a_profile_has_no_room_in_dpx_and_exr_which_hold_the_same_colors(tmp_path, load):
    picture = ramp()
    plate = read_plate(put(tmp_path / "a.png", picture, DISPLAY_P3))
    for suffix in (".dpx", ".exr"):
        write_plate(tmp_path / f"b{suffix}", plate.picture, plate, settings=SOURCE)
    dpx = load(tmp_path / "b.dpx")[1] * 255
    assert np.abs(dpx - to_srgb(picture, DISPLAY_P3)).max() <= 1.5
    light = load(tmp_path / "b.exr")[1]
    assert light.min() < -0.001  # what sRGB cannot show is not lost
    own = file_to_base(np.asarray(picture, np.float32) / 255, plate.space)
    expected = np.where(np.abs(own) <= 0.04045, own / 12.92, 0)
    bright = np.abs(own) > 0.04045
    expected[bright] = np.sign(own[bright]) * ((np.abs(own[bright]) + 0.055) / 1.055) ** 2.4
    np.testing.assert_allclose(light, expected, rtol=2e-3, atol=1e-4)


def test_results_that_must_do_without_labels_are_srgb(tmp_path):
    picture = ramp()
    plate = read_plate(put(tmp_path / "a.png", picture, DISPLAY_P3))
    settings = WriteSettings(strength=0.0, labels=False)
    write_plate(tmp_path / "b.png", plate.picture, plate, settings=settings)
    assert profile_of(tmp_path / "b.png") is None
    assert np.abs(codes(tmp_path / "b.png") - to_srgb(picture, DISPLAY_P3)).max() <= 1


def test_srgb_by_its_profile_costs_nothing_and_is_kept(tmp_path):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    plate = read_plate(put(tmp_path / "a.jpg", ramp(), profile))
    assert (plate.space.name, plate.space.transform) == (SRGB.name, SRGB.transform)
    write_plate(tmp_path / "b.jpg", plate.picture, plate)
    assert profile_of(tmp_path / "b.jpg") == profile


def test_a_profile_for_greys_cannot_be_that_of_a_colored_result(tmp_path):
    profile = grey_profile(gamma(1.0))
    plate = read_plate(put(tmp_path / "a.jpg", ramp("L"), profile))
    assert plate.space.referred == "scene"
    profile = grey_profile(gamma(1.4))
    path = put(tmp_path / "b.png", ramp("L"), profile)
    plate = read_plate(path)
    write_plate(tmp_path / "c.png", plate.picture, plate, settings=SOURCE)
    assert profile_of(tmp_path / "c.png") is None
    light = (codes(path) / 255) ** 1.4
    shown = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055) * 255
    assert np.abs(codes(tmp_path / "c.png") - shown[..., None]).max() <= 1


def test_a_profile_of_tables_is_said_and_kept(tmp_path):
    profile = tables_profile(b"RGB ")
    plate = read_plate(put(tmp_path / "a.jpg", ramp(), profile))
    assert "press" in plate.space.note
    assert plate.space.transform == SRGB.transform
    write_plate(tmp_path / "b.png", plate.picture, plate)
    assert profile_of(tmp_path / "b.png") == profile


def test_a_profile_of_inks_is_said_and_does_not_label_a_picture_of_light(tmp_path):
    plate = read_plate(put(tmp_path / "a.jpg", ramp("CMYK"), tables_profile(b"CMYK")))
    assert "CMYK" in plate.space.note
    write_plate(tmp_path / "b.jpg", plate.picture, plate)
    assert profile_of(tmp_path / "b.jpg") is None
    assert codes(tmp_path / "b.jpg").shape[2] == 3


@pytest.mark.parametrize(
    "damaged",
    [b"", b"x" * 200, DISPLAY_P3[:150], DISPLAY_P3[:36] + b"nope" + DISPLAY_P3[40:],
     rgb_profile(P3, b"curv\0\0\0\0\xff\xff\xff\xff"), rgb_profile(P3, b"none"),
     rgb_profile(P3, table(np.zeros(9))), rgb_profile(P3, parametric(1, (2.2, 0.0, 0.0)))],
)  # fmt: skip
def test_a_damaged_profile_is_no_profile(damaged):
    with pytest.raises(ValueError, match=r"\w"):
        read_profile(damaged)


def test_a_damaged_profile_does_not_stop_the_work(tmp_path):
    plate = read_plate(put(tmp_path / "a.jpg", ramp(), rgb_profile(P3, b"none")))
    assert plate.space == SRGB
    assert "cannot be used" in plate.space.note
    write_plate(tmp_path / "b.jpg", plate.picture, plate)
    assert profile_of(tmp_path / "b.jpg") is None


def test_a_person_knows_better_than_a_profile(tmp_path):
    path = put(tmp_path / "a.png", ramp(), DISPLAY_P3)
    plate = read_plate(path, settings=ReadSettings(colorspace="sRGB"))
    assert plate.space == SRGB
    write_plate(tmp_path / "b.png", plate.picture, plate)
    assert profile_of(tmp_path / "b.png") is None


def test_a_floating_point_tiff_without_a_profile_is_light(tmp_path, save):
    pixels = np.full((4, 4, 3), 0.5, np.float32)
    assert read_plate(save(tmp_path / "a.tif", pixels, kind="float")).space == LINEAR
    blob = np.frombuffer(DISPLAY_P3, np.uint8)
    attributes = {"ICCProfile": (f"uint8[{len(blob)}]", blob)}
    coded = read_plate(save(tmp_path / "b.tif", pixels, kind="float", attributes=attributes))
    assert (coded.space.name, coded.space.referred) == ("Display P3", "display")
    assert "Display P3" in coded.space.note
