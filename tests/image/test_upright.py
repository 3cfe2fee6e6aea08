"""Stills that lie on their side: painted and written upright, in every format."""

import numpy as np
import OpenImageIO
import pytest
from half_files import cineon, frame
from PIL import Image

from vst_core.errors import InputError
from vst_core.image import (
    WriteSettings,
    check_channel,
    read_channel,
    read_header,
    read_picture,
    read_plate,
    write_plate,
)
from vst_core.image.metadata import carry
from vst_core.image.upright import upright_spec
from vst_core.turning import Turn, exif_turn

ORIENTATION = 0x0112


def phone(path, orientation, **words):
    """Write the example frame as a phone does that was held so; return how it is to be seen."""
    image = frame()
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    image.save(path, exif=exif, **words)
    if path.suffix == ".jpg":
        image = Image.open(path)  # as it is stored, after its losses
    return exif_turn(orientation).apply(np.asarray(image))


def as_bytes(picture):
    return np.rint(picture[0].permute(1, 2, 0).numpy() * 255).astype(np.uint8)


STORED = [("jpg", {"quality": 100}), ("png", {}), ("tif", {}), ("webp", {"lossless": True})]


@pytest.mark.slow
@pytest.mark.parametrize(("suffix", "words"), STORED, ids=[one[0] for one in STORED])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_reader_sees_it_upright(tmp_path, suffix, words, orientation):
    path = tmp_path / f"a.{suffix}"
    upright = phone(path, orientation, **words)
    height, width = upright.shape[:2]
    window = read_header(path).display_window
    assert (window.width, window.height) == (width, height)
    assert check_channel(path) == window
    for picture in (read_plate(path).picture, read_picture(path)):
        assert np.abs(as_bytes(picture).astype(int) - upright).max() <= 2  # two JPEG decoders
    brightest = np.rint(read_channel(path).values * 255)
    assert np.abs(brightest - upright.max(axis=2)).max() <= 2


@pytest.mark.slow
@pytest.mark.parametrize("orientation", [1, 3, 6, 7, 8])
@pytest.mark.parametrize("suffix", ["png", "jpg", "tif", "exr", "dpx"])
@pytest.mark.parametrize("source", ["png", "tif", "jpg"])
def test_what_is_written_stands_upright(tmp_path, load, source, suffix, orientation):
    path = tmp_path / f"in.{source}"
    phone(path, orientation)
    plate = read_plate(path)
    out = tmp_path / f"out.{suffix}"
    write_plate(out, plate.picture, plate, settings=WriteSettings(quality=100))
    spec, pixels = load(out)
    assert spec.get_int_attribute("Orientation", 1) == 1
    assert (spec.width, spec.height) == (plate.picture.shape[3], plate.picture.shape[2])
    assert (spec.full_width, spec.full_height) == (spec.width, spec.height)
    if suffix != "exr":
        written = np.abs(pixels[..., :3] - plate.picture[0].permute(1, 2, 0).numpy())
        assert written.max() < (0.1 if suffix == "jpg" else 0.005)


# SMPTE 268M and Kodak's Cineon 4.5, the field "image orientation" -> Exif's number.
FIELDS = [(0, 1), (1, 2), (2, 4), (3, 3), (4, 5), (5, 6), (6, 8), (7, 7)]


@pytest.mark.parametrize(("field", "orientation"), FIELDS)
@pytest.mark.parametrize("bits", [8, 10, 16])
def test_dpx_whose_lines_run_otherwise(tmp_path, save, field, orientation, bits):
    stored = np.asarray(frame().resize((32, 18)))
    kind = "uint8" if bits == 8 else "uint16"
    path = save(tmp_path / "a.dpx", stored, kind=kind, attributes={"oiio:BitsPerSample": bits})
    content = bytearray(path.read_bytes())
    assert content[:4] == b"XPDS"
    content[768] = field
    path.write_bytes(content)
    expected = exif_turn(orientation).apply(stored)
    assert np.array_equal(as_bytes(read_plate(path).picture), expected)


def test_dpx_that_its_reader_would_confuse_is_refused(tmp_path, save):
    stored = np.asarray(frame().resize((32, 18)))
    attributes = {"oiio:BitsPerSample": 12}
    path = save(tmp_path / "a.dpx", stored, kind="uint16", attributes=attributes)
    content = bytearray(path.read_bytes())
    content[768] = 3
    path.write_bytes(content)
    assert np.array_equal(as_bytes(read_plate(path).picture), stored[::-1, ::-1])
    content[768] = 5
    path.write_bytes(content)
    with pytest.raises(InputError, match="lines run downwards"):
        read_plate(path)


