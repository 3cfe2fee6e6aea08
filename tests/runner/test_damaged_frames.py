"""A damaged file in the middle of a shot: what was made before it stays, whole and valid."""

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from runs import made

from vst_core.errors import InputError
from vst_core.image import read_plate

SIZE = (96, 54)
SUFFIXES = ("jpg", "png", "tif", "dpx")


def shot(project, folder, suffix):
    """Six small frames of the example shot."""
    folder.mkdir()
    sources = sorted((project / "tests/shot").glob("balloon_*.png"))[:6]
    for number, source in enumerate(sources, 1):
        with Image.open(source) as image:
            small = np.asarray(image.convert("RGB").resize(SIZE))
        target = folder / f"f.{number:04d}.{suffix}"
        if suffix == "dpx":
            _write_dpx(target, small)
        else:
            Image.fromarray(small).save(target)
    return folder


def _write_dpx(path, pixels):
    import OpenImageIO

    spec = OpenImageIO.ImageSpec(*SIZE, 3, "uint16")
    spec.attribute("oiio:BitsPerSample", 10)
    output = OpenImageIO.ImageOutput.create(str(path))
    assert output.open(str(path), spec)
    assert output.write_image(pixels)
    output.close()


def cut(path: Path) -> bytes:
    """Keep six tenths of a file; return all of it."""
    content = path.read_bytes()
    path.write_bytes(content[: int(0.6 * len(content))])
    return content


@pytest.mark.slow
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_what_was_made_before_it_stays(project, run, tmp_path, suffix):
    source = shot(project, tmp_path / "in", suffix)
    damaged = source / f"f.0004.{suffix}"
    whole = cut(damaged)
    out = tmp_path / "out"
    with pytest.raises(InputError, match=re.escape(f"Frame 4: {damaged}: cannot be read")) as error:
        run(source, read_ahead=2)
    assert error.value.frame == 4
    names = sorted(path.name for path in out.iterdir() if path.is_file())
    assert names == [f"f.{number:04d}.{suffix}" for number in (1, 2, 3)]
    for name in names:
        assert read_plate(out / name).picture.shape[2:] == (SIZE[1], SIZE[0])

    damaged.write_bytes(whole)  # copied again: the run goes on, as if nothing had been
    assert made(run(source)) == [4, 5, 6]
    kept = {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()}
    run(source, output=str(tmp_path / "unbroken"))
    for name, content in kept.items():
        assert (tmp_path / "unbroken" / name).read_bytes() == content, name


def test_no_movie_is_left_half_made(project, run, tmp_path):
    source = shot(project, tmp_path / "in", "jpg")
    whole = cut(source / "f.0004.jpg")
    with pytest.raises(InputError, match="Frame 4: "):
        run(source, output=str(tmp_path / "out.mp4"))
    assert not (tmp_path / "out.mp4").exists()
    assert not list(tmp_path.glob("*.part*"))
    (source / "f.0004.jpg").write_bytes(whole)
    assert made(run(source, output=str(tmp_path / "out.mp4"))) == [4, 5, 6]
    assert (tmp_path / "out.mp4").exists()


def test_a_damaged_mask_is_named(project, run, tmp_path):
    source = shot(project, tmp_path / "in", "png")
    masks = shot(project, tmp_path / "masks", "jpg")
    cut(masks / "f.0003.jpg")
    with pytest.raises(InputError, match=r"Frame 3: .*f\.0003\.jpg: cannot be read"):
        run(source, mask=str(masks / "f.%04d.jpg"))
    assert len([path for path in (tmp_path / "out").iterdir() if path.is_file()]) == 2


@pytest.mark.slow
def test_frames_that_lie_on_their_side_are_painted_upright(project, run, tmp_path):
    source = shot(project, tmp_path / "in", "png")
    expected = tmp_path / "upright"
    run(source, output=str(expected))
    exif = Image.Exif()
    exif[0x0112] = 6
    for path in source.iterdir():
        with Image.open(path) as image:
            stored = image.transpose(Image.Transpose.ROTATE_90)
        stored.save(path, exif=exif)
    run(source)
    for path in sorted(expected.glob("*.png")):
        upright = np.asarray(Image.open(tmp_path / "out" / path.name))
        assert np.array_equal(upright, np.asarray(Image.open(path)))
