import subprocess
import sys

import numpy as np
import pytest
import torch

from vst_core.errors import OutputError
from vst_core.image import read_plate, write_picture, write_plate


def names(folder):
    return sorted(path.name for path in folder.iterdir())


NOISE = torch.rand(1, 3, 400, 500, generator=torch.Generator().manual_seed(1))


def test_an_absent_folder(tmp_path):
    with pytest.raises(OutputError, match=r"is not a folder.*Create the folder"):
        write_picture(tmp_path / "no" / "a.png", NOISE)
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="is not a folder"):
        write_picture(tmp_path / "file" / "a.png", NOISE)


@pytest.fixture
def small_disk(tmp_path):
    """A real file system of 200 kB."""
    folder = tmp_path / "small"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", str(folder)]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode:
        pytest.skip(f"cannot mount a small file system here: {made.stderr.strip()}")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".tif", ".dpx", ".exr"])
def test_a_full_disk(small_disk, tmp_path, save, suffix):
    pixels = np.random.default_rng(1).integers(0, 256, (600, 700, 3)).astype(np.uint8)
    plate = read_plate(save(tmp_path / "a.png", pixels, kind="uint8"))
    target = small_disk / f"a{suffix}"
    with pytest.raises(OutputError, match=r"disk is full.*Free some space") as caught:
        write_plate(target, plate.picture, plate)
    assert str(target) in str(caught.value)
    assert names(small_disk) == []


def test_a_read_only_folder(small_disk):
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(OutputError, match=r"a\.png: cannot be written \(Read-only.*choose another"):
        write_picture(small_disk / "a.png", NOISE)


LIMITED = """
import resource, sys, torch
from vst_core.errors import OutputError
from vst_core.image import write_picture
picture = torch.rand(1, 3, 400, 500)
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
for suffix in ("png", "jpg", "tif"):
    try:
        write_picture(f"{sys.argv[1]}/a.{suffix}", picture)
    except OutputError as error:
        print(error)
"""


@pytest.mark.slow
def test_a_file_size_limit(project, tmp_path):
    command = [sys.executable, "-c", LIMITED, str(tmp_path)]
    child = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert child.returncode == 0, child.stderr
    assert child.stdout.count("cannot be written") == 3
    assert names(tmp_path) == []
