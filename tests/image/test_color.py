import numpy as np
import pytest

from vst_core.errors import UsageError
from vst_core.image import PINNED_CONFIG, ReadSettings, read_plate, write_plate
from vst_core.image.color import (
    CINEON,
    LINEAR,
    SRGB,
    Coded,
    base_to_file,
    file_to_base,
    find_space,
)
from vst_core.image.color.curves import Straight

# ACEScg (AP1, D60) -> linear Rec.709 (D65, Bradford), as published with ACES.
AP1_TO_REC709 = [
    [1.70505, -0.62179, -0.08326],
    [-0.13026, 1.14080, -0.01055],
    [-0.02400, -0.12897, 1.15297],
]
ACESCG = (0.713, 0.293, 0.165, 0.83, 0.128, 0.044, 0.32168, 0.33767)


def colors(noise):
    return noise.uniform(0, 1, (4, 5, 3)).astype(np.float32)


def test_acescg_is_the_published_matrix(noise):
    rgb = colors(noise)
    base = file_to_base(rgb, find_space("ACEScg", PINNED_CONFIG))
    np.testing.assert_allclose(base, rgb @ np.array(AP1_TO_REC709).T, atol=2e-4)


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    ["ACEScg", "ACES2065-1", "lin_rec2020", "ARRI LogC3 (EI800)", "ACEScct", "Cineon",
     "Gamma 2.2 Rec.709 - Texture", "Linear Rec.709 (sRGB)", "sRGB - Texture"],
)  # fmt: skip
def test_every_space_comes_back(noise, name):
    space = find_space(name, PINNED_CONFIG)
    rgb = colors(noise)
    back = base_to_file(file_to_base(rgb, space), space)
    np.testing.assert_allclose(back, rgb, atol=1e-4)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("lin_rec709_scene", LINEAR),
        ("sRGB", SRGB),
        ("Cineon", CINEON),
        ("lin_rec709_srgb", LINEAR),
        ("srgb_rec709_scene", SRGB),
    ],
)
def test_names_aliases_and_roles(name, expected):
    assert find_space(name, PINNED_CONFIG) == expected


@pytest.mark.parametrize("name", ["scene_linear", "lin_ap1", "lin_ap1_scene", "ACES - ACEScg"])
def test_a_role_an_alias_and_an_interop_id_are_the_space_itself(name):
    assert find_space(name, PINNED_CONFIG) == find_space("ACEScg", PINNED_CONFIG)


def _is_light(space):
    transform = space.transform
    return space == LINEAR or (isinstance(transform, Coded) and transform.curve == Straight())


@pytest.mark.slow
def test_every_interop_id_is_a_space_of_the_pinned_config():
    from vst_core.image.color.configs import _INTEROP

    named = {name: find_space(name, PINNED_CONFIG) for name in _INTEROP}
    linear = {name for name, space in named.items() if _is_light(space)}
    srgb = {name for name, space in named.items() if space == SRGB}
    assert linear - srgb == {name for name in _INTEROP if name.startswith("lin_")}
    assert srgb == {"srgb_rec709_scene"}


@pytest.mark.parametrize(
    ("name", "referred"),
    [("ARRI LogC3 (EI800)", "scene"), ("ACEScct", "scene"), ("Camera Rec.709", "display"),
     ("Rec.1886 Rec.709 - Display", "display"), ("Linear P3-D65", "scene")],
)  # fmt: skip
def test_a_space_is_scene_or_display_referred(name, referred):
    assert find_space(name, PINNED_CONFIG).referred == referred


def test_an_unknown_space_names_the_nearest():
    with pytest.raises(UsageError, match=r"'ACESgc' is not in the config.*Did you mean 'ACEScg'"):
        find_space("ACESgc", PINNED_CONFIG)


def test_an_unknown_config_says_how_to_give_one(tmp_path, monkeypatch, save):
    path = save(tmp_path / "a.exr", np.zeros((2, 2, 3), np.float16))
    with pytest.raises(UsageError, match=r"'/no/such\.ocio' cannot be loaded.*--ocio"):
        read_plate(path, settings=ReadSettings(ocio="/no/such.ocio", colorspace="ACEScg"))
    monkeypatch.setenv("OCIO", "/nor/this.ocio")
    with pytest.raises(UsageError, match=r"/nor/this\.ocio"):
        read_plate(path, settings=ReadSettings(colorspace="ACEScg"))
    assert read_plate(path).space == LINEAR  # the defaults need no config at all


