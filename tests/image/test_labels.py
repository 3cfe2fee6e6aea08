"""What files say of their colors besides profiles: primaries, code points, gamma, names."""

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vst_core.image import (
    PINNED_CONFIG,
    ReadSettings,
    WriteSettings,
    read_header,
    read_plate,
    write_plate,
)
from vst_core.image.color import (
    CINEON,
    LINEAR,
    SRGB,
    base_to_file,
    file_to_base,
    find_space,
    space_of_chromaticities,
    space_of_cicp,
    space_of_id,
)
from vst_core.image.color.curves import Cineon, Gamma, Hlg, Pq, Srgb
from vst_core.image.color.primaries import AP0, AP1, PRIMARIES, REC709, to_rec709
from vst_core.image.png_chunks import color_chunks
from vst_core.image.spaces import _NAMED, space_of

SOURCE = WriteSettings(strength=0.0)
WIDE = (0.69, 0.31, 0.2, 0.75, 0.13, 0.04, 0.3127, 0.329)  # nobody's
CHROMATICITIES = "float[8]"


def grey(value, kind=np.float16):
    return np.full((4, 4, 3), value, kind)


# Primaries


@pytest.mark.slow
@pytest.mark.parametrize(("primaries", "name"), _NAMED, ids=[name for _, name in _NAMED])
def test_the_numbers_of_a_name_are_those_of_the_config(primaries, name):
    matrix = find_space(name, PINNED_CONFIG).transform.matrix
    # Configs adapt the white of cameras by another method (CAT02): a difference in the third digit.
    np.testing.assert_allclose(to_rec709(primaries), matrix, atol=0.008)


def test_white_stays_white_and_rec709_stays_as_it_is():
    np.testing.assert_allclose(to_rec709(REC709), np.eye(3), atol=1e-12)
    for primaries in (*PRIMARIES.values(), WIDE):
        np.testing.assert_allclose(np.array(to_rec709(primaries)).sum(axis=1), 1.0, atol=1e-9)


def test_adobe_red_is_rec709_red():
    # Adobe RGB (1998) shares red and blue with Rec.709, and its published matrix is this one.
    expected = [[1.39836, -0.39836, 0.0], [0.0, 1.0, 0.0], [0.0, -0.04293, 1.04293]]
    np.testing.assert_allclose(to_rec709(PRIMARIES["adobergb"]), expected, atol=1e-4)


@pytest.mark.parametrize(
    "bad",
    [(0.0,) * 8, (0.64, 0.33), (float("nan"),) * 8, (0.3, 0.3) * 4,
     (0.64, 0.33, 0.3, 0.6, 0.15, 0.06, 0.3, 0.0), (0.1, 0.1, 0.2, 0.2, 0.3, 0.3, 0.3127, 0.329)],
)  # fmt: skip
def test_numbers_of_no_primaries_do_not_stop_the_work(tmp_path, save, bad):
    with pytest.raises(ValueError, match=r"chromaticit"):
        space_of_chromaticities(bad)
    if len(bad) == 8:
        words = {"attributes": {"chromaticities": (CHROMATICITIES, bad)}}
        plate = read_plate(save(tmp_path / "a.exr", grey(0.25), **words))
        assert plate.space == LINEAR
        assert "chromaticit" in plate.space.note


@given(st.lists(st.floats(-1, 2, width=32), min_size=8, max_size=8))
def test_any_chromaticities_make_a_matrix_or_are_refused(numbers):
    try:
        matrix = to_rec709(tuple(numbers))
    except ValueError:
        return
    assert np.isfinite(matrix).all()
    np.testing.assert_allclose(np.array(matrix).sum(axis=1), 1.0, atol=1e-3)


