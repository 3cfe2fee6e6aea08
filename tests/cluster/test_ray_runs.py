"""Jobs on a real local cluster: the bytes of one machine, also when a worker is lost."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from importlib.util import find_spec
from pathlib import Path

import pytest

from vst_core.errors import InputError
from vst_core.job import StylizeJob
from vst_core.protocol import Finished, FrameDone, Started
from vst_core.runner import run_job

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("ray") is None, reason="pip install 'vst[cluster]'"),
    pytest.mark.filterwarnings("ignore"),  # of Ray's own
]


@pytest.fixture(scope="module")
def cluster():
    from vst_core.cluster import open_cluster

    with open_cluster("local:2", chunk=3) as found:
        yield found


@pytest.fixture
def job(project, tmp_path):
    def make(out, **settings):
        given = {"input": str(project / "tests/shot"), "proxy": "1/4", "device": "cpu"}
        return StylizeJob(**{**given, "output": str(tmp_path / out), **settings})

    return make


def pictures(job):
    return {path.name: path.read_bytes() for path in sorted(Path(job.output).glob("*.png"))}


def run(cluster, job):
    events = []
    cluster.run(job, events.append)
    return events


@pytest.mark.parametrize("settings", [{}, {"cuts": "6"}, {"method": "itn"}])
def test_the_bytes_are_those_of_one_machine(cluster, job, settings):
    one, many = job("one", frames="1-10", **settings), job("many", frames="1-10", **settings)
    run_job(one, lambda _: None)
    events = run(cluster, many)
    assert pictures(many) == pictures(one)
    done = [event for event in events if isinstance(event, FrameDone)]
    assert [(event.frame, event.index, event.total) for event in done] == [
        (number, number, 10) for number in range(1, 11)
    ]
    assert [type(events[0]), type(events[-1])] == [Started, Finished]
    assert sum(isinstance(event, Started) for event in events) == 1
    assert (events[-1].made, events[-1].skipped) == (10, 0)
    # The keys are those of one run too: a run on one machine finds all of it done.
    again = []
    run_job(many, again.append)
    assert (again[-1].made, again[-1].skipped) == (0, 10)


def test_an_error_is_raised_as_it_is(cluster, job):
    with pytest.raises(InputError):
        run(cluster, job("none", input="nowhere"))


def workers():
    """The processes of this process's cluster that make a chunk."""
    parents, found = {}, []
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (place / "stat").read_text().rpartition(")")[2].split()
            parents[int(place.name)] = int(words[1])
            if b"ray::make_chunk" in (place / "cmdline").read_bytes():
                found.append(int(place.name))
    return [pid for pid in found if _descends(pid, parents)]


def _descends(pid, parents):
    while pid > 1:
        if pid == os.getpid():
            return True
        pid = parents.get(pid, 0)
    return False


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")
def test_a_worker_that_is_killed_in_the_middle_changes_nothing(cluster, job, tmp_path):
    one, many = job("one", method="itn"), job("many", method="itn")
    run_job(one, lambda _: None)
    killed = []

    def kill():
        end = time.monotonic() + 60
        while not killed and time.monotonic() < end:
            begun = list((tmp_path / "many").glob("*.png"))
            for pid in workers() if begun else ():
                os.kill(pid, signal.SIGKILL)
                killed.append(pid)
                break
            time.sleep(0.005)

    thread = threading.Thread(target=kill)
    thread.start()
    run(cluster, many)
    thread.join()
    assert killed
    assert pictures(many) == pictures(one)
    assert not [path for path in (tmp_path / "many").iterdir() if ".part" in path.name]


BIN = Path(sys.executable).parent


@pytest.mark.parametrize("method", ["vtn"])
def test_sigterm_ends_it_after_the_frames_at_hand_and_it_goes_on_there(job, tmp_path, method):
    many = job("many", method=method)
    words = [BIN / "vst-seq", many.input, many.output, "--proxy=1/4", "--device=cpu"]
    more = [f"--method={method}", "--cluster=local:2", "--chunk=4", "--progress=none"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "HOME": "/proc/none"}  # none is needed
    with subprocess.Popen([*words, *more], env=environment) as running:
        while not pictures(many) and running.poll() is None:
            time.sleep(0.02)
        running.send_signal(signal.SIGTERM)
        assert running.wait(180) == 143
    begun = pictures(many)
    assert 0 < len(begun) < 16
    assert not [path for path in (tmp_path / "many").rglob("*") if ".part" in path.name]
    run_job(many, lambda _: None)
    one = job("one", method=method)
    run_job(one, lambda _: None)
    assert pictures(many) == pictures(one)


def free_port():
    """A port that nobody has, and that Ray does not give to its workers (10002 to 19999)."""
    while True:
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            port = found.getsockname()[1]
        if port > 20_000:
            return port


def test_a_cluster_that_runs_already_is_joined_from_outside(job, tmp_path):
    ports = free_port(), free_port()
    short = tempfile.mkdtemp(prefix="ray")  # names of sockets are short
    environment = {**os.environ, "RAY_USAGE_STATS_ENABLED": "0", "HOME": short}
    for name in ("RAY_AUTH_MODE", "RAY_AUTH_TOKEN"):
        environment.pop(name, None)
    (Path(short) / ".ray").mkdir()
    (Path(short) / ".ray" / "auth_token").write_text("5" * 64)
    words = [f"--port={ports[0]}", f"--ray-client-server-port={ports[1]}", "--num-cpus=2"]
    words += ["--node-ip-address=127.0.0.1", "--include-dashboard=false", "--block"]
    head = subprocess.Popen(
        [BIN / "ray", "start", "--head", *words, f"--temp-dir={short}"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
        start_new_session=True,
    )
    try:
        one, many = job("one", frames="1-6", method="itn"), job("many", frames="1-6", method="itn")
        run_job(one, lambda _: None)
        given = [f"--cluster=ray://127.0.0.1:{ports[1]}", "--chunk=3", "--progress=none"]
        words = [BIN / "vst-seq", many.input, many.output, "--proxy=1/4", "--device=cpu"]
        words += ["--method=itn", "--frames=1-6", *given]
        end = time.monotonic() + 120
        while (code := subprocess.run(words, env=environment, check=False).returncode) == 5:
            assert time.monotonic() < end  # the head is still on its way
        assert code == 0
        assert pictures(many) == pictures(one)
    finally:
        os.killpg(head.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            head.wait(20)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(head.pid, signal.SIGKILL)
        head.wait()
        shutil.rmtree(short, ignore_errors=True)
