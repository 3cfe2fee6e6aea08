"""`vst probe` and `vst-seq` with movies, from end to end."""

import json
from fractions import Fraction

import numpy as np
import pytest

from vst_core.video import MovieSettings, movie_facts, write_movie


@pytest.fixture
def clip(tmp_path):
    rows, columns = np.mgrid[:48, :64]
    pictures = [
        np.dstack([columns * 3, rows * 4, columns + rows + number * 9]).astype(np.uint8)
        for number in range(5)
    ]
    path = tmp_path / "clip.mp4"
    write_movie(path, pictures, MovieSettings(codec="h264", rate=Fraction(24000, 1001)))
    return path


def test_json_for_programs(main, clip, capsys):
    assert main("probe", clip, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told == {
        "path": str(clip),
        "frames": 5,
        "first_frame": 1,
        "lost_frames": 0,
        "rate": "24000/1001",
        "fps": 24000 / 1001,
        "variable_rate": False,
        "seconds": 5 * 1001 / 24000,
        "width": 64,
        "height": 48,
        "pixel_aspect": 1.0,
        "rotation": 0,
        "mirrored": False,
        "interlaced": False,
        "codec": "h264",
        "bits": 8,
        "has_alpha": False,
        "matrix": "bt709",
        "full_range": False,
        "has_sound": False,
        "sounds": [],
        "timecode": "",
        "notes": [],
    }


def test_words_for_people(main, clip, capsys):
    assert main("probe", clip) == 0
    told = capsys.readouterr().out
    assert "frames   1 to 5\n" in told
    assert "rate     23.976 a second\n" in told
    assert "sound    none" in told


def test_what_is_no_movie(main, tmp_path, capsys):
    (tmp_path / "notes.mov").write_text("no movie")
    assert main("probe", tmp_path / "notes.mov") == 3
    told = capsys.readouterr().err
    assert told.startswith(f"vst probe: {tmp_path}/notes.mov: cannot be read as a movie")
    assert told.count("\n") == 1


def test_probe_is_light(process, clip):
    done = process("probe", clip, prelude="import atexit; atexit.register(lambda: "
                   "print('torch' in sys.modules, file=sys.stderr))")  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "False\n")


@pytest.mark.slow
def test_a_movie_to_a_movie(room, clip, tiny_styles, tmp_path, capsys):
    seq = room("main").main_seq
    arguments = [str(clip), str(tmp_path / "out.mov"), "--device", "cpu", "--frames", "2-4"]
    assert seq([*arguments, "--dry-run"]) == 0
    told = capsys.readouterr().out
    assert f"input   {clip} (2-4)" in told
    assert f"output  {tmp_path}/out.mov" in told
    assert seq([*arguments, "--progress", "plain"]) == 0
    assert "Writing out.mov (100%)" in capsys.readouterr().err
    facts = movie_facts(tmp_path / "out.mov")
    assert (facts.frames, facts.codec, facts.rate) == (3, "prores", Fraction(24000, 1001))


def test_a_movie_that_is_not_there(room, clip, tiny_styles, tmp_path, capsys):
    assert room("main").main_seq([str(tmp_path / "clop.mp4"), str(tmp_path / "out")]) == 3
    told = capsys.readouterr().err
    assert f"No file or folder is named {tmp_path}/clop.mp4" in told
    assert f"In that place: {clip}" in told