@pytest.mark.parametrize(("field", "orientation"), FIELDS)
def test_cineon_whose_lines_run_otherwise(tmp_path, field, orientation):
    cineon(tmp_path / "plain.cin")
    cineon(tmp_path / "turned.cin", field)
    plain, turned = (read_plate(tmp_path / name).pixels for name in ("plain.cin", "turned.cin"))
    assert np.array_equal(turned, exif_turn(orientation).apply(plain))


def test_a_stray_tag_does_not_turn_an_exr(tmp_path, save, noise):
    pixels = noise.uniform(0, 1, (6, 9, 3)).astype(np.float16)
    path = save(tmp_path / "a.exr", pixels, attributes={"Orientation": 6})
    assert np.array_equal(read_plate(path).pixels, pixels)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_windows_turn_with_what_they_hold(orientation):
    turn = exif_turn(orientation)
    spec = OpenImageIO.ImageSpec(4, 3, 3, "uint8")
    spec.x, spec.y = 12, 21
    spec.full_x, spec.full_y, spec.full_width, spec.full_height = 10, 20, 9, 7
    seen = np.zeros((7, 9, 1))
    seen[1:4, 2:6] = 1
    rows, columns = np.nonzero(turn.apply(seen)[..., 0])
    new = upright_spec(spec, turn, "tiff")
    assert (new.full_x, new.full_y) == (10, 20)
    assert (new.full_height, new.full_width) == turn.apply(seen).shape[:2]
    assert (new.x - 10, new.y - 20) == (columns.min(), rows.min())
    assert (new.width, new.height) == (np.ptp(columns) + 1, np.ptp(rows) + 1)


def test_what_is_measured_along_an_axis_turns_too():
    spec = OpenImageIO.ImageSpec(4, 3, 3, "uint8")
    spec.attribute("XResolution", 300.0)
    spec.attribute("YResolution", 150.0)
    spec.attribute("PixelAspectRatio", 2.0)
    new = upright_spec(spec, Turn(swapped=True), "tiff")
    assert new.get_float_attribute("XResolution") == 150
    assert new.get_float_attribute("YResolution") == 300
    assert new.get_float_attribute("PixelAspectRatio") == 0.5


def test_who_made_a_picture_is_kept_in_a_jpeg(tmp_path):
    exif = Image.Exif()
    texts = {0x010E: "the sea", 0x010F: "maker", 0x013B: "somebody", 0x8298: "all of us"}
    for tag, text in texts.items():
        exif[tag] = text
    exif[ORIENTATION] = 6
    frame().save(tmp_path / "a.jpg", exif=exif, dpi=(300, 300))
    plate = read_plate(tmp_path / "a.jpg")
    write_plate(tmp_path / "b.jpg", plate.picture, plate)
    with Image.open(tmp_path / "b.jpg") as written:
        assert dict(written.getexif()) == texts
        assert written.info["dpi"] == (300, 300)


@pytest.mark.parametrize("suffix", ["jpg", "png", "tif", "exr", "dpx"])
def test_text_in_an_unknown_alphabet_stops_nothing(tmp_path, suffix):
    exif = Image.Exif()
    exif[0x013B] = b"Jos\xe9"
    frame().save(tmp_path / "a.jpg", exif=exif)
    plate = read_plate(tmp_path / "a.jpg")
    write_plate(tmp_path / f"b.{suffix}", plate.picture, plate)
    read_plate(tmp_path / f"b.{suffix}")


TYPED = [("uint8", 5), ("int", -7), ("uint", 7), ("float", 0.5), ("string", "words"),
         ("rational", (24000, 1001)), ("timecode", (0x01020304, 5)), ("keycode", tuple(range(7))),
         ("matrix", tuple(map(float, range(16))))]  # fmt: skip


@pytest.mark.parametrize(("kind", "value"), TYPED, ids=[kind for kind, _ in TYPED])
def test_an_attribute_of_any_type_is_carried(kind, value):
    source, target = (OpenImageIO.ImageSpec(4, 3, 3, "uint8") for _ in range(2))
    source.attribute("name", OpenImageIO.TypeDesc(kind), value)
    carry(source, target, "name")
    assert target.getattribute("name") == source.getattribute("name") == value


def test_an_attribute_that_python_cannot_set_is_carried(tmp_path):
    """Exif's short numbers: `ImageSpec.attribute` forgets them without an error."""
    phone(tmp_path / "a.jpg", 6)
    source = OpenImageIO.ImageInput.open(str(tmp_path / "a.jpg")).spec()
    (short,) = (one for one in source.extra_attribs if one.name == "Orientation")
    assert str(short.type) == "uint16"
    target = OpenImageIO.ImageSpec(4, 3, 3, "uint8")
    for _ in range(2):  # it takes the place of what was there
        carry(source, target, "Orientation")
    assert [(one.name, str(one.type), one.value) for one in target.extra_attribs] == [
        ("Orientation", "uint16", 6)
    ]
