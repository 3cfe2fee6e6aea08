"""`vst bench staying` from end to end, and what it refuses."""

import json

import pytest

from vst_core.image import read_picture


@pytest.fixture
def staying(main, tiny_styles, capfd):
    def run(*arguments):
        code = main("bench", "staying", *arguments)
        return code, *capfd.readouterr()

    return run


@pytest.mark.slow
def test_methods_side_by_side_with_a_sheet(staying, tmp_path, one_thread):
    given = ("--frames", 500, "--size", "48x32", "--device", "cpu")
    code, out, err = staying(*given, "--method", "vtn,itn", "--sheet", tmp_path / "sheet.png")
    assert code == 0
    assert [line.split("|")[1].strip() for line in out.splitlines()] == [
        "", "---", "vtn", "itn", "the source itself",
    ]  # fmt: skip
    assert err.count("of 500 frames") == 20
    assert read_picture(tmp_path / "sheet.png").shape[-1] == 4 * 48 + 5 * 8
    code, out, _ = staying(*given, "--json")
    (found,) = json.loads(out)
    assert (code, found["method"], len(found["per_frame"])) == (0, "vtn", 500)
    assert len(found["edges_by_tenths"]) == 10


def test_a_folder_that_cannot_be_is_told_before_the_run(staying, tmp_path):
    (tmp_path / "file").touch()
    code, _, err = staying("--report", tmp_path / "file" / "a.html")
    assert code == 4
    assert "of 1000 frames" not in err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--frames", 700), "700"),
        (("--size", "20x20"), "20x20"),
        (("--style", "mues"), "mues"),
        (("--method", "vnt"), "vnt"),
        (("--device", "cuda:99"), "cuda:99"),
    ],
)
def test_what_it_refuses(staying, arguments, words):
    code, out, err = staying(*arguments)
    assert (code, out) == (5 if "--device" in arguments else 2, "")
    assert words in err.splitlines()[-1]
