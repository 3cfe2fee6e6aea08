"""An engine that listens in a folder: for its owner alone, and no longer than its session."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from vst_core.errors import InputError, OutputError, UsageError
from vst_core.job import StylizeJob
from vst_core.protocol import FrameDone
from vst_core.resident import begin_engine, end_engine, make_at
from vst_core.resident.lifetime import Lifetime, ancestors
from vst_core.resident.meeting_place import make_private, visit

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="needs Unix sockets"),
]
NOBODY = 65534
only_root = pytest.mark.skipif(
    not hasattr(os, "getuid") or os.getuid() != 0, reason="only root can be somebody else"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder in which an engine listens."""
    place = tmp_path_factory.mktemp("session") / "engine"
    assert begin_engine(place)
    yield place
    end_engine(place)


@pytest.fixture
def job(project, tmp_path):
    return StylizeJob(
        input=str(project / "tests/shot"),
        output=str(tmp_path / "out"),
        proxy="1/4",
        frames="1-2",
        device="cpu",
    )


def test_jobs_are_made_there(folder, job):
    events = []
    assert make_at(folder, job, events.append).made == 2
    assert [one.frame for one in events if isinstance(one, FrameDone)] == [1, 2]
    assert make_at(folder, job, lambda _: None).skipped == 2
    with pytest.raises(InputError):
        make_at(folder, job.with_changes({"frames": "99"}), lambda _: None)


def test_a_second_one_is_not_begun(folder):
    assert begin_engine(folder) is False


def test_where_none_listens_nothing_is_done(tmp_path, job):
    assert make_at(tmp_path / "none", job, lambda _: None) is None
    make_private(tmp_path / "empty")
    assert make_at(tmp_path / "empty", job, lambda _: None) is None
    assert end_engine(tmp_path / "empty") is False


def test_folder_and_socket_are_the_owners_alone(folder):
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / "engine.socket").stat().st_mode & 0o777 == 0o600


def test_a_folder_that_others_can_enter_is_refused(tmp_path):
    tmp_path.chmod(0o755)
    with pytest.raises(OutputError):
        begin_engine(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(OutputError):
        begin_engine(tmp_path / "file" / "engine")
    with pytest.raises(UsageError):
        begin_engine(tmp_path / ("long" * 30))


def test_an_engine_in_a_folder_that_others_can_enter_is_not_asked(folder):
    folder.chmod(0o755)
    try:
        assert visit(folder) is None
    finally:
        folder.chmod(0o700)


@only_root
@pytest.mark.parametrize("opened", [False, True], ids=["by its folder", "by the engine"])
def test_another_user_is_refused(folder, opened):
    places = [(one, one.stat().st_mode) for one in (*reversed(folder.parents), folder)]
    places.append((folder / "engine.socket", 0o600))
    if opened:  # then only the engine itself can refuse
        for place, _ in places[1:]:
            place.chmod(0o777)
    code = f"""
import os, socket
os.setuid({NOBODY})
connection = socket.socket(socket.AF_UNIX)
try:
    connection.connect({str(folder / "engine.socket")!r})
    connection.settimeout(20)
    print("answer", connection.recv(1))
except PermissionError:
    print("kept out")
"""
    try:
        said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=1)
    finally:
        for place, mode in places[1:]:
            place.chmod(mode & 0o7777)
    assert said.stdout.strip() == ("answer b''" if opened else "kept out")


def wait_until(condition, seconds=90.0):
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.1)
    return condition()


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
def test_it_ends_with_the_session_that_began_it(tmp_path):
    engine = tmp_path / "engine"
    begin = "from pathlib import Path; from vst_core.resident import begin_engine; "
    begin += f"begin_engine(Path({str(engine)!r}))"
    # The session's own process begins it by a shell that ends at once, as farms do.
    code = f"""
import subprocess, sys, time
subprocess.run(["sh", "-c", 'exec "$0" -c "$1"', sys.executable, {begin!r}], check=True)
print("begun", flush=True)
time.sleep(600)
"""
    session = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    with session:
        assert session.stdout.readline() == "begun\n"
        time.sleep(3)
        visit(engine).close()
        session.kill()
    assert wait_until(lambda: not (engine / "engine.socket").exists())


def test_a_lifetime_ends_with_its_folder_and_without_work(tmp_path, monkeypatch):
    (tmp_path / "a").mkdir()
    life = Lifetime(tmp_path / "a", ancestors())
    assert not life.is_over()
    monkeypatch.setattr("vst_core.resident.lifetime._IDLE", -1.0)
    assert life.is_over()
    monkeypatch.undo()
    assert not life.is_over()
    (tmp_path / "a").rmdir()
    assert life.is_over()
