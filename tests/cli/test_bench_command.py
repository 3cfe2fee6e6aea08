"""`vst bench` at a size that takes seconds."""

import json

import pytest

from vst_core.evaluation import moving_frames
from vst_core.image import write_picture

SMALL = ("--size", "64x48", "--frames", 3, "--device", "cpu")


@pytest.fixture
def bench(main, tiny_styles, capfd):
    def run(*arguments):
        code = main("bench", *arguments)
        return code, *capfd.readouterr()

    return run


@pytest.mark.slow
def test_the_ratio_comes_from_one_run_and_its_rounds(bench):
    code, out, err = bench(*SMALL, "--rounds", 2, "--json")
    found = json.loads(out)
    assert code == 0
    assert (found["width"], found["height"], found["frames"]) == (64, 48, 3)
    ours, paper = found["seconds_end_to_end"], found["seconds_paper_network"]
    each = [slow / fast for fast, slow in zip(ours, paper, strict=True)]
    assert found["ratio"] == pytest.approx(sum(each) / 2)
    assert set(found["seconds_by_stage"]) == {
        "read",
        "flow both ways",
        "trust and warp",
        "network",
        "write",
    }
    assert err.count("end to end") == err.count("paper's network") == 2


@pytest.mark.slow
def test_people_get_lines(bench):
    code, out, _ = bench(*SMALL, "--rounds", 1)
    assert code == 0
    for word in ("3 frames of 64 x 48", "end to end", "ratio", "sum", "peak memory"):
        assert word in out


@pytest.mark.slow
def test_frames_of_ones_own(bench, tmp_path):
    for number, picture in enumerate(moving_frames(width=40, height=32, count=4), start=11):
        write_picture(tmp_path / f"mine.{number}.png", picture)
    shot = tmp_path / "mine.%d.png"
    code, out, _ = bench(shot, "--frames", 3, "--rounds", 1, "--device", "cpu", "--json")
    assert code == 0
    assert json.loads(out)["width"] == 40
    code, _, err = bench(shot, "--frames", 9)
    assert code == 2
    assert "has 4 frames, 9 are wanted" in err


@pytest.mark.slow
def test_memory_is_that_of_a_process_of_its_own(bench):
    code, out, _ = bench("--memory", "--size", "64x48", "--device", "cpu", "--json")
    found = json.loads(out)
    assert code == 0
    assert found["frames"] == 2
    assert found["peak_memory"] is None or 50e6 < found["peak_memory"] < 4e9


@pytest.mark.slow
@pytest.mark.weights
def test_gatys_beside_the_textbook(bench, shared, tmp_path):
    photo = tmp_path / "photo.png"
    write_picture(photo, next(iter(moving_frames(width=60, height=40, count=1))))
    code, out, err = bench(
        "gatys", photo, "--size", "40x32", "--iterations", 4, "--device", "cpu", "--json",
        "--weights-dir", shared / "weights", "--style", shared / "data/styles/candy.jpg",
    )  # fmt: skip
    found = json.loads(out)
    assert code == 0, err
    assert (found["width"], found["height"]) == (40, 32)
    book = found["textbook"]
    assert (book["features"][:5], book["iterations"]) == ("vgg19", 4)
    ours = found[book["features"]]
    assert ours["iterations"] == 5
    assert ours["loss_ratio_at_last"] == pytest.approx(ours["loss_at_last"] / book["loss"])
    if ours["seconds"] is not None:
        assert ours["ratio"] == pytest.approx(ours["seconds"] / book["seconds"])
        assert ours["loss_ratio_at_last"] <= 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--size", "64"), "'64' is not a size"),
        (("--size", "8x64"), "at least 16x16"),
        (("--frames", "2"), "2 frames are too few"),
        (("--rounds", "0"), "'0' is not such a number"),
        (("in.png", "--size", "64x48"), "--size is for made-up frames"),
        (("in.png", "more.png"), "'more.png' is one argument too many"),
    ],
)
def test_what_makes_no_sense_is_one_line_and_exit_2(bench, arguments, words):
    code, out, err = bench(*arguments)
    assert (code, out) == (2, "")
    assert words in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--sizes", "64"), 2, "'64' is not a size"),
        (("--sizes", "64x48,8x8"), 2, "'8x8' is not a size"),
        (("--side", "8"), 2, "'8' is not such a side"),
        (("--seconds", "0"), 2, "'0' is not such a time"),
        (("--device", "cuda:99"), 5, "cuda:99"),
        (("--styles", "muze", "--device", "cpu", "--seconds", "1"), 2, "muze"),
        (("--device", "cpu", "--seconds", "1", "--out", "absent/x.json"), 4, "absent"),
    ],
)
def test_what_makes_no_sense_for_a_card(bench, arguments, code, words):
    found, out, err = bench("gpu", *arguments)
    assert (found, out) == (code, "")
    assert words in err.splitlines()[-1]