@pytest.mark.parametrize("primaries", [WIDE, PRIMARIES["adobergb"], AP1, AP0, PRIMARIES["xyze"]])
def test_a_picture_in_any_primaries_is_the_same_picture(tmp_path, save, load, primaries):
    light = np.random.default_rng(2).uniform(0.05, 0.9, (6, 7, 3)).astype(np.float32)
    inside = light @ np.linalg.inv(np.array(to_rec709(primaries))).T.astype(np.float32)
    words = {"kind": "float", "attributes": {"chromaticities": (CHROMATICITIES, primaries)}}
    path = save(tmp_path / "a.exr", inside.astype(np.float32), **words)
    plain = read_plate(save(tmp_path / "plain.exr", light, kind="float"))
    plate = read_plate(path)
    assert (plate.picture - plain.picture).abs().max() < 2e-4
    write_plate(tmp_path / "b.exr", plate.picture, plate)
    spec, pixels = load(tmp_path / "b.exr")
    np.testing.assert_allclose(spec.getattribute("chromaticities"), primaries, atol=1e-6)
    np.testing.assert_allclose(pixels, inside, atol=1e-3)


def test_an_unknown_name_in_a_file_is_said(tmp_path, save):
    words = {"attributes": {"colorInteropID": "house_space_7"}}
    assert "house_space_7" in read_plate(save(tmp_path / "a.exr", grey(0.2), **words)).space.note
    words = {"attributes": {"colorInteropID": "lin_ap1_scene"}}
    assert read_plate(save(tmp_path / "b.exr", grey(0.2), **words)).space.note == ""


# Curves and code points


@pytest.mark.parametrize("curve", [Srgb(), Gamma(2.2), Pq(), Hlg(), Cineon()])
def test_a_curve_comes_back(curve):
    codes = np.linspace(0.1, 1, 1000, dtype=np.float32)
    np.testing.assert_allclose(curve.encode(curve.decode(codes)), codes, atol=2e-6)


def test_the_reference_white_of_hdr_is_white():
    # BT.2408, table 1: HDR reference white is 58 % of PQ (203 cd/m2) and 75 % of HLG.
    assert Pq().decode(np.float32([0.5807]))[0] == pytest.approx(1.0, abs=2e-3)
    assert Pq().decode(np.float32([1.0]))[0] == pytest.approx(10_000 / 203, rel=1e-5)
    assert Hlg().decode(np.float32([0.75]))[0] == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize(
    ("points", "referred", "name"),
    [((1, 13), "display", SRGB.name), ((1, 1), "display", SRGB.name),
     ((1, 8), "scene", LINEAR.name),
     ((12, 13), "display", "sRGB, P3-D65"), ((9, 16), "scene", "PQ, Rec.2020"),
     ((9, 18), "scene", "HLG, Rec.2020"), ((9, 14), "display", "sRGB, Rec.2020")],
)  # fmt: skip
def test_code_points(points, referred, name):
    space = space_of_cicp(*points)
    assert (space.referred, space.name) == (referred, name)


@pytest.mark.parametrize("points", [(0, 13), (1, 2), (1, 0), (250, 250)])
def test_points_that_say_nothing(points):
    assert space_of_cicp(*points) is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [("pq_rec2020_display", "PQ, Rec.2020"), ("g22_adobergb_scene", "gamma 2.2, Adobe RGB"),
     ("lin_adobergb_scene", "linear, Adobe RGB"), ("lin_rec709_scene", LINEAR.name)],
)  # fmt: skip
def test_an_interop_id_says_all_without_a_config(name, expected):
    assert space_of_id(name).name == expected


@pytest.mark.parametrize("name", ["", "house_space_7", "lin_rec709", "lin_nobody_scene"])
def test_what_is_no_interop_id(name):
    assert space_of_id(name) is None


def test_code_points_that_the_library_has_read_are_believed(tmp_path, save):
    # As its readers of AVIF and HEIF give them, which not every installation has.
    header = read_header(save(tmp_path / "a.tif", grey(30_000, np.uint16), kind="uint16"))
    header.part.spec.attribute("CICP", "int[4]", (9, 16, 0, 1))
    assert space_of(header).name == "PQ, Rec.2020"


# PNG


def chunk(kind, content):
    body = kind + content
    return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))


