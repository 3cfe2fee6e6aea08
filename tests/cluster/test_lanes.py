"""Jobs in lanes: what may run at once, and what follows what."""

from itertools import pairwise

import pytest

from vst_core.cluster import ClusterPlace, lanes_of
from vst_core.cluster.chunk_run import make_chunk
from vst_core.errors import UsageError
from vst_core.job import StylizeJob


@pytest.fixture
def job(project, tmp_path):
    def make(**settings):
        given = {"input": str(project / "tests/shot"), "output": str(tmp_path / "out")}
        return StylizeJob(**{**given, **settings})

    return make


def frames(lanes):
    return [[chunk.frames for chunk in lane] for lane in lanes]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"method": "itn"}, [["1-6"], ["7-12"], ["13-16"]]),
        ({"flow": "none"}, [["1-6"], ["7-12"], ["13-16"]]),
        ({}, [["1-6", "7-12", "13-16"]]),
        ({"cuts": "5,15"}, [["1-4"], ["5-10", "11-14"], ["15-16"]]),
        ({"frames": "16-1x3", "cuts": "9"}, [["16-10x3"], ["7-1x3"]]),
        ({"method": "ruder-multipass"}, [[""]]),
        ({"output": "clip.mov"}, [[""]]),
    ],
)
def test_what_does_not_depend_runs_at_once(job, settings, expected):
    assert frames(lanes_of(job(**settings), chunk=6)) == expected


def test_chunks_of_a_lane_hand_on_their_state(job):
    (lane,) = lanes_of(job(), chunk=6)
    assert lane[0].state_in == lane[-1].state_out == ""
    for one, following in pairwise(lane):
        assert one.state_out == following.state_in != ""


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("local", ClusterPlace()),
        ("local:3", ClusterPlace(workers=3)),
        ("ray://head:10001", ClusterPlace(address="ray://head:10001")),
        ("auto", ClusterPlace(address="auto")),
        ("local:0", None),
        ("ray://", None),
        ("somewhere", None),
    ],
)
def test_places_are_read(text, place):
    if place is None:
        with pytest.raises(UsageError):
            ClusterPlace.parse(text)
    else:
        assert ClusterPlace.parse(text) == place


def test_a_chunk_after_one_that_failed_does_nothing(job, tmp_path):
    broken = make_chunk(job(input="nowhere").to_dict(), str(tmp_path))
    assert broken.failed.exit_code == 3
    after = make_chunk(job().to_dict(), str(tmp_path), broken)
    assert after.failed == broken.failed
    assert not (tmp_path / "out").exists()
