"""Files as Nuke writes them come back as Nuke would read them: names, windows, metadata, parts.

Made here after what Nuke 13 to 15 writes by default: `R, G, B, A` or, with full layer names,
`rgba.red` ...; other layers by their names, 32-bit depth beside half colors; `nuke/` and `input/`
metadata; a data window that leaves the display window; one part for all layers, or one for each.
"""

import subprocess
from pathlib import Path

import numpy as np
import OpenImageIO as oiio
import pytest

SHORT = {"rgba": ("R", "G", "B", "A"), "depth": ("depth.Z",), "forward": ("forward.u", "forward.v")}
FULL = {**SHORT, "rgba": ("rgba.red", "rgba.green", "rgba.blue", "rgba.alpha")}
METADATA = {
    "nuke/node_hash": "5d1f0c2d8f3b2c91", "nuke/version": "15.0v4", "input/timecode": "01:00:00:07",
    "input/frame_rate": 23.976, "input/filename": "/jobs/shot/plate.0001.exr",
}  # fmt: skip
WIDTH, HEIGHT = 70, 50


def nukes_file(path, layers, *, parts):
    """Write a file of these layers, in one part or in one for each."""
    random = np.random.default_rng(3)
    groups = [{name: names} for name, names in layers.items()] if parts else [layers]
    specs, pixels = [], []
    for group in groups:
        names = [name for members in group.values() for name in members]
        spec = oiio.ImageSpec(WIDTH, HEIGHT, len(names), oiio.HALF)
        spec.channelnames = names
        spec.channelformats = tuple(
            oiio.FLOAT if name == "depth.Z" else oiio.HALF for name in names
        )
        spec.x, spec.y, spec.full_width, spec.full_height = -5, -7, 64, 40
        for name, value in METADATA.items():
            spec.attribute(name, value)
        if parts:
            spec.attribute("name", next(iter(group)))
        specs.append(spec)
        values = random.random((HEIGHT, WIDTH, len(names)), dtype=np.float32)
        values[..., [place for place, name in enumerate(names) if name in ("A", "rgba.alpha")]] = 1
        pixels.append(values)
    target = oiio.ImageOutput.create(str(path))
    opened = target.open(str(path), tuple(specs)) if parts else target.open(str(path), specs[0])
    assert opened, target.geterror()
    for place, (spec, values) in enumerate(zip(specs, pixels, strict=True)):
        if place:
            assert target.open(str(path), spec, "AppendSubimage"), target.geterror()
        assert target.write_image(values), target.geterror()
    target.close()


def parts_of(path):
    source, found = oiio.ImageInput.open(str(path)), []
    while source.seek_subimage(len(found), 0):
        spec = source.spec()
        told = {one.name: one.value for one in spec.extra_attribs}
        windows = (spec.x, spec.y, spec.width, spec.height, spec.full_width, spec.full_height)
        depths = [str(spec.channelformat(place)) for place in range(spec.nchannels)]
        found.append((spec.channelnames, windows, depths, told, source.read_image(oiio.FLOAT)))
    source.close()
    return found


@pytest.mark.parametrize("parts", [False, True], ids=["one part", "parts"])
@pytest.mark.parametrize("layers", [SHORT, FULL], ids=["short names", "full names"])
def test_nukes_files_come_back(engine, tmp_path, layers, parts):
    before = tmp_path / "plate.0001.exr"
    nukes_file(before, layers, parts=parts)
    command = [engine, tmp_path / "plate.%04d.exr", tmp_path / "out", "--method", "itn",
               "--keep-layers", "--device", "cpu"]  # fmt: skip
    done = subprocess.run(
        [*map(str, command)], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    given, made = parts_of(before), parts_of(tmp_path / "out" / before.name)
    by_name = {name: part for part in made for name in part[0]}
    for names, windows, depths, told, pixels in given:
        for place, name in enumerate(names):
            part = by_name[name]
            where = part[0].index(name)
            assert part[1] == windows
            assert part[2][where] == depths[place]
            assert {key: part[3].get(key) for key in METADATA} == {
                key: told[key] for key in METADATA
            }
            same = np.array_equal(part[4][..., where], pixels[..., place])
            assert same is (name not in (*layers["rgba"][:3],))


def test_real_renders_keep_their_windows(engine, shared, tmp_path):
    """OpenEXR's own pictures with windows that differ."""
    sources = sorted((shared / "data" / "exr" / "windows").glob("*.exr"))
    assert sources
    source = Path(sources[0])
    command = [engine, source, tmp_path, "--method", "itn", "--device", "cpu"]
    done = subprocess.run(
        [*map(str, command)], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    made = next(tmp_path.glob("*.exr"))
    assert parts_of(made)[0][1] == parts_of(source)[0][1]
