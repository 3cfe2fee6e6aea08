"""`vst keyframes` from end to end."""

import json
from xml.etree import ElementTree

import numpy as np
import pytest
import torch

from vst_core.image import read_picture, write_picture


def picture(seed, shift=0):
    small = np.random.default_rng(seed).random((6, 8, 3), np.float32)
    whole = np.roll(small.repeat(8, axis=0).repeat(8, axis=1), shift, axis=1)
    return torch.from_numpy(whole).permute(2, 0, 1)[None]


@pytest.fixture
def clip(tmp_path):
    """Ten frames: a drift, and a cut before the seventh."""
    folder = tmp_path / "clip"
    folder.mkdir()
    for number in range(1, 11):
        seed = 1 if number < 7 else 2
        write_picture(folder / f"f.{number:04d}.png", picture(seed, number))
    return folder


@pytest.fixture
def keyframes(main, capfd):
    def run(*arguments):
        code = main("keyframes", *arguments, "--progress", "none")
        return code, *capfd.readouterr()

    return run


def test_json_lists_the_cut_and_every_frame(keyframes, clip):
    code, out, err = keyframes(clip, "--json", "--count", "1")
    found = json.loads(out)
    assert (code, err) == (0, "")
    assert found["by"] == "mse"
    assert found["key_frames"][0]["frame"] in (6, 7)
    assert [one["frame"] for one in found["changes"]] == list(range(1, 11))
    assert found["changes"][0]["mse"] is None
    steps = [one["mse"] for one in found["changes"][1:]]
    assert max(steps) == steps[5]


def test_by_flow_the_first_frame_and_the_cut(keyframes, clip):
    code, out, _ = keyframes(clip, "--json", "--by", "flow", "--count", "2")
    found = json.loads(out)
    assert code == 0
    assert found["key_frames"][0]["frame"] == 1
    assert all(0 <= one["hidden"] <= 1 for one in found["changes"][1:])
    assert max(found["changes"][1:], key=lambda one: one["hidden"])["frame"] == 7


def test_text_plot_and_sheet(keyframes, clip, tmp_path):
    sheet, plot = tmp_path / "keys.jpg", tmp_path / "keys.svg"
    code, out, _ = keyframes(clip, "--count", "3", "--sheet", sheet, "--plot", plot)
    assert code == 0
    rows = out.splitlines()
    table = rows.index(next(row for row in rows if row.startswith("KEY FRAME")))
    assert len(rows[table + 1 : -2]) == 3
    assert rows[-2:] == [f"Look at {plot}", f"Look at {sheet}"]
    assert read_picture(sheet).shape[-1] == 3 * 64 + 4 * 8
    ElementTree.parse(plot)


@pytest.mark.parametrize("by", ["mse", "flow"])
def test_a_still_has_none_and_that_is_no_error(keyframes, clip, tmp_path, by):
    code, out, err = keyframes(clip / "f.0001.png", "--by", by, "--sheet", tmp_path / "no.jpg")
    assert (code, err) == (0, "")
    assert "single picture" in out
    assert not (tmp_path / "no.jpg").exists()
    for number in range(2, 11):
        (clip / f"f.{number:04d}.png").write_bytes((clip / "f.0001.png").read_bytes())
    code, out, _ = keyframes(clip, "--by", by)
    assert code == 0
    assert "stands still" in out
    assert json.loads(keyframes(clip, "--by", by, "--json")[1])["key_frames"] == []


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (("--plot", "keys.png"), 2, "--plot"),
        (("--flow", "eye", "--by", "flow"), 2, "eye"),
        (("--count", "0"), 2, "0"),
        (("--frames", "20-30"), 3, "20-30"),
    ],
)
def test_what_cannot_be(keyframes, clip, arguments, code, word):
    found, _, err = keyframes(clip, *arguments)
    assert found == code
    assert word in err


def test_a_clip_that_is_not_there(keyframes, tmp_path):
    code, _, err = keyframes(tmp_path / "gone.mp4")
    assert code == 3
    assert "gone.mp4" in err
