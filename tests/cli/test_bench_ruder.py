"""`vst bench ruder`: five ways over one shot, and what they come to."""

import json

import pytest

from vst_core.benchmark import VariantFigures
from vst_core.evaluation import moving_frames
from vst_core.image import read_picture, write_picture


@pytest.fixture
def shot(tmp_path):
    """A folder of three small frames."""
    (tmp_path / "in").mkdir()
    for number, picture in enumerate(moving_frames(width=80, height=72, count=3), start=1):
        write_picture(tmp_path / f"in/f.{number:04d}.png", picture)
    return tmp_path / "in"


@pytest.mark.slow
@pytest.mark.weights
def test_five_ways_are_made_once_and_measured(main, shot, shared, tmp_path, capfd):
    painting = tmp_path / "starry.png"
    write_picture(painting, read_picture(shared / "data/styles/starry_night.jpg", short_side=64))
    given = (
        "bench", "ruder", shot / "f.%04d.png", tmp_path / "made", "--style", painting,
        "--features", "lite", "--iterations", 1, "--passes", 2, "--pass-iterations", 1,
        "--temporal-from", 2, "--measure-flow", "dis", "--device", "cpu",
        "--weights-dir", shared / "weights",
    )  # fmt: skip
    assert main(*given, "--json") == 0
    out, err = capfd.readouterr()
    rows = json.loads(out)
    names = [row["variant"] for row in rows]
    assert names[0].startswith("gatys")
    assert names[-1] == "ruder-multipass"
    assert len(set(names)) == 5
    assert all(row["m2"] > 0 and row["border_contrast"] > 0 for row in rows)
    assert all(row["m2_reappearing"] is None for row in rows)  # three frames are too few
    assert "pass 2 of 2" in err
    assert main(*given) == 0
    out, err = capfd.readouterr()
    assert "there already" in err
    assert out.count("\n| ") == 7
    assert "| the source itself |" in out


def test_a_row_says_what_was_not_measured(room):
    row = VariantFigures(
        variant="a",
        m2=0.01234,
        m2_reappearing=None,
        points_reappearing=0,
        border_contrast=1.0,
        style_loss=0.5,
        content_loss=None,
        source_m2=0.001,
        source_m2_reappearing=None,
    )
    text = room("commands.benchmarks.bench_ruder")._table([row])
    assert "| a | 0.0123 |  | 1 | 0.5 |  |" in text
    assert text.endswith("0 points reappeared.")
