"""Stages are timed without those within them, and every stage that happens is there."""

import time

import pytest
import torch

from vst_core.benchmark import make_clip, measure_memory, measure_speed
from vst_core.benchmark.runs import STAGES, _Watch, stage_seconds
from vst_core.devices import instruction_set
from vst_core.job import StylizeJob

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture
def job(tmp_path):
    def make(**changes):
        given = {
            "input": make_clip(tmp_path / "in", width=64, height=48, count=3),
            "output": str(tmp_path / "out"),
            "device": "cpu",
            "cuts": "off",
            "overwrite": True,
        }
        return StylizeJob(**{**given, **changes})

    return make


def test_a_stage_within_another_counts_once():
    watch = _Watch(torch.device("cpu"))
    with watch("trust and warp"):
        time.sleep(0.01)
        with watch("flow both ways"):
            time.sleep(0.05)
    with watch("network"):
        pass
    found = watch.medians()
    assert 0.01 <= found["trust and warp"] < 0.05 <= found["flow both ways"]
    assert found["network"] < 0.01
    assert set(found) == {"trust and warp", "flow both ways", "network"}


@pytest.mark.parametrize("flow", ["dis", "none"])
def test_stages_are_those_of_a_run(job, flow):
    found = stage_seconds(job(flow=flow))
    about_motion = {"flow both ways", "trust and warp"}
    assert set(found) == set(STAGES) - (about_motion if flow == "none" else set())
    assert all(seconds > 0 for seconds in found.values())


@pytest.mark.slow
def test_figures_are_data_and_nothing_is_printed(job, capfd):
    said = []
    found = measure_speed(job(), rounds=1, say=said.append)
    assert capfd.readouterr() == ("", "")
    assert said[0] == "warming up"
    assert (found.setting.width, found.setting.height, found.setting.frames) == (64, 48, 3)
    assert found.as_dict()["ratio"] == found.comparison.ratio
    assert found.as_dict()["instructions"] == instruction_set(torch.device("cpu"))
    weighed = measure_memory(job(frames="1-2"), say=said.append)
    assert weighed.setting.frames == 2
    assert weighed.peak_memory is None or weighed.peak_memory > 50e6
