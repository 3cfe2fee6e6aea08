"""A transition from a shipped style to one of another family, whose network is another one."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from runs import hashes, made
from second_family import train_family

from vst_core.errors import UsageError
from vst_core.styles import families, find_style

SHOT = Path(__file__).resolve().parents[1] / "shot"
STEADY = {"frames": "1-8", "preroll": 1, "threads": 1}
SHARES = {1: 0, 2: 0, 3: 0.25, 4: 0.5, 5: 0.75, 6: 1, 7: 1, 8: 1}


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    return str(train_family(tmp_path_factory.mktemp("other"), SHOT, teacher="wave", steps=30))


def pixels(folder, frame):
    return np.asarray(Image.open(folder / f"frame_{frame:04d}.png").convert("RGB"), float)


@pytest.mark.slow
def test_two_trunks_are_two_families(other):
    assert families([find_style("muse"), find_style(other), find_style("candy")]) == ((0, 2), (1,))


@pytest.mark.slow
@pytest.mark.usefixtures("one_thread")
def test_each_family_goes_on_as_if_it_were_alone(run, shot, other, tmp_path):
    """So there is no ghost: no network ever sees the other's strokes. And no jump: what is shown
    moves from one steady run to the other by a quarter a frame."""
    run(shot, **STEADY, style=f"muse@2,{other}@6")
    run(shot, **STEADY, style="muse", output=str(tmp_path / "muse"))
    # The second family begins as a shot does, at the first frame that it has a share in.
    run(shot, **{**STEADY, "frames": "3-8"}, style=other, output=str(tmp_path / "other"))
    for frame, share in SHARES.items():
        expected = np.zeros(1)
        if share < 1:
            expected = expected + (1 - share) * pixels(tmp_path / "muse", frame)
        if share:
            expected = expected + share * pixels(tmp_path / "other", frame)
        assert np.abs(pixels(tmp_path / "out", frame) - expected).max() <= 1.01


@pytest.mark.slow
@pytest.mark.usefixtures("one_thread")
def test_chunks_within_a_dissolve_are_one_run_byte_for_byte(run, shot, other, tmp_path):
    given = {**STEADY, "style": f"muse@2,{other}@6"}
    run(shot, **given, output=str(tmp_path / "whole"))
    state = str(tmp_path / "state")
    run(shot, **{**given, "frames": "1-4"}, state_out=state)
    assert made(run(shot, **{**given, "frames": "5-8"}, state_in=state)) == [5, 6, 7, 8]
    assert hashes(tmp_path / "out") == hashes(tmp_path / "whole")


@pytest.mark.slow
@pytest.mark.parametrize("method", ["itn", "vtn"])
@pytest.mark.parametrize("style", ["muse,{}", "muse@1,candy:1,{}:1@5"])
def test_families_are_not_mixed_in_one_key(run, shot, other, method, style):
    with pytest.raises(UsageError) as told:
        run(shot, **STEADY, method=method, style=style.format(other))
    assert told.value.exit_code == 2
    assert "'small'" in str(told.value)
    assert "\n" not in str(told.value)
