"""A method with memory: what it remembers is carried, saved, found and resumed, bit for bit."""

from dataclasses import replace
from pathlib import Path

import pytest
from runs import events_of, hashes, made

from vst_core.catalog import traits
from vst_core.errors import Interrupted, VstError
from vst_core.guidance import Stylized
from vst_core.protocol import FrameDone
from vst_core.runner import StopRequest, run_job
from vst_core.stylizers import START, STYLIZERS

SHOT = Path(__file__).resolve().parents[1] / "shot"


class RunningMean:
    """Gives the mean of all frames since the shot began: only memory can know it."""

    def __init__(self, settings):
        pass

    def stylize(self, frame, guidance, state=START):
        count = int(state.memory["count"]) if state.memory else 0
        total = state.memory["total"] + frame if count else frame
        memory = {"total": total, "count": total.new_tensor(count + 1.0)}
        return Stylized(picture=total / (count + 1), memory=memory)


@pytest.fixture(params=["none", "dis"])
def flow(request):
    """Without motion, and beside it."""
    return request.param


@pytest.fixture(autouse=True)
def remembering(monkeypatch, flow):
    name = "itn" if flow == "none" else "vtn"
    methods = [replace(one, memory=3) if one.name == name else one for one in traits.METHODS]
    monkeypatch.setattr(traits, "METHODS", tuple(methods))
    monkeypatch.setitem(STYLIZERS, name, RunningMean)
    return name


@pytest.fixture
def mean(job, remembering, flow, tmp_path):
    """Make a job of the running mean."""

    def make(place, **given):
        settings = {"method": remembering, "flow": flow, "proxy": "1/4", "frames": "1-14", **given}
        return job(SHOT, output=str(tmp_path / place), **settings)

    return make


def stopped_after(job, count):
    """Run a job and stop it when it has made so many frames."""
    stop, events = StopRequest(), []

    def listen(event):
        events.append(event)
        if sum(isinstance(one, FrameDone) for one in events) == count:
            stop.request()

    with pytest.raises(Interrupted):
        run_job(job, listen, stop=stop)


@pytest.mark.slow
def test_it_is_the_mean_of_all_frames(mean, tmp_path):
    events_of(mean("whole"))
    events_of(mean("last", frames="14"))
    assert (
        hashes(tmp_path / "whole")["balloon_0014.png"]
        != hashes(tmp_path / "last")["balloon_0014.png"]
    )


@pytest.mark.slow
def test_a_stopped_run_goes_on_to_the_same_bytes(mean, tmp_path):
    events_of(mean("whole"))
    stopped_after(mean("parts"), 4)
    assert made(events_of(mean("parts")))[-1] == 14
    assert hashes(tmp_path / "parts") == hashes(tmp_path / "whole")


@pytest.mark.slow
def test_a_named_cut_begins_anew(mean, tmp_path):
    events_of(mean("cut", cuts="8"))
    events_of(mean("from", frames="8-14"))
    cut, alone = hashes(tmp_path / "cut"), hashes(tmp_path / "from")
    assert {name: cut[name] for name in alone} == alone


def test_a_state_of_another_version_is_refused(mean, remembering, monkeypatch, tmp_path):
    state = str(tmp_path / "state")
    events_of(mean("first", frames="1-3", state_out=state))
    newer = [replace(one, memory=4) if one.name == remembering else one for one in traits.METHODS]
    monkeypatch.setattr(traits, "METHODS", tuple(newer))
    with pytest.raises(VstError) as caught:
        events_of(mean("second", frames="4-6", state_in=state))
    assert caught.value.exit_code in (2, 3)
    assert not (tmp_path / "second").exists()
