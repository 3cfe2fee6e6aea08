"""Fading, black, held, cut out and letterboxed frames, by the method of several passes."""

import numpy as np
import pytest
from small_pictures import painted, small_shot

GIVEN = {
    "method": "ruder-multipass", "features": "lite", "passes": 2, "pass_iterations": 3,
    "threads": 1, "device": "cpu",
}  # fmt: skip
SMALL = (32, 56)

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def shot(project):
    return small_shot(project, SMALL)


@pytest.mark.slow
def test_a_fade_is_a_fade_and_ends_in_the_source_s_black(tmp_path, shot):
    shares = [1, 0.8, 0.5, 0.2, 0.0]
    found = painted(tmp_path, [shot[n] * share for n, share in enumerate(shares)], **GIVEN)
    means = np.array([frame.mean() for frame in found])
    assert np.abs(means / means[0] - shares).max() < 0.1
    assert found[-1].max() == 0


@pytest.mark.slow
def test_held_drawings_are_painted_once(tmp_path, shot):
    found = painted(tmp_path, [shot[5 * (n // 2)] for n in range(4)], **GIVEN)
    assert np.array_equal(found[0], found[1])
    assert np.array_equal(found[2], found[3])
    assert not np.array_equal(found[1], found[2])


@pytest.mark.slow
def test_bars_stay_black(tmp_path, shot):
    frames = [frame.copy() for frame in shot[:2]]
    for frame in frames:
        frame[:6], frame[-6:] = 0, 0
    found = painted(tmp_path, frames, **GIVEN)
    assert max(frame[:6].max() for frame in found) == 0
    assert min(frame[6:-6].mean() for frame in found) > 30


@pytest.mark.slow
def test_black_in_between_is_passed_over(tmp_path, shot):
    black = np.zeros_like(shot[0])
    found = painted(tmp_path, [black, shot[0], black, shot[1], shot[1]], **GIVEN)
    assert found[0].max() == found[2].max() == 0
    assert np.array_equal(found[3], found[4])
    assert abs(found[1].mean() - found[3].mean()) < 8


def test_a_run_of_one_black_shot_is_black(tmp_path, shot):
    found = painted(tmp_path, [np.zeros_like(shot[0])] * 3, **GIVEN)
    assert max(frame.max() for frame in found) == 0
