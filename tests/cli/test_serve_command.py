"""`vst serve`, and tasks that let the engine work which it keeps."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

BIN = Path(sys.executable).parent
pytestmark = pytest.mark.skipif(not hasattr(os, "getuid"), reason="needs a Unix system")


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    """The folder in which an engine listens; a sign of what it is asked lies in its log."""
    folder = tmp_path_factory.mktemp("session") / "engine"
    words = [BIN / "vst", "serve", "start", folder, "--openjd"]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert f"openjd_env: VST_RESIDENT={folder}\n" in done.stdout
    yield folder
    done = subprocess.run(
        [BIN / "vst", "serve", "stop", folder], capture_output=True, text=True, check=True
    )
    assert "has ended" in done.stdout


@pytest.fixture
def task(project, tmp_path):
    """Start a task; returns its process."""

    def start(place, *words):
        given = [project / "tests/shot", "out", "--proxy=1/4", "--device=cpu", *words]
        return subprocess.Popen(
            [BIN / "vst-seq", *given],
            env={**os.environ, "OMP_NUM_THREADS": "1", "VST_RESIDENT": str(place)},
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return start


def pictures(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.png"))}


@pytest.mark.slow
def test_a_task_says_and_makes_what_it_would_by_itself(engine, task, tmp_path):
    said = []
    for place in (engine, tmp_path / "nobody is here"):
        out, err = task(place, "--frames=1-3", "--progress=json").communicate()
        said.append([re.sub(r'("seconds"|"fps"): [\d.]+', "", line) for line in out.splitlines()])
        assert err == ""
        found = pictures(tmp_path / "out")
        assert len(found) == 3
        (tmp_path / "out").rename(tmp_path / f"out{len(said)}")
    assert said[0] == said[1]
    assert pictures(tmp_path / "out1") == pictures(tmp_path / "out2")


@pytest.mark.slow
def test_a_task_that_fails_does_so_with_its_own_code(engine, task):
    failed = task(engine, "--frames=99", "--progress=openjd")
    out, err = failed.communicate()
    assert failed.returncode == 3
    assert "openjd_fail: " in out
    assert err.startswith("vst-seq: ")


@pytest.mark.slow
def test_a_stop_reaches_the_engine_and_it_stays(engine, task, tmp_path):
    stopped = task(engine, "--progress=openjd")
    while "frame 2" not in stopped.stdout.readline():
        pass
    stopped.send_signal(signal.SIGTERM)
    stopped.communicate(timeout=120)
    assert stopped.returncode == 143
    made = len(pictures(tmp_path / "out"))
    assert 2 <= made < 16
    again = task(engine, "--progress=plain")
    assert f"{made} were there already" in again.communicate()[1]
    assert again.returncode == 0


@pytest.mark.slow
def test_a_task_that_is_killed_leaves_whole_frames_and_an_engine_for_the_next(
    engine, task, tmp_path
):
    killed = task(engine, "--progress=openjd")
    while "frame 2" not in killed.stdout.readline():
        pass
    killed.kill()
    killed.communicate()
    again = task(engine, "--progress=plain")
    assert "were there already" in again.communicate()[1]
    assert len(pictures(tmp_path / "out")) == 16
    assert not [path for path in (tmp_path / "out").rglob("*") if ".part" in path.name]


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A new folder, which is the current one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("words", "code"),
    [(("begin", "x"), 2), (("start",), 2), (("start", "file/engine"), 4), (("start", "open"), 4)],
)
def test_what_cannot_be_is_a_line_and_a_code(main, here, capsys, words, code):
    (here / "file").touch()
    (here / "open").mkdir(mode=0o755)
    assert main("serve", *words) == code
    assert capsys.readouterr().err.count("\n") == 1