def png(path: Path, *chunks, value=0.5, bits=16):
    code = round(value * (2**bits - 1))
    row = b"\0" + code.to_bytes(bits // 8, "big") * 3 * 4
    parts = [chunk(b"IHDR", struct.pack(">IIBBBBB", 4, 4, bits, 2, 0, 0, 0)), *chunks,
             chunk(b"IDAT", zlib.compress(row * 4)), chunk(b"IEND", b"")]  # fmt: skip
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(parts))
    return path


def gama(gamma):
    return chunk(b"gAMA", struct.pack(">I", round(100_000 / gamma)))


def chrm(primaries):
    return chunk(b"cHRM", struct.pack(">8I", *(round(v * 100_000) for v in
                                              (*primaries[6:], *primaries[:6]))))  # fmt: skip


PQ = chunk(b"cICP", bytes([9, 16, 0, 1]))
ADOBE = PRIMARIES["adobergb"]


@pytest.mark.parametrize(
    ("chunks", "name"),
    [
        ([], SRGB.name),
        ([chunk(b"sRGB", b"\0")], SRGB.name),
        ([chunk(b"sRGB", b"\0"), gama(2.2), chrm(ADOBE)], SRGB.name),
        ([gama(2.2)], SRGB.name),
        ([gama(2.2), chrm(REC709)], SRGB.name),
        ([gama(1.0)], LINEAR.name),
        ([gama(1.8)], "gamma 1.8, Rec.709"),
        ([gama(2.2), chrm(ADOBE)], "sRGB, Adobe RGB"),
        ([PQ], "PQ, Rec.2020"),
        ([gama(2.2), PQ], "PQ, Rec.2020"),
        ([chunk(b"cICP", bytes([1, 2, 0, 1]))], SRGB.name),
        ([chunk(b"cICP", b"\x09")], SRGB.name),
        ([chunk(b"gAMA", b"\0\0\0\0")], SRGB.name),
        ([chunk(b"gAMA", b"\0")], SRGB.name),
        ([chrm((0.0,) * 8)], SRGB.name),
    ],
)
def test_what_a_png_says(tmp_path, chunks, name):
    assert read_plate(png(tmp_path / "a.png", *chunks)).space.name == name


@pytest.mark.parametrize("chunks", [[PQ], [gama(1.8)], [gama(1.0)], [gama(2.2), chrm(ADOBE)]])
def test_a_png_says_it_again(tmp_path, load, chunks):
    path = png(tmp_path / "a.png", *chunks, value=0.4)
    plate = read_plate(path)
    write_plate(tmp_path / "b.png", plate.picture, plate, settings=SOURCE)
    assert color_chunks(tmp_path / "b.png") == color_chunks(path)
    assert read_plate(tmp_path / "b.png").space == plate.space
    assert np.array_equal(load(tmp_path / "b.png")[1], load(path)[1])
    again = read_plate(tmp_path / "b.png")
    write_plate(tmp_path / "c.png", again.picture, again)  # full strength, nothing painted
    np.testing.assert_allclose(load(tmp_path / "c.png")[1], load(path)[1], atol=2e-4)


def test_hdr_is_light_and_becomes_what_the_other_format_holds(tmp_path, load):
    plate = read_plate(png(tmp_path / "a.png", PQ, value=0.75))  # 983 cd/m2
    light = float(Pq().decode(np.float32([round(0.75 * 65535) / 65535]))[0])
    assert light == pytest.approx(983 / 203, rel=0.01)
    write_plate(tmp_path / "b.exr", plate.picture, plate, settings=SOURCE)
    np.testing.assert_allclose(load(tmp_path / "b.exr")[1], light, rtol=2e-3)
    write_plate(tmp_path / "b.jpg", plate.picture, plate, settings=SOURCE)
    assert load(tmp_path / "b.jpg")[1].min() == 1.0


