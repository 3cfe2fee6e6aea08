"""Every kind of strip, by the real engine, in the real Blender."""

import re
from pathlib import Path

import numpy as np
import pytest
import strip_media as media

pytestmark = [pytest.mark.blender, pytest.mark.slow]

FRAMEWISE = ("image", "movie", "trimmed", "offset", "held", "retimed", "backwards", "meta",
             "unordered")  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("strips")
    pictures = [media.picture(index) for index in range(media.COUNT)]
    for index, pixels in enumerate(pictures):
        media.save_png(folder / f"in_{index + 7:04d}.png", pixels)
        media.save_layers(folder / f"beauty.{index + 1001}.exr", pixels)
    media.save_movie(folder / "clip.mkv", pictures)
    return folder


@pytest.fixture(scope="module")
def found(blender, folder):
    return blender("kinds", folder, limit=1500)


@pytest.fixture(scope="module")
def own(folder, cli):
    """The engine's own outputs, without Blender: what each picture becomes."""
    arguments = [str(folder / "in_%04d.png"), str(folder / "own"), "--method", "itn"]
    assert cli("main").main_seq([*arguments, "--progress", "none"]) == 0
    return [media.load(path) for path in sorted((folder / "own").glob("*.png"))]


def frames(folder, found, name, stem):
    left, right = found["ranges"][name]
    return {n: media.load(folder / f"{stem}_{n:04d}.png") for n in range(left, right)}


@pytest.mark.parametrize("name", FRAMEWISE)
def test_each_frame_of_the_timeline_shows_what_the_engine_makes_of_it(name, folder, found, own):
    before, after = (frames(folder, found, name, stem) for stem in ("before", "after"))
    shown = {number: media.index_of(pixels) for number, pixels in before.items()}
    for number, index in shown.items():
        assert np.abs(after[number] - own[index]).max() <= 1.01, (number, index)
    assert len(set(shown.values())) >= 3


def test_the_timelines_are_what_the_kinds_promise(folder, found):
    shown = {
        name: [media.index_of(one) for one in frames(folder, found, name, "before").values()]
        for name in FRAMEWISE
    }
    assert shown["trimmed"] == [2, 3, 4]
    assert shown["held"] == [0, 0, 0, 1, 2, 3, 4, 5, 5, 5, 5]
    assert shown["backwards"] == [5, 4, 3, 2, 1, 0]
    assert shown["unordered"] == [3, 1, 1, 5]
    assert len(shown["retimed"]) > 6
    assert len(shown["offset"]) < 6


def test_only_visible_frames_are_worked_on(found):
    assert [Path(path).name for path in found["results"]["trimmed"]] == [
        f"in_{number:04d}.png" for number in (9, 10, 11)
    ]


def test_plain_strips_are_read_from_disk_and_the_others_rendered(found):
    kinds = found["sources"]
    rendered = {name for name, kind in kinds.items() if kind == "render"}
    assert rendered == {"retimed", "backwards", "meta"}
    assert {name for name, kind in kinds.items() if kind == "movie"} == {"movie"}
    assert found["leftover folders"] == []


def test_multilayer_exr_stays_float_and_right(folder, found):
    after = frames(folder, found, "exr", "after")
    files = [Path(path) for path in found["results"]["exr"]]
    assert [path.suffix for path in files] == [".exr"] * media.COUNT
    for number, path in zip(after, files, strict=True):
        assert int(re.search(r"\d+", path.name)[0]) == 1001 + number - 21
        assert np.abs(after[number] - media.load(path)).max() <= 1.01


def test_the_result_is_placed_looks_and_moves_as_the_original(folder, found):
    truth = frames(folder, found, "placed", "truth")
    after = frames(folder, found, "placed", "after")
    for number, pixels in truth.items():
        assert np.abs(after[number] - pixels).max() <= 1.01
    assert np.abs(truth[121] - truth[126]).max() > 20  # the opacity is animated


def test_originals_are_muted_and_results_lie_above(found):
    rows = {name: (channel, muted, timing) for name, _, channel, muted, timing in found["state"]}
    for name in found["ranges"]:
        assert rows[name][:2] == (1, True)
        assert rows[f"{name} Stylized"][:2] == (2, False)


def test_results_lie_beside_the_file_a_folder_a_source(folder, found):
    for files in found["results"].values():
        assert all(Path(path).parent.parent.parent == folder / "vst" for path in files)
        place = Path(files[0]).parent.parent
        assert re.fullmatch(r".+\.vst-[0-9a-f]{12}", place.name)
        assert (place / ".video_style_transfer.json").is_file()
    folders = {name: Path(files[0]).parent.parent for name, files in found["results"].items()}
    assert folders["image"] == folders["trimmed"]  # one source
    assert len({folders[name] for name in ("image", "movie", "exr", "retimed", "meta")}) == 5


def test_the_same_settings_are_reused_and_others_replace(found, folder):
    assert found["reused"]
    assert found["reuse seconds"] < 1
    assert found["replaced"] == [1, 2]
    assert found["weaker"] != found["results"]["image"]


def test_swap_restore_and_one_undo(found):
    assert found["swapped"] == [False, True]
    assert found["swapped back"] == [True, False]
    assert found["restored"] == [False, True]
    assert found["files stay"]
    assert found["done"]
    assert found["undone"]
    assert found["muted after undo"] is False
