"""What a farm does to a task: two at once, no home, a stop in the middle."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
BIN = Path(sys.executable).parent


@pytest.fixture
def task(frames, tmp_path):
    """Start a task over the example shot; returns its process."""

    def start(out="out", *words, **environment):
        command = [BIN / "vst-seq", frames, tmp_path / out, "--proxy", "1/4", "--progress=openjd"]
        return subprocess.Popen(
            [*map(str, command), *words],
            env={**os.environ, "OMP_NUM_THREADS": "1", **environment},
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return start


def pictures(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.png"))}


def test_two_at_once_do_not_harm_each_other(task, tmp_path):
    pair = [task(), task()]
    said = [one.communicate() for one in pair]
    codes = [one.returncode for one in pair]
    assert 0 in codes, said
    assert set(codes) <= {0, 4}
    task("alone").communicate()
    assert pictures(tmp_path / "out") == pictures(tmp_path / "alone") != {}
    assert not [path for path in (tmp_path / "out").rglob("*") if ".part" in path.name]


def test_a_stop_in_the_grace_time_and_another_go_are_one_run(task, tmp_path):
    stopped = task()
    while "frame 3" not in stopped.stdout.readline():
        pass
    stopped.send_signal(signal.SIGTERM)
    out, _ = stopped.communicate(timeout=120)
    assert stopped.returncode == 143
    assert "openjd_fail: " in out
    assert 3 <= len(pictures(tmp_path / "out")) < 16
    again = task()
    assert "there already" in again.communicate()[0]
    task("alone").communicate()
    assert pictures(tmp_path / "out") == pictures(tmp_path / "alone")


def test_no_home_and_nothing_to_see(task, tmp_path):
    done = task("out", "--frames=1-2", HOME=str(tmp_path / "none"), XDG_CACHE_HOME="/proc/none")
    out, err = done.communicate()
    assert (done.returncode, err) == (0, "")
    assert not re.search(r"Error:|Warning", out)
    assert not (tmp_path / "none").exists()
    assert len(pictures(tmp_path / "out")) == 2


def read_only(*folders):
    """Words before a command in whose sight folders cannot be written, not even by root."""
    binds = [f"mount --bind {one} {one} && mount -o remount,ro,bind {one}" for one in folders]
    return ["unshare", "-m", "sh", "-c", f'{" && ".join(binds)} && exec "$@"', "sh"]


def can_bind(folder):
    try:
        tried = [*read_only(folder), "touch", f"{folder}/none"]
        done = subprocess.run(tried, capture_output=True, text=True, check=False)
    except OSError:
        return False
    return "Read-only" in done.stderr


@pytest.mark.parametrize("home", [None, "/proc/none"])
def test_a_read_only_installation_without_a_home(project, frames, tmp_path, home):
    package = project / "vst_core"
    if not can_bind(package):
        pytest.skip("needs root, and mounts of its own")
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    for name in ("HOME", "XDG_CACHE_HOME", "USER", "LOGNAME"):
        environment.pop(name, None)
    environment |= {"HOME": home} if home else {}
    # Relative places, and one as on a share: POSIX keeps both slashes.
    words = [BIN / "vst-seq", f"/{frames}/balloon_%04d.png", "out", "--frames=1-3", "--proxy=1/4"]
    done = subprocess.run(
        [*read_only(package, project / "cli"), *words, "--progress=plain"],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert not re.search(r"Error:|Warning|Traceback|Permission", done.stdout + done.stderr)
    assert len(pictures(tmp_path / "out")) == 3
    assert {path.name for path in tmp_path.iterdir()} == {"out"}