def test_a_narrow_range_is_said(tmp_path):
    plate = read_plate(png(tmp_path / "a.png", chunk(b"cICP", bytes([1, 1, 0, 0]))))
    assert "narrow" in plate.space.note


def test_a_file_that_is_no_png_has_no_chunks(tmp_path):
    (tmp_path / "a.png").write_bytes(b"GIF89a")
    assert color_chunks(tmp_path / "a.png") == {}
    (tmp_path / "b.png").write_bytes(png(tmp_path / "c.png", PQ).read_bytes()[:40])
    assert color_chunks(tmp_path / "b.png") == {}


# Cineon and integers


def cineon(path, codes):
    """Write 10-bit codes (h x w x 3) as Kodak's file: SMPTE 268M's forerunner."""
    height, width, _ = codes.shape
    head = bytearray(2048)
    struct.pack_into(">6I", head, 0, 0x802A5FD7, 2048, 1024, 1024, 0, 2048 + 4 * width * height)
    struct.pack_into(">BB", head, 192, 0, 3)
    for channel in range(3):
        place = 196 + 28 * channel
        struct.pack_into(
            ">BBBxIIffff", head, place, 0, channel + 1, 10, width, height, 0, 0, 1023, 2.046
        )
    struct.pack_into(">BB", head, 680, 0, 5)  # three channels in a word, to the left
    red, green, blue = codes.astype(">u4").transpose(2, 0, 1)
    words = (red << 22) | (green << 12) | (blue << 2)
    path.write_bytes(bytes(head) + words.astype(">u4").tobytes())
    return path


def test_cineon_is_logarithmic(tmp_path, noise, save, load):
    codes = noise.integers(95, 686, (6, 8, 3))
    plate = read_plate(cineon(tmp_path / "a.cin", codes))
    assert plate.space == CINEON
    light = (10 ** ((codes - 685) * 0.002 / 0.6) - 10 ** (-590 * 0.002 / 0.6)) / (
        1 - 10 ** (-590 * 0.002 / 0.6)
    )
    words = {"kind": "uint16", "attributes": {"oiio:BitsPerSample": 10,
                                              "dpx:Transfer": "Logarithmic"}}  # fmt: skip
    dpx = read_plate(save(tmp_path / "a.dpx", plate.pixels, **words))
    assert (plate.picture - dpx.picture).abs().max() < 2e-4
    for name, shown in (("b.exr", light), ("b.png", Srgb().encode(light.astype(np.float32)))):
        write_plate(tmp_path / name, plate.picture, plate, settings=SOURCE)
        np.testing.assert_allclose(load(tmp_path / name)[1], shown, rtol=5e-3, atol=3e-4)


@pytest.mark.parametrize("kind", ["uint8", "uint16", "int16", "uint", "int", "int8"])
def test_an_integer_tiff_is_srgb_whatever_its_integers(tmp_path, save, load, noise, kind):
    shown = noise.uniform(0, 1, (5, 6, 3)).astype(np.float32)
    numbers = {"uint": "uint32", "int": "int32"}.get(kind, kind)
    top = np.iinfo(numbers).max
    pixels = np.rint(shown.astype(np.float64) * top).clip(0, top).astype(numbers)
    path = save(tmp_path / "a.tif", pixels, kind=kind)
    plate = read_plate(path)
    assert plate.space == SRGB
    assert not plate.header.is_float
    np.testing.assert_allclose(plate.picture[0].permute(1, 2, 0).numpy(), shown, atol=1 / 120)
    write_plate(tmp_path / "b.tif", plate.picture, plate, settings=SOURCE)
    spec, back = load(tmp_path / "b.tif")
    assert str(spec.format) == ("uint8" if kind in ("uint8", "int8") else "uint16")
    np.testing.assert_allclose(back, pixels / top, atol=1 / 250)


@pytest.mark.parametrize("kind", ["half", "float", "double"])
def test_a_floating_point_tiff_is_light(tmp_path, save, kind):
    pixels = np.full((4, 4, 3), 0.25, np.float64 if kind == "double" else np.float32)
    plate = read_plate(save(tmp_path / "a.tif", pixels, kind=kind))
    assert plate.space == LINEAR


