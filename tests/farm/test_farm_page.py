"""Every command of the page for farm wranglers, as it stands there."""

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from PIL import Image

BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def page(project):
    return (project / "docs" / "farms.md").read_text(encoding="utf-8")


def blocks(page, language):
    return re.findall(rf"```{language}\n(.*?)```", page, re.DOTALL)


@pytest.fixture
def place(tmp_path, page, project):
    """A folder with what the page says is there."""
    (tmp_path / "plates").mkdir()
    for number in range(1, 5):
        picture = Image.open(project / f"tests/shot/balloon_{number:04d}.png").resize((64, 40))
        picture.save(tmp_path / "plates" / f"plate.{number:04d}.png")
    (listed,) = blocks(page, "toml")
    (tmp_path / "shots.toml").write_text(listed, encoding="utf-8")
    return tmp_path


@pytest.mark.slow
@pytest.mark.skipif(find_spec("openjd") is None, reason="pip install openjd-cli")
def test_every_command_of_the_page(page, place):
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    for line in "".join(blocks(page, "sh")).splitlines():
        done = subprocess.run(
            ["bash", "-c", line],
            cwd=place,
            env={**os.environ, "PATH": path, "OMP_NUM_THREADS": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, (line, done.stdout, done.stderr)
        assert not re.search(r"Error:|Warning|Traceback", done.stdout + done.stderr), line
    frames = [f"plate.{number:04d}.png" for number in range(1, 5)]
    for folder, names in (("out", frames), ("tasks", frames), ("night/sh020", frames[:3])):
        assert sorted(one.name for one in (place / folder).glob("*.png")) == names
    for name in (
        "out/report.html",
        "night/report.html",
        "night/preview.jpg",
        "bundle/template.json",
        "out/out.mp4",
        "result.mov",
    ):
        assert (place / name).stat().st_size > 1000


def test_every_option_that_it_names_exists(page, project):
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", page))
    others = {"--run-dependencies", "--step"}  # of openjd
    module = "vst_cli" if find_spec("vst_cli") else "cli"
    asked = "; ".join(
        f"main({[*command, '--help']})"
        for command in (["seq"], ["batch"], ["farm"], ["movie"], ["serve"])
    )
    code = f"from {module}.main import main; {asked}"
    offered = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=project
    )
    assert named - others <= set(re.findall(r"--[a-z][a-z-]+", offered.stdout))
