"""`vst flow` from end to end."""

import json

import pytest

from vst_core.evaluation import moving_frames
from vst_core.flow import read_flo
from vst_core.image import read_picture, write_picture


@pytest.fixture
def shot(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    for number, picture in enumerate(moving_frames(width=64, height=48, count=3), start=1):
        write_picture(folder / f"f.{number:04d}.png", picture)
    return folder


@pytest.fixture
def flow(main, shot, capfd):
    def run(*arguments, source=None, out=None):
        code = main("flow", source or shot, out or shot.parent / "out", *arguments)
        return code, *capfd.readouterr()

    return run


def test_files_table_and_progress(flow, shot):
    code, out, err = flow("--device", "cpu")
    assert code == 0
    assert sorted(path.name for path in (shot.parent / "out").iterdir()) == [
        "motion.0001.exr",
        "motion.0002.exr",
        "motion.0003.exr",
        "sheet.png",
        "trust.0002.png",
        "trust.0003.png",
    ]
    assert [line.partition(":")[0] for line in err.splitlines()[1:]] == [
        "[1/2] frame 2",
        "[2/2] frame 3",
    ]
    names = [line.split()[0] for line in out.splitlines()]
    assert names == ["2", "warp", "auto", "unmoved", "Look"]
    assert read_picture(shot.parent / "out/sheet.png").shape[-1] == 2 * 64 + 128 + 4 * 8


def test_two_sources_are_judged_by_the_same_frames(flow, shot):
    (shot.parent / "out").mkdir()
    code, _, _ = flow("--format", "flo", "--flow", "dis", "--progress", "none")
    assert code == 0
    assert read_flo(shot.parent / "out/backward.0003.flo").shape == (1, 2, 48, 64)
    turned = f"files:{shot.parent}/out/backward.%04d.flo,{shot.parent}/out/forward.%04d.flo"
    (shot.parent / "out/backward.0001.flo").write_bytes(
        (shot.parent / "out/backward.0002.flo").read_bytes()
    )
    (shot.parent / "out/forward.0003.flo").write_bytes(
        (shot.parent / "out/forward.0002.flo").read_bytes()
    )
    given = ("--flow", turned, "--compare", "dis", "--progress", "none")
    code, out, err = flow(*given, "--json", out=shot.parent / "judged")
    found = json.loads(out)
    assert (code, err) == (0, "")
    wrong, right = found["sources"]
    assert (wrong["flow"], right["flow"]) == (turned, "dis")
    assert right["explained"] > 0.5
    assert wrong["explained"] < 0
    assert right["on_all"] < found["unmoved"] < wrong["on_all"]
    assert [pair["frame"] for pair in right["pairs"]] == [2, 3]
    _, out, _ = flow(*given, out=shot.parent / "judged")
    assert "dis sees this shot better" in out
    assert "on 2 of 2 pairs" in out


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--flow", "raft-smal"), 2, "Did you mean 'raft-small'?"),
        (("--flow", "none"), 2, "--flow is none"),
        (("--compare", "dis:fast"), 2, "Write dis"),
        (("--format", "png"), 2, "--format"),
        (("--first", "1"), 3, "1 frame"),
        (("--frames", "1-9"), 3, "missing: 4-9"),
        (("--flow", "files:f_%04d.flo,b_%04d.flo"), 3, "f_0001.flo"),
        (("--device", "cuda:99"), 5, "cuda:99"),
    ],
)
def test_what_cannot_be_seen_is_one_line(flow, arguments, code, words):
    found, out, err = flow(*arguments)
    assert (found, out) == (code, "")
    assert words in err.splitlines()[-1]


def test_pictures_do_not_go_into_the_shots_own_folder(flow, shot):
    code, _, err = flow(out=shot)
    assert code == 2
    assert str(shot) in err
    assert len(list(shot.iterdir())) == 3


def test_a_file_in_the_place_of_the_folder(flow, shot):
    (shot.parent / "out").write_text("no folder")
    code, _, _ = flow()
    assert code == 4


def test_parts_of_a_shot_have_the_motion_of_the_whole_among_them(flow, shot, tmp_path):
    only = ("--format", "flo", "--motion-only", "--progress", "none", "--flow", "dis")
    for part in ("1-1", "2-3"):
        code, _, _ = flow(*only, "--lead", "1", "--frames", part, out=tmp_path / "parts")
        assert code == 0
    flow(*only, out=tmp_path / "whole")
    found = [
        {path.name: path.read_bytes() for path in (tmp_path / folder).iterdir()}
        for folder in ("parts", "whole")
    ]
    assert [*sorted(found[0])] == [
        "backward.0002.flo",
        "backward.0003.flo",
        "forward.0001.flo",
        "forward.0002.flo",
    ]
    assert found[0] == found[1]


def test_settings_of_a_job_file_count_as_far_as_they_are_motions(flow, tmp_path):
    (tmp_path / "job.toml").write_text('version = 1\nflow = "none"\nstyle = "wave"\n')
    code, _, err = flow("--job", str(tmp_path / "job.toml"))
    assert (code, "--flow is none" in err) == (2, True)
    code, out, _ = flow("--job", str(tmp_path / "job.toml"), "--flow", "dis", "--progress=openjd")
    assert code == 0
    assert "openjd_progress: 100.0" in out
