"""Jobs on a real local cluster: the bytes of one machine, also when a worker is lost."""

import contextlib
import os
import signal
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
