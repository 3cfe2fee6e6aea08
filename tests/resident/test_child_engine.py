"""An engine as a child: the same bytes, and whatever ends it is an error like any other."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from vst_core.errors import DeviceError, InputError, Interrupted, UsageError
from vst_core.job import StylizeJob
from vst_core.protocol import Failed, Finished, FrameDone, Make, Started
from vst_core.resident import ChildEngine
from vst_core.resident.channel import over_descriptors, queued
from vst_core.resident.child_engine import engine_command
from vst_core.stopping import StopRequest

pytestmark = pytest.mark.slow


@pytest.fixture
def job(project, tmp_path):
    def make(out="out", **settings):
        given = {"proxy": "1/4", "frames": "1-2", "device": "cpu", "threads": 1, **settings}
        place = {"input": str(project / "tests/shot"), "output": str(tmp_path / out)}
        return StylizeJob.from_dict({**place, **given})

    return make


@pytest.fixture(scope="module")
def engine():
    with ChildEngine() as found:
        yield found


def pictures(folder):
    return {path.name: path.read_bytes() for path in sorted(Path(folder).glob("*.png"))}


def test_torch_is_not_loaded_by_who_asks():
    code = "import sys, vst_core.resident; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_jobs_one_after_the_other_are_the_bytes_of_a_run_here(engine, job):
    from vst_core.runner import run_job

    run_job(job("here"), lambda _: None)
    for out in ("a", "b"):
        events = []
        finished = engine.run(job(out), events.append)
        assert [type(one) for one in events] == [Started, FrameDone, FrameDone, Finished]
        assert (finished.made, events[-1]) == (2, finished)
        assert pictures(job(out).output) == pictures(job("here").output)


def test_relative_paths_are_seen_from_who_asks(engine, job, tmp_path, monkeypatch):
    (tmp_path / "else").mkdir()
    monkeypatch.chdir(tmp_path / "else")
    engine.run(job().with_changes({"output": "there", "frames": "1"}), lambda _: None)
    assert len(pictures(tmp_path / "else/there")) == 1


@pytest.mark.parametrize(
    ("settings", "error"),
    [({"frames": "1-99"}, InputError), ({"style": "no-such-style"}, UsageError)],
)
def test_an_error_is_raised_as_it_is_and_the_engine_stays(engine, job, settings, error):
    with pytest.raises(error):
        engine.run(job(**settings), lambda _: None)
    assert engine.run(job(), lambda _: None).made == 2


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGTERM])
def test_an_engine_that_dies_is_named_by_its_signal_and_begun_anew(engine, job, number):
    told = []

    def die(event):
        if isinstance(event, FrameDone) and not told:  # a second SIGTERM would not be waited for
            os.kill(engine.process, number)
            told.append(event)

    with pytest.raises(DeviceError, match=rf"{number.name} after frame \d") as raised:
        engine.run(job(frames="1-16"), die)
    assert raised.value.exit_code == 5
    finished = engine.run(job(frames="1-16"), lambda _: None)
    assert finished.made + finished.skipped == 16
    assert finished.skipped >= 1
    # What it was writing when it died is cleared away by who goes on.
    assert not [path for path in Path(job().output).iterdir() if ".part" in path.name]


def test_a_stop_is_handed_on_and_the_frame_at_hand_is_finished(engine, job):
    stop = StopRequest()

    def ask(event):
        if isinstance(event, FrameDone):
            stop.request(signal.SIGINT)

    with pytest.raises(Interrupted) as raised:
        engine.run(job(frames="1-16"), ask, stop=stop)
    assert raised.value.signum == signal.SIGINT
    made = len(pictures(job().output))
    assert 1 <= made < 16
    again = engine.run(job(frames="1-16"), lambda _: None)
    assert again.skipped >= made
    assert again.made + again.skipped == 16


def test_it_ends_when_who_asked_has_gone(job):
    child = subprocess.Popen(engine_command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    heard, hear = queued()
    channel = over_descriptors(child.stdout.fileno(), child.stdin.fileno(), hear)
    channel.send(Make(job=json.dumps(job(frames="1-16").to_dict()), folder="/", version="0.0"))
    assert isinstance(heard.get(timeout=300), Failed)  # another version's words may mean else
    child.stdin.close()
    assert child.wait(120) == 0
    child.stdout.close()