def test_a_config_of_ones_own(tmp_path, save):
    config = tmp_path / "own.ocio"
    config.write_text(
        "ocio_profile_version: 2\n"
        "roles: {default: lin_rec709, scene_linear: lin_rec709}\n"
        "displays: {sRGB: [!<View> {name: Raw, colorspace: lin_rec709}]}\n"
        "colorspaces:\n"
        "  - !<ColorSpace> {name: lin_rec709}\n"
        "  - !<ColorSpace>\n"
        "    name: bright\n"
        "    to_reference: !<MatrixTransform> "
        "{matrix: [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1]}\n"
    )
    path = save(tmp_path / "a.exr", np.full((2, 2, 3), 0.25, np.float16))
    settings = ReadSettings(ocio=str(config), colorspace="bright")
    twice = save(tmp_path / "b.exr", np.full((2, 2, 3), 0.5, np.float16))
    one, two = read_plate(path, settings=settings), read_plate(twice)
    assert (one.picture - two.picture).abs().max() < 1e-6


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({}, "Linear Rec.709 (sRGB)"),
        ({"colorInteropID": "lin_ap1_scene"}, "ACEScg"),
        ({"colorInteropID": "lin_rec709_scene"}, "Linear Rec.709 (sRGB)"),
        ({"colorInteropID": "house_space_7"}, "Linear Rec.709 (sRGB)"),
        ({"chromaticities": ("float[8]", ACESCG)}, "ACEScg"),
    ],
)
def test_metadata_of_exr_is_believed(tmp_path, save, attributes, expected):
    pixels = np.full((2, 2, 3), 0.25, np.float16)
    path = save(tmp_path / "a.exr", pixels, attributes=attributes)
    assert read_plate(path).space.name == expected
    assert read_plate(path, settings=ReadSettings(colorspace="ACEScct")).space.name == "ACEScct"


@pytest.mark.parametrize(
    ("name", "expected"), [("ACEScg", "ACEScg"), ("house_space_7", "Linear Rec.709 (sRGB)")]
)
def test_the_name_that_renderers_write_is_believed(tmp_path, save, name, expected):
    # No release of the library writes this attribute itself, so it gets its name afterwards.
    attributes = {"xiio:ColorSpace": name}
    path = save(tmp_path / "a.exr", np.full((2, 2, 3), 0.25, np.float16), attributes=attributes)
    path.write_bytes(path.read_bytes().replace(b"xiio:ColorSpace", b"oiio:ColorSpace"))
    assert read_plate(path).space.name == expected


def test_a_logarithmic_dpx_is_cineon(tmp_path, save):
    pixels = np.full((2, 2, 3), 685 / 1023 * 65535, np.uint16)
    words = {"kind": "uint16", "attributes": {"oiio:BitsPerSample": 10}}
    assert read_plate(save(tmp_path / "a.dpx", pixels, **words)).space == SRGB
    words["attributes"]["dpx:Transfer"] = "Logarithmic"
    plate = read_plate(save(tmp_path / "b.dpx", pixels, **words))
    assert plate.space == CINEON
    np.testing.assert_allclose(file_to_base(np.full((1, 1, 3), 685 / 1023), CINEON), 1.0, atol=1e-4)


@pytest.mark.parametrize("space", ["ACEScg", "ACEScct"])
def test_colors_out_of_gamut_come_back(tmp_path, save, load, noise, space):
    pixels = noise.uniform(0, 1, (8, 9, 3)).astype(np.float16)
    pixels[0] = [1.0, 0.0, 0.0]  # AP1's red is negative in Rec.709
    plate = read_plate(save(tmp_path / "a.exr", pixels), settings=ReadSettings(colorspace=space))
    write_plate(tmp_path / "b.exr", plate.picture, plate)
    np.testing.assert_allclose(load(tmp_path / "b.exr")[1], pixels, atol=1e-3)
