"""Kinds of files that are not read here: told as what they are, whatever their names say."""

import re
import struct

import numpy as np
import pytest
from half_files import frame

from vst_core.errors import InputError
from vst_core.image import read_channel, read_header, read_picture, read_plate

REST = bytes(range(256)) * 8


def boxes(brand, *others):
    """The first box of an ISO base media file."""
    return struct.pack(">I4s4sI", 16 + 4 * len(others), b"ftyp", brand, 0) + b"".join(others)


KINDS = [
    (boxes(b"heic", b"mif1", b"heic"), "HEIC", "magick a.png a.png"),
    (boxes(b"mif1", b"mif1", b"heic"), "HEIC", "magick"),
    (boxes(b"msf1", b"hevc"), "HEIC", "magick"),
    (boxes(b"avif", b"mif1", b"miaf"), "AVIF", "magick"),
    (boxes(b"mif1", b"miaf", b"avif"), "AVIF", "magick"),
    (boxes(b"mif1", b"miaf"), "HEIF", "magick"),
    (boxes(b"crx ", b"isom"), "camera raw (CR3)", "darktable-cli"),
    (boxes(b"isom", b"mp41"), "a movie", "ffmpeg -i a.png"),
    (boxes(b"qt  "), "a movie", "ffmpeg"),
    (b"\0\0\0\x0cJXL \r\n\x87\n", "JPEG XL", "magick"),
    (b"\xff\x0a", "JPEG XL", "magick"),
    (b"\0\0\0\x0cjP  \r\n\x87\n", "JPEG 2000", "magick"),
    (b"\xff\x4f\xff\x51", "JPEG 2000", "magick"),
    (b"II\xbc\x01", "JPEG XR", "magick"),
    (b"GIF89a", "GIF", "magick"),
    (b"%PDF-1.7", "PDF", "Export"),
    (b"<svg xmlns='http://www.w3.org/2000/svg'>", "SVG", "Export"),
    (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- made -->\n<svg>", "SVG", "Export"),
    (b"\n<!DOCTYPE html><html>", "a web page", "Download"),
    (b"version https://git-lfs.github.com/spec/v1\n", "a Git LFS pointer", "git lfs pull"),
    (b"PK\x03\x04", "a ZIP archive", "Export"),
    (b"\x1f\x8b\x08", "a gzip archive", "Unpack"),
    (b"gimp xcf v011", "a GIMP file", "Export"),
    (b"IIU\0\x18\0\0\0", "camera raw (RW2)", "darktable-cli"),
    (b"FUJIFILMCCD-RAW 0201", "camera raw (RAF)", "darktable-cli"),
    (b"II*\0\x10\0\0\0CR\x02\0", "camera raw (CR2)", "darktable-cli"),
]


@pytest.mark.parametrize(("start", "name", "way_out"), KINDS, ids=[kind[1] for kind in KINDS])
def test_a_kind_is_known_by_its_first_bytes(tmp_path, start, name, way_out):
    path = tmp_path / "a.png"
    path.write_bytes(start + REST)
    with pytest.raises(InputError, match="cannot be read here") as caught:
        read_header(path)
    assert caught.value.what.startswith(f"{path}: is ")
    assert name in caught.value.what
    assert way_out in caught.value.fix
    assert "complete" not in caught.value.fix


@pytest.mark.parametrize(
    ("suffix", "name"), [("jp2", "JPEG 2000"), ("avif", "AVIF"), ("gif", "GIF")]
)
@pytest.mark.parametrize("reader", [read_plate, read_picture, read_channel])
def test_whole_files_of_such_kinds(tmp_path, suffix, name, reader):
    path = tmp_path / f"a.{suffix}"
    try:
        frame().save(path)
    except (KeyError, OSError, ValueError):
        pytest.skip(f"Pillow cannot write {suffix} here")
    with pytest.raises(InputError, match=f"is {name}, which cannot be read here"):
        reader(path)


def test_the_phone_picture_that_was_tried(shared):
    path = shared / "data/field/unsupported-format-message/h.heic"
    if not path.exists():
        pytest.skip("this shared data has no such file")
    with pytest.raises(InputError) as caught:
        read_header(path)
    assert caught.value.what == f"{path}: is HEIC, which cannot be read here"
    assert caught.value.fix == "Convert it first: magick h.heic h.png"


def test_what_nobody_knows_is_not_called_damaged(tmp_path):
    path = tmp_path / "a.xyz"
    path.write_bytes(b"nothing that anybody knows" + REST)
    with pytest.raises(InputError, match=r"no kind that is known here.*Convert") as caught:
        read_header(path)
    assert "OpenImageIO" not in str(caught.value)


def test_a_wrong_suffix_does_not_matter_where_the_kind_is_read(tmp_path):
    frame().save(tmp_path / "a.png")
    (tmp_path / "a.png").rename(tmp_path / "a.jpg")
    assert read_header(tmp_path / "a.jpg").format == "png"


@pytest.mark.parametrize("suffix", [".nef", ".ARW", ".dng", ".pef"])
def test_a_raw_is_not_its_preview(tmp_path, suffix):
    frame().save(tmp_path / "a.tif")
    read_header(tmp_path / "a.tif")
    path = (tmp_path / "a.tif").rename(tmp_path / f"a{suffix}")
    with pytest.raises(InputError, match=re.escape(f"darktable-cli {path.name} a.tif")):
        read_header(path)


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_dng_is_known_by_its_tag(tmp_path, order):
    """A TIFF of 2 x 2 grey pixels with the tag DNGVersion."""
    entries = [(256, 3, 2), (257, 3, 2), (258, 3, 8), (259, 3, 1), (262, 3, 1), (273, 4, 200),
               (277, 3, 1), (278, 3, 2), (279, 4, 4), (50706, 1, 0x01040000)]  # fmt: skip
    content = struct.pack(f"{order}2sHIH", b"II" if order == "<" else b"MM", 42, 8, len(entries))
    for tag, kind, value in entries:
        count = 4 if kind == 1 else 1
        field = struct.pack(f"{order}H2x" if kind == 3 else f"{order}I", value)
        content += struct.pack(f"{order}HHI4s", tag, kind, count, field)
    path = tmp_path / "a.tif"
    path.write_bytes((content + bytes(4)).ljust(200, b"\0") + b"\x10\x20\x30\x40")
    with pytest.raises(InputError, match=r"is a camera raw \(DNG\)"):
        read_header(path)
    plain = content.replace(struct.pack(f"{order}H", 50706), struct.pack(f"{order}H", 50000))
    path.write_bytes((plain + bytes(4)).ljust(200, b"\0") + b"\x10\x20\x30\x40")
    assert np.array_equal(read_plate(path).pixels[..., 0], [[16, 32], [48, 64]])


@pytest.mark.parametrize(("number", "name"), [(10, "HTJ2K"), (11, "HTJ2K"), (12, "number 12")])
def test_exr_in_a_compression_newer_than_the_library(tmp_path, save, noise, number, name):
    pixels = noise.uniform(0, 1, (40, 30, 3)).astype(np.float16)
    path = save(tmp_path / "a.exr", pixels, attributes={"compression": "zip"})
    content = path.read_bytes()
    entry = b"compression\0compression\0\x01\0\0\0"
    assert content.count(entry + b"\x03") == 1
    path.write_bytes(content.replace(entry + b"\x03", entry + bytes([number])))
    with pytest.raises(InputError) as caught:
        read_plate(path)
    assert caught.value.what == f"{path}: its compression ({name}) cannot be read here"
    assert caught.value.fix == "Write it with ZIP, PIZ or DWAA."


def test_exr_as_newer_programs_write_it(shared):
    path = shared / "data/field/exr-htj2k-message/HTJ2K32_COMPRESSION.exr"
    if not path.exists():
        pytest.skip("this shared data has no such file")
    with pytest.raises(InputError, match=r"its compression \(HTJ2K\) cannot be read here"):
        read_plate(path)
    read_plate(path.with_name("ZIP_COMPRESSION.exr"))
