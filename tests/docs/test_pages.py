"""Everything that the README tells people to type is typed here."""

import re
import shlex
import subprocess
import sys
from importlib.util import find_spec

import numpy as np
import OpenImageIO
import pytest
import torch


def blocks(project, language):
    text = (project / "README.md").read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def entry(line):
    """The words of a `vst` or `vst-seq` line, as a command of this interpreter."""
    module = "vst_cli.main" if find_spec("vst_cli") else "cli.main"
    name, *words = shlex.split(line)
    command = ["seq"] if name == "vst-seq" else []
    return [sys.executable, "-m", module, *command, *words]


def run(words, project):
    return subprocess.run(words, cwd=project, capture_output=True, text=True, check=False)


def test_the_continuous_check_does_what_the_readme_says(project):
    script = (project / ".ci" / "run").read_text(encoding="utf-8")
    for own, plain in ((" -q", ""), ('"$work/out"', "out/"), (" --progress plain", "")):
        script = script.replace(own, plain)
    for line in blocks(project, "sh")[0].splitlines():
        for command in line.split(" && "):
            assert f"\n{command}\n" in script, command


@pytest.mark.weights
def test_the_main_job(project, tmp_path):
    words = entry(blocks(project, "sh")[0].splitlines()[1])
    words[words.index("out/")] = str(tmp_path / "out")
    done = run([*words, "--progress", "plain"], project)
    assert done.returncode == 0, done.stderr
    made = sorted(path.name for path in (tmp_path / "out").glob("*.png"))
    assert made == sorted(path.name for path in (project / "tests/shot").glob("*.png"))
    assert len(made) == 16


def save(path, names):
    """A frame of 860 x 340 with these channels: noise, and 3 in the middle as an object index."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(1).random((340, 860, len(names)), dtype=np.float32)
    for place, name in enumerate(names):
        if "Index" in name:
            pixels[..., place] = 0
            pixels[100:200, 300:600, place] = 3
    spec = OpenImageIO.ImageSpec(860, 340, len(names), "half" if path.suffix == ".exr" else "uint8")
    spec.channelnames = names
    file = OpenImageIO.ImageOutput.create(str(path))
    assert file.open(str(path), spec), file.geterror()
    assert file.write_image(pixels), file.geterror()
    file.close()


@pytest.mark.weights
def test_the_commands_for_regions(project, tmp_path):
    save(tmp_path / "in" / "0001.exr", ("R", "G", "B", "ViewLayer.IndexOB.X"))
    save(tmp_path / "in" / "0001.png", ("R", "G", "B"))
    for name in ("mask", "car", "sky"):
        save(tmp_path / "in" / f"{name}.0001.png", ("Y",))
    (block,) = (block for block in blocks(project, "sh") if "--mask" in block)
    for place, line in enumerate(block.splitlines()):
        words = [re.sub(r"\bin/(?=%|mask|car|sky)", f"{tmp_path}/in/", w) for w in entry(line)]
        words[words.index("out/")] = str(tmp_path / f"out{place}")
        done = run([*words, "--progress", "none"], project)
        assert done.returncode == 0, (line, done.stderr)
        assert len(list((tmp_path / f"out{place}").glob("0001.*"))) == 1, line


def test_every_option_that_it_names_exists(project):
    text = (project / "README.md").read_text(encoding="utf-8")
    others = {"--upgrade", "--python-expr"}  # of pip, of Blender
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", text)) - others
    helps = [run(entry(f"{name} --help"), project).stdout for name in ("vst-seq", *COMMANDS)]
    offered = set(re.findall(r"--[a-z][a-z-]+", " ".join(helps)))
    assert named <= offered, named - offered


COMMANDS = (
    "vst styles",
    "vst train",
    "vst eval",
    "vst bench",
    "vst blender",
    "vst doctor",
    "vst describe",
    "vst probe",
)


def worked_example(project, holds):
    """Run the README's Python that holds a text; return the names it leaves."""
    (code,) = (block for block in blocks(project, "python") if holds in block)
    names = {}
    exec(code, names)
    return names


@pytest.mark.weights
def test_the_example_of_the_engine_from_python(project, tmp_path, monkeypatch):
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/shot").symlink_to(project / "tests/shot")
    monkeypatch.chdir(tmp_path)
    result = worked_example(project, "stylize(job")["result"]
    assert [path.name for path in result.files] == ["balloon_0001.png", "balloon_0002.png"]
    assert all((tmp_path / path).is_file() for path in result.files)


def test_the_example_of_a_flow_source(project):
    from vst_core.flow import FLOW_SOURCES, FrameView
    from vst_core.motion import warp

    pan = worked_example(project, "class Pan")["pan"]
    del FLOW_SOURCES["pan"]
    frame = torch.rand(1, 3, 20, 30)
    pair = pan.between(FrameView(1, frame), FrameView(2, frame))
    torch.testing.assert_close(warp(frame, pair.backward)[..., 3:], frame[..., :-3])


def test_the_example_of_a_method(project):
    from vst_core.stylizers import STYLIZERS

    method = worked_example(project, "class Posterize")["method"]
    del STYLIZERS["posterize"]
    assert len(method.stylize(torch.rand(1, 3, 20, 30), None).picture.unique()) == 4
