"""The mean end-point errors that docs/performance.md tells, source by source."""

import pytest
from flow_pictures import alley_1, end_point_error, sintel_pair

from vst_core.flow import FlowSettings, FrameView, open_flow_source

TABLE = {
    "dis": {"market_5": 16.9, "alley_2": 0.202, "alley_1": 0.293},
    "raft-small": {"market_5": 5.28, "alley_2": 0.177, "alley_1": 0.238},
    "auto": {"market_5": 6.93, "alley_2": 0.202, "alley_1": 0.293},
}
# RAFT at full size takes seconds a pair: test_raft.py holds two of its three.
ROWS = [
    pytest.param(source, shot, marks=[pytest.mark.slow] if source == "raft-small" else [])
    for source, errors in TABLE.items()
    for shot in errors
]


def read(shared, shot):
    if shot == "alley_1":
        return alley_1(shared, 1)
    return sintel_pair(shared, {"market_5": "market_5_final", "alley_2": "alley_2_clean"}[shot])


@pytest.mark.parametrize(("source", "shot"), ROWS)
def test_the_error_is_what_the_table_says(shared, source, shot):
    first, second, truth = read(shared, shot)
    found = open_flow_source(source, FlowSettings()).between(
        FrameView(1, first), FrameView(2, second)
    )
    assert end_point_error(found.forward, truth) == pytest.approx(TABLE[source][shot], rel=0.05)


def test_the_table_keeps_its_promises():
    assert TABLE["auto"]["market_5"] <= 0.5 * TABLE["dis"]["market_5"]
    assert all(TABLE["auto"][shot] <= 1.1 * TABLE["dis"][shot] for shot in ("alley_1", "alley_2"))
