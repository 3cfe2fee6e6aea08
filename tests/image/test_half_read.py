"""Files that were read by half: an error, or the whole picture, and never anything else."""

import os
import re

import pytest
import torch
from half_files import WRITERS, frame

from vst_core.errors import InputError
from vst_core.image import (
    KeptLayers,
    ReadSettings,
    read_channel,
    read_header,
    read_picture,
    read_planes,
    read_plate,
    write_planes,
    write_plate,
)

# What ends with bytes that hold no pixels: the footer of TGA 2, the last line end of a text.
PICTURE_MAY_BE_WHOLE = {"plain.tga", "rle.tga", "palette.tga", "text.ppm"}


def cut(path, share):
    """Keep the first bytes of a file: a share of them, or all but one."""
    content = path.read_bytes()
    path.write_bytes(content[:-1] if share == 1 else content[: int(share * len(content))])
    return path


def outcome(path):
    """Return the picture of a file, or the message that there is none."""
    try:
        return read_plate(path).picture
    except InputError as error:
        return str(error)


@pytest.mark.parametrize("name", WRITERS)
def test_a_file_that_was_cut_is_an_error(tmp_path, name):
    path = tmp_path / name
    WRITERS[name](path)
    whole, content = read_plate(path).picture, path.read_bytes()
    for share in (0.02, 0.3, 0.55, 0.9, 0.99, 0.999, 1):
        path.write_bytes(content)
        found = outcome(cut(path, share))
        if isinstance(found, str):
            assert found.startswith(f"{path}: "), share
            assert "\n" not in found
        else:
            assert name in PICTURE_MAY_BE_WHOLE, share
            assert share >= 0.99, f"{share} of the file was taken for all of it"
            assert torch.equal(found, whole)


@pytest.mark.parametrize("name", ["progressive.jpeg", "10.dpx", "10.cin", "none.tif", "none.exr"])
@pytest.mark.parametrize("reader", [read_plate, read_picture, read_channel])
def test_every_reader_asks(tmp_path, name, reader):
    path = tmp_path / name
    WRITERS[name](path)
    reader(path)
    with pytest.raises(InputError, match=re.escape(f"{path}: cannot be read")):
        reader(cut(path, 0.999))


def test_planes_and_layers_that_are_carried_are_asked_too(tmp_path):
    planes = tmp_path / "planes.exr"
    write_planes(planes, torch.rand(2, 40, 30), names=("x", "y"), half=False)
    with pytest.raises(InputError, match="cannot be read"):
        read_planes(cut(planes, 0.999))

    several = tmp_path / "several.exr"
    WRITERS["several.exr"](several)
    plate = read_plate(several, settings=ReadSettings(kept=KeptLayers("all")))
    cut(several, 0.999)
    with pytest.raises(InputError, match="cannot be read"):
        write_plate(tmp_path / "out.exr", plate.picture, plate)
    assert not (tmp_path / "out.exr").exists()


def test_a_jpeg_says_where_it_ends(tmp_path):
    path = tmp_path / "a.jpg"
    frame().save(path)
    with pytest.raises(InputError, match=r"ends too early.*Is the file complete") as caught:
        read_plate(cut(path, 0.55))
    assert caught.value.exit_code == 3


def with_odd_revision(path):
    """Give a JPEG a number of JFIF that nobody knows: the first warning hides all others."""
    content = bytearray(path.read_bytes())
    assert content[6:11] == b"JFIF\0"
    content[11] = 9
    path.write_bytes(content)
    return path


def test_a_warning_that_says_nothing_against_the_pixels_is_none(tmp_path):
    path = tmp_path / "a.jpg"
    frame().save(path)
    expected = read_plate(path).picture
    assert torch.equal(read_plate(with_odd_revision(path)).picture, expected)
    with pytest.raises(InputError, match="cannot be read"):
        read_plate(cut(path, 0.9))


def test_bytes_after_the_end_are_no_fault(tmp_path):
    for name in ("baseline.jpg", "8.png", "10.dpx", "10.cin", "none.exr"):
        path = tmp_path / name
        WRITERS[name](path)
        expected = read_plate(path).picture
        path.write_bytes(path.read_bytes() + bytes(5000))
        assert torch.equal(read_plate(path).picture, expected), name