# Configs


NUKE = """\
ocio_profile_version: 1
roles: {scene_linear: linear, default: linear}
displays: {default: [!<View> {name: sRGB, colorspace: sRGB}]}
colorspaces:
  - !<ColorSpace> {name: linear}
  - !<ColorSpace>
    name: sRGB
    to_reference: !<ExponentTransform> {value: [2.2, 2.2, 2.2, 1]}
  - !<ColorSpace>
    name: doubled
    to_reference: !<MatrixTransform> {matrix: [2,0,0,0, 0,2,0,0, 0,0,2,0, 0,0,0,1]}
"""
ROLES = """\
ocio_profile_version: 2.1
roles: {aces_interchange: AP0, scene_linear: working, default: working, data: Raw}
file_rules: [!<Rule> {name: Default, colorspace: working}]
displays: {sRGB: [!<View> {name: Raw, colorspace: Raw}]}
colorspaces:
  - !<ColorSpace> {name: AP0}
  - !<ColorSpace>
    name: working
    to_scene_reference: !<BuiltinTransform> {style: ACEScg_to_ACES2065-1}
  - !<ColorSpace>
    name: house log
    to_scene_reference: !<BuiltinTransform> {style: ACEScct_to_ACES2065-1}
  - !<ColorSpace>
    name: house code
    to_scene_reference: !<ExponentTransform> {value: [2.2, 2.2, 2.2, 1]}
  - !<ColorSpace> {name: Raw, isdata: true}
"""


@pytest.fixture
def config(tmp_path):
    def write(text):
        path = tmp_path / "house.ocio"
        path.write_text(text)
        return str(path)

    return write


@pytest.mark.parametrize("text", [NUKE, ROLES], ids=["nuke", "roles"])
def test_a_name_made_of_numbers_needs_no_config(tmp_path, save, config, text):
    words = {"attributes": {"chromaticities": (CHROMATICITIES, AP1)}}
    path = save(tmp_path / "a.exr", grey(0.25), **words)
    settings = ReadSettings(ocio=config(text))
    plate = read_plate(path, settings=settings)
    assert (plate.picture - read_plate(path).picture).abs().max() < 1e-5


@pytest.mark.parametrize(("name", "same"), [("working", "ACEScg"), ("house log", "ACEScct")])
def test_the_roles_of_a_config_say_how_to_get_to_rec709(noise, config, name, same):
    rgb = noise.uniform(0.1, 0.7, (4, 5, 3)).astype(np.float32)
    own = find_space(name, config(ROLES))
    known = find_space(same, PINNED_CONFIG)
    assert own.referred == known.referred == "scene"
    np.testing.assert_allclose(file_to_base(rgb, own), file_to_base(rgb, known), atol=2e-3)
    np.testing.assert_allclose(base_to_file(file_to_base(rgb, own), own), rgb, atol=1e-4)


def test_codes_of_a_display_need_no_space_named_srgb(noise, config):
    rgb = noise.uniform(0.1, 0.9, (4, 5, 3)).astype(np.float32)
    own = find_space("house code", config(ROLES))
    assert own.referred == "display"
    light = np.power(rgb, 2.2) @ np.array(to_rec709(AP0)).T.astype(np.float32)
    np.testing.assert_allclose(file_to_base(rgb, own), Srgb().encode(light), atol=1e-4)
    np.testing.assert_allclose(base_to_file(file_to_base(rgb, own), own), rgb, atol=1e-4)


def test_scene_linear_is_rec709_where_red_stays_red_on_its_way_to_srgb(config):
    own = config(NUKE)
    assert find_space("linear", own) == LINEAR
    assert find_space("sRGB", own) == SRGB
    doubled = file_to_base(np.full((1, 1, 3), 0.25, np.float32), find_space("doubled", own))
    np.testing.assert_allclose(doubled, 0.5, atol=1e-5)
