"""`vst eval` from end to end."""

import json

import pytest

from vst_core.evaluation import moving_frames
from vst_core.image import read_picture, write_picture


@pytest.fixture
def shot(tmp_path):
    """Two folders, `in` and `out`, of three small frames."""
    for name, gain in (("in", 1.0), ("out", 0.5)):
        (tmp_path / name).mkdir()
        for number, picture in enumerate(moving_frames(width=64, height=48, count=3), start=1):
            write_picture(tmp_path / name / f"f.{number:04d}.png", picture * gain)
    return tmp_path


@pytest.fixture
def measure(main, shot, capfd):
    def run(*arguments, out="out", source="in"):
        code = main("eval", shot / out, shot / source, *arguments)
        return code, *capfd.readouterr()

    return run


@pytest.mark.slow
@pytest.mark.weights
def test_figures_table_and_sheet(measure, shot, shared):
    painting = shared / "data/styles/la_muse.jpg"
    given = ("--painting", painting, "--weights-dir", shared / "weights", "--device", "cpu")
    code, out, err = measure(*given, "--flow", "dis", "--json", "--sheet", shot / "sheet.png")
    found = json.loads(out)
    assert code == 0
    assert found["flow"] == "dis"
    assert found["means"]["style_loss"] > 0.1
    assert found["means"]["m2"] < found["means"]["source_m2"]  # half as bright
    assert "frame 3" in err
    assert read_picture(shot / "sheet.png").shape[-1] == 2 * 64 + 3 * 8
    code, out, err = measure(*given, "--first", 2, "--every", 2, "--progress", "none")
    assert (code, err) == (0, "")
    for words in ("2 frames, 64 x 48", "raft-small", "style loss", "M2", "ReReVST", "SSIM"):
        assert words in out


@pytest.mark.slow
@pytest.mark.weights
def test_two_runs_side_by_side_on_a_page(main, shot, shared, capfd):
    given = ("--style", "candy", "--weights-dir", shared / "weights", "--device", "cpu")
    page = shot / "report.html"
    runs = (shot / "out", shot / "in", shot / "in")
    flow = ("--flow", "dis", "--gap", "2", "--progress", "none")
    assert main("eval", *runs, *given, *flow, "--report", page, "--json") == 0
    first, second = json.loads(capfd.readouterr().out)
    assert first["means"]["m2"] < second["means"]["m2"] == second["means"]["source_m2"]
    assert first["gap"] == 2
    assert first["means"]["far_m2"] > 0
    assert first["means"]["style_moments"] > 0
    assert "data:image/webp" in page.read_text(encoding="utf-8")
    assert main("eval", *runs, *given, *flow, "--gap", "0") == 0
    found = capfd.readouterr().out
    assert "frames apart" not in found
    for words in ("out", "means and deviations", "clipped", "edges"):
        assert words in found


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ((), 2, "--style"),
        (("--style", "mues"), 2, "Did you mean 'muse'?"),
        (("--style", "muse", "--painting", "a.jpg"), 2, "not allowed with"),
        (("--style", "muse", "--frames", "1-9"), 3, "missing: 4-9"),
        (("--style", "muse", "--every", "0"), 2, "'0' is not a number"),
        (("--style", "muse", "--device", "cuda:99"), 5, "cuda:99"),
        (("--style", "muse", "--gap", "1"), 2, "'1' is not a gap"),
        (("--style", "muse", "--report", "page.pdf"), 2, "page.pdf"),
    ],
)
def test_what_cannot_be_measured_is_one_line(measure, tiny_styles, arguments, code, words):
    found, out, err = measure(*arguments)
    assert (found, out) == (code, "")
    assert words in err.splitlines()[-1]


@pytest.mark.parametrize("option", ["--report", "--sheet"])
def test_a_folder_that_cannot_be_is_told_before_anything_is_measured(
    measure, shot, tiny_styles, option
):
    (shot / "file").touch()
    code, out, err = measure("--style", "muse", option, shot / "file" / "a.html")
    assert (code, out) == (4, "")
    assert "Measuring" not in err


def test_a_sheet_is_for_one_run(main, shot, tiny_styles, capfd):
    given = ("--style", "muse", "--sheet", shot / "sheet.png")
    assert main("eval", shot / "out", shot / "in", shot / "in", *given) == 2
    assert "--report" in capfd.readouterr().err


def test_sizes_that_differ(measure, shot, tiny_styles):
    write_picture(shot / "out/f.0002.png", read_picture(shot / "out/f.0002.png")[..., :40])
    code, _, err = measure("--style", "muse")
    assert code == 3
    assert "40 x 48" in err
    assert "64 x 48" in err


def test_measured_scenes_as_a_table(main, tmp_path, capfd):
    from vst_core.evaluation import FrameFigures, Report

    frames = (FrameFigures(frame=2, masked_mse=0.0125, m2=0.02),)
    report = Report(
        out="/o/vtn/f.%04d.png", source="/i/alley/f.%04d.png", style="candy", flow="dis",
        width=64, height=48, frames=frames,
    )  # fmt: skip
    (tmp_path / "a.json").write_text(json.dumps(report.to_dict()))
    assert main("eval", tmp_path / "a.json") == 0
    found = capfd.readouterr().out
    for words in ("alley", "candy", "vtn", "0.0125", "1.00"):
        assert words in found
    assert main("eval", tmp_path / "a.json", tmp_path / "b.json") == 3
    assert main("eval", tmp_path / "one", "--style", "candy") == 2
