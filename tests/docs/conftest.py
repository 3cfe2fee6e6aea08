"""A folder with all that the pages' commands name, small: two frames of a shot, masks, a movie."""

import shutil
from importlib import import_module
from importlib.util import find_spec

import numpy as np
import OpenImageIO
import pytest
from PIL import Image

SIZE = (64, 36)


def save(path, pixels, names):
    """Write pixels of H x W x C in [0, 1] with these channels."""
    path.parent.mkdir(parents=True, exist_ok=True)
    depth = "half" if path.suffix == ".exr" else "uint8"
    spec = OpenImageIO.ImageSpec(pixels.shape[1], pixels.shape[0], len(names), depth)
    spec.channelnames = names
    file = OpenImageIO.ImageOutput.create(str(path))
    assert file.open(str(path), spec), file.geterror()
    assert file.write_image(np.ascontiguousarray(pixels, dtype=np.float32)), file.geterror()
    file.close()


def small(project, number):
    with Image.open(project / f"tests/shot/balloon_{number:04d}.png") as picture:
        return np.asarray(picture.convert("RGB").resize(SIZE), dtype=np.float32) / 255


def a_box(value):
    box = np.zeros((SIZE[1], SIZE[0], 1), dtype=np.float32)
    box[9:27, 16:48] = value
    return box


def frames(project, folder):
    """Frames 1 to 4, with an index, motion at rest, masks; `brighter` has the same, by a tenth."""
    still = np.zeros((SIZE[1], SIZE[0], 4), dtype=np.float32)
    for number in range(1, 5):
        rgb, name = small(project, number) * 0.8, f"{number:04d}"
        index, rest = "ViewLayer.IndexOB.X", [f"ViewLayer.Vector.{one}" for one in "XYZW"]
        save(folder / f"in/{name}.exr", np.dstack([rgb, a_box(3)]), (*"RGB", index))
        save(folder / f"render/{name}.exr", np.dstack([small(project, 1), still]), (*"RGB", *rest))
        save(folder / f"out/{name}.exr", rgb, tuple("RGB"))
        save(folder / f"in/{name}.png", rgb, tuple("RGB"))
        save(folder / f"brighter/{name}.png", rgb + 0.1, tuple("RGB"))
        save(folder / f"shot/frame_{name}.png", rgb, tuple("RGB"))
        for mask in ("mask", "car", "sky"):
            save(folder / f"in/{mask}.{name}.png", a_box(1), ("Y",))
        for which in ("fwd", "bwd"):
            flo = folder / f"flow/{which}_{name}.flo"
            flo.parent.mkdir(exist_ok=True)
            head = np.array([202021.25], "<f4").tobytes() + np.array(SIZE, "<i4").tobytes()
            flo.write_bytes(head + still[..., :2].astype("<f4").tobytes())


@pytest.fixture(scope="session")
def vst():
    """`vst`, in this process: takes its words, returns the exit code."""
    package = "vst_cli" if find_spec("vst_cli") else "cli"
    return import_module(f"{package}.main")


def own_style(library, folder):
    """A style as a training leaves it: a card of another name, and its weights."""
    folder.mkdir()
    for path in library.glob("candy*"):
        shutil.copy(path, folder)
    (folder / "candy.toml").rename(folder / "mine.toml")


@pytest.fixture(scope="session")
def filled(project, vst, tmp_path_factory):
    folder, library = tmp_path_factory.mktemp("pages"), project / "vst_core/styles/library"
    frames(project, folder)
    (folder / "tests/shot").mkdir(parents=True)
    for number in (1, 2):
        shutil.copy(project / f"tests/shot/balloon_{number:04d}.png", folder / "tests/shot")
    for name in ("painting.jpg", "mine.jpg", "paintings/a.jpg", "photos/a.jpg", "photos/b.jpg"):
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copy(library / "candy.jpg", folder / name)
    own_style(library, folder / "mine")
    clip = ["seq", f"{folder}/in/%04d.png", f"{folder}/clip.mp4", "--method", "itn"]
    assert vst.main([*clip, "--strength", "0", "--progress", "none"]) == 0
    return folder


@pytest.fixture
def sandbox(filled, tmp_path, monkeypatch):
    """A copy of that folder, where we are."""
    shutil.copytree(filled, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path