def test_data_that_was_spoilt_in_the_middle(tmp_path):
    path = tmp_path / "a.jpg"
    frame().save(path, quality=95)
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 200] = b"\xff\xd0" * 100
    path.write_bytes(content)
    with pytest.raises(InputError, match="Corrupt JPEG data"):
        read_plate(path)


@pytest.mark.parametrize(
    ("scheme", "reason"),
    [(50000, "ZSTD"), (34887, "LERC"), (34925, "LZMA"), (50001, "WEBP"), (34712, "34712")],
)
def test_tiff_in_a_compression_that_the_library_lacks(tmp_path, scheme, reason):
    path = tmp_path / "a.tif"
    frame().save(path)
    content = path.read_bytes()
    entry = b"\x03\x01\x03\x00\x01\x00\x00\x00"  # tag 259, a short, one of it
    assert content.count(entry + b"\x01\x00") == 1
    path.write_bytes(content.replace(entry + b"\x01\x00", entry + scheme.to_bytes(2, "little")))
    with pytest.raises(InputError) as caught:
        read_plate(path)
    assert reason in caught.value.what
    assert caught.value.fix == "Save it with another compression (ZIP, LZW)."


@pytest.mark.parametrize("change", ["no offset", "undefined", "run lengths", "odd bits"])
def test_a_dpx_whose_header_says_less_is_measured_less(tmp_path, change):
    path = tmp_path / "a.dpx"
    WRITERS["8.dpx"](path)
    expected = read_header(path).data_window
    from vst_core.image.inspection import shortfall

    content = bytearray(path.read_bytes())
    at, value = {
        "no offset": (808, bytes(4)),
        "undefined": (808, b"\xff" * 4),
        "run lengths": (806, b"\x01\x00"),
        "odd bits": (803, b"\xff"),
    }[change]
    content[at : at + len(value)] = value
    path.write_bytes(content[:3000])
    assert shortfall(path, "dpx") == ""
    path.write_bytes(content)
    assert read_header(path).data_window == expected


@pytest.mark.parametrize("suffix", [".png", ".exr", ".jpg"])
def test_an_empty_file_is_called_empty(tmp_path, suffix):
    path = tmp_path / f"a{suffix}"
    path.touch()
    for reader in (read_header, read_plate, read_channel, read_picture):
        with pytest.raises(InputError, match=r"is empty \(0 bytes\)"):
            reader(path)


def test_a_pipe_is_no_file(tmp_path):
    os.mkfifo(tmp_path / "a.png")
    with pytest.raises(InputError, match="not a picture"):
        read_header(tmp_path / "a.png")


def test_a_stand_in_without_pixels_is_no_picture(tmp_path):
    (tmp_path / "a.null").write_bytes(b"nothing")
    with pytest.raises(InputError, match="not a picture"):
        read_header(tmp_path / "a.null")


@pytest.mark.parametrize("name", ["8.png", "16.png", "none.exr", "several.exr", "10.dpx"])
def test_what_is_known_to_be_short_is_said_once(tmp_path, name, capfd):
    WRITERS[name](tmp_path / name)
    with pytest.raises(InputError, match="its header promises"):
        read_plate(cut(tmp_path / name, 0.9))
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("name", ["8.png", "palette.png"])
def test_a_png_that_was_spoilt_is_said_once(tmp_path, name, capfd):
    path = tmp_path / name
    WRITERS[name](path)
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 100] = bytes(100)
    path.write_bytes(content)
    with pytest.raises(InputError, match="its chunk IDAT is damaged"):
        read_plate(path)
    assert capfd.readouterr().err == ""


def test_what_is_damaged_beside_the_pixels_of_a_png_is_no_fault(tmp_path):
    path = tmp_path / "a.png"
    frame().save(path)
    expected = read_plate(path).picture
    content = path.read_bytes()
    at = content.index(b"IDAT") - 4
    wrong = (4).to_bytes(4, "big") + b"teXt" + b"a\0bc" + b"\0\0\0\0"
    path.write_bytes(content[:at] + wrong + content[at:])
    assert torch.equal(read_plate(path).picture, expected)
