"""`--missing wait`: frames that are made while the run goes on."""

from __future__ import annotations

import shutil
import signal
import threading
import time
from pathlib import Path

import pytest
from runs import hashes, made

from vst_core.errors import InputError, Interrupted, UsageError
from vst_core.frames import find_sequence
from vst_core.image import read_picture, write_picture
from vst_core.job import StylizeJob
from vst_core.protocol import FrameDone, Progress
from vst_core.runner import StopRequest, run_job

SHOT = Path(__file__).parents[1] / "shot"
FRAMES = range(1, 5)


@pytest.fixture
def job(cards, tmp_path):
    def make(folder, out, **settings):
        (tmp_path / folder).mkdir(exist_ok=True)
        given = {
            "input": str(tmp_path / folder / "balloon_%04d.png"), "output": str(tmp_path / out),
            "style": str(cards[0]), "frames": "1-4", "proxy": "1/4", "missing": "wait",
        }  # fmt: skip
        return StylizeJob.from_dict({**given, **settings})

    return make


def copy(number, folder):
    """Bring a frame as a slow disk does: its name is there before its content."""
    name = f"balloon_{number:04d}.png"
    content = (SHOT / name).read_bytes()
    with (folder / name).open("wb") as stream:
        stream.write(content[:1000])
        stream.flush()
        time.sleep(0.1)
        stream.write(content[1000:])


@pytest.mark.slow
def test_frames_that_come_late_give_the_same_bytes(job, tmp_path):
    late = job("late", "made")

    def bring():
        for number in FRAMES:
            time.sleep(0.6)
            copy(number, tmp_path / "late")

    bringer = threading.Thread(target=bring)
    bringer.start()
    events = []
    run_job(late, events.append)
    bringer.join()
    assert made(events) == list(FRAMES)
    names = [event for event in events if isinstance(event, (FrameDone, Progress))]
    assert isinstance(names[0], Progress)
    assert isinstance(names[-1], FrameDone)
    for number in FRAMES:
        (tmp_path / "whole").mkdir(exist_ok=True)
        shutil.copy(SHOT / f"balloon_{number:04d}.png", tmp_path / "whole")
    run_job(job("whole", "usual", missing="error"), events.append)
    assert hashes(tmp_path / "made") == hashes(tmp_path / "usual")


@pytest.mark.slow
def test_a_stop_is_heard_while_nothing_comes_and_what_is_made_stays(job, tmp_path):
    waiting, stop = job("late", "made"), StopRequest()
    copy(1, tmp_path / "late")
    events = []

    def hear(event):
        events.append(event)
        if isinstance(event, FrameDone):
            stop.request(signal.SIGTERM)

    with pytest.raises(Interrupted):
        run_job(waiting, hear, stop=stop)
    assert made(events) == [1]
    assert list(hashes(tmp_path / "made")) == ["balloon_0001.png"]


@pytest.mark.slow
def test_a_frame_of_another_size_is_named(job, tmp_path):
    waiting = job("late", "made")
    copy(1, tmp_path / "late")
    small = read_picture(SHOT / "balloon_0002.png")[..., :64, :64]

    def hear(event):
        if isinstance(event, FrameDone):
            write_picture(tmp_path / "late" / "balloon_0002.png", small)

    with pytest.raises(InputError) as caught:
        run_job(waiting, hear)
    assert "64 x 64" in str(caught.value)
    assert "2" in str(caught.value)
    assert list(hashes(tmp_path / "made")) == ["balloon_0001.png"]


def test_it_has_to_be_said_what_to_wait_for(tmp_path):
    with pytest.raises(UsageError) as caught:
        find_sequence(str(tmp_path / "a_%04d.png"), missing="wait")
    assert "--frames" in str(caught.value)
