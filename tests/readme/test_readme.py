"""Everything that the README tells people to type is typed here."""

import re
import shlex
import subprocess
import sys
from importlib.util import find_spec

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
def test_the_main_job(project, shared, tmp_path):
    line = blocks(project, "sh")[0].splitlines()[1]
    assert line.startswith("vst-seq ../shared/")
    words = [word.replace("../shared", str(shared)) for word in entry(line)]
    words[words.index("out/")] = str(tmp_path / "out")
    done = run([*words, "--frames", "1-3", "--progress", "plain"], project)
    assert done.returncode == 0, done.stderr
    made = sorted(path.name for path in (tmp_path / "out").glob("*.png"))
    assert made == ["frame_0001.png", "frame_0002.png", "frame_0003.png"]


def test_every_option_that_it_names_exists(project):
    text = (project / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", text)) - {"--upgrade"}
    helps = [run(entry(f"{name} --help"), project).stdout for name in ("vst-seq", *COMMANDS)]
    offered = set(re.findall(r"--[a-z][a-z-]+", " ".join(helps)))
    assert named <= offered, named - offered


COMMANDS = ("vst styles", "vst train", "vst eval", "vst bench", "vst doctor", "vst describe")


def worked_example(project, holds):
    """Run the README's Python that holds a text; return the names it leaves."""
    (code,) = (block for block in blocks(project, "python") if holds in block)
    names = {}
    exec(code, names)
    return names


def test_the_example_of_a_flow_source(project):
    from vst_core.flow import FLOW_SOURCES
    from vst_core.motion import warp

    pan = worked_example(project, "class Pan")["pan"]
    del FLOW_SOURCES["pan"]
    frame = torch.rand(1, 3, 20, 30)
    pair = pan.between(frame, frame, frames=(1, 2))
    torch.testing.assert_close(warp(frame, pair.backward)[..., 3:], frame[..., :-3])


def test_the_example_of_a_method(project):
    from vst_core.stylizers import STYLIZERS

    method = worked_example(project, "class Posterize")["method"]
    del STYLIZERS["posterize"]
    assert len(method.stylize(torch.rand(1, 3, 20, 30), None).unique()) == 4
