"""Damaged files: an error that names the file, or a picture; in bounded time and memory.

They run in one child process, because a crash inside a C++ library would end the tests.
"""

import shutil
import subprocess
import sys

import pytest

from vst_core.errors import InputError
from vst_core.image import read_header
from vst_core.image.oiio_file import MAX_SIDE, check_window

CHILD = """
import pathlib, sys
import torch
from vst_core.errors import InputError
from vst_core.evaluation import peak_memory
from vst_core.image import read_plate
for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    print("reading", path.name, flush=True)
    try:
        picture = read_plate(path).picture
    except InputError as error:
        assert str(path) in str(error), f"does not name the file: {error}"
        assert "\\n" not in str(error)
        print("refused", flush=True)
    else:
        assert torch.isfinite(picture).all() and 0 <= picture.min() and picture.max() <= 1
        print("picture", flush=True)
print("peak", (peak_memory() or 0) // 2**20)
"""


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["", ".exr"])
def test_no_damaged_file_crashes_hangs_or_fills_the_memory(shared, project, tmp_path, suffix):
    files = [path for path in (shared / "data/exr/damaged").iterdir() if path.is_file()]
    for path in files:
        shutil.copy(path, tmp_path / f"{path.name}{suffix}")
    command = [sys.executable, "-c", CHILD, str(tmp_path)]
    child = subprocess.run(
        command, cwd=project, capture_output=True, text=True, timeout=120, check=False
    )
    lines = child.stdout.splitlines()
    assert child.returncode == 0, f"{lines[-2:]} {child.stderr[-2000:]}"
    assert lines.count("refused") + lines.count("picture") == len(files) >= 90
    assert int(lines[-1].split()[1]) < 1000  # MB, most of it the libraries themselves
    assert child.stderr == ""


@pytest.mark.parametrize(
    "window",
    [
        (0, 0, MAX_SIDE + 1, 1),
        (0, 0, 0, 4),
        (0, 0, 65_536, 65_536),
        (2**30, 0, 8, 8),
    ],
)
def test_implausible_windows_are_refused(tmp_path, window):
    with pytest.raises(InputError, match="implausible data window"):
        check_window(tmp_path / "a.exr", window, kind="data")


def test_a_header_that_promises_more_than_the_file_holds_is_refused(tmp_path, save):
    import numpy as np

    path = save(
        tmp_path / "a.exr", np.zeros((8, 8, 3), np.float16), attributes={"compression": "none"}
    )
    data = bytearray(path.read_bytes())
    for name in (b"dataWindow\0box2i\0", b"displayWindow\0box2i\0"):
        at = data.index(name) + len(name) + 4
        data[at : at + 16] = np.array([0, 0, 19_999, 19_999], "<i4").tobytes()
    path.write_bytes(bytes(data))
    with pytest.raises(InputError, match=r"a\.exr: cannot be read"):
        read_header(path)


def test_names_of_channels_that_are_no_text(tmp_path, save):
    import numpy as np

    path = save(tmp_path / "a.exr", np.zeros((8, 8, 3), np.float16), channels=("R", "G", "BBB"))
    path.write_bytes(path.read_bytes().replace(b"BBB", b"\xff\xfeB"))
    with pytest.raises(InputError, match="unreadable text"):
        read_header(path)


def test_an_absent_file_a_folder_and_a_text(tmp_path):
    text = tmp_path / "note.exr"
    text.write_text("not a picture")
    for path, words in [
        (tmp_path / "no.exr", "no such file"),
        (tmp_path, "is a folder"),
        (text, "cannot be read as a picture"),
    ]:
        with pytest.raises(InputError, match=words) as caught:
            read_header(path)
        assert str(path) in str(caught.value)


def test_deep_and_subsampled_files_say_what_they_are(shared, tmp_path):
    with pytest.raises(InputError, match="luminance-chroma EXR"):
        read_header(shared / "data/exr/compression/comp_b44.exr")
    with pytest.raises(InputError, match=r"deep EXR.*Flatten"):
        read_header(_deep(tmp_path / "deep.exr"))


def _deep(path):
    import OpenImageIO

    spec = OpenImageIO.ImageSpec(2, 2, 5, "float")
    spec.channelnames, spec.deep = ("R", "G", "B", "A", "Z"), True
    deep = OpenImageIO.DeepData()
    deep.init(4, 5, "float", ("R", "G", "B", "A", "Z"))
    deep.set_samples(0, 1)
    output = OpenImageIO.ImageOutput.create(str(path))
    assert output.open(str(path), spec)
    assert output.write_deep_image(deep)
    output.close()
    return path
