"""A user's files, edits and settings, in the real Blender with the real engine."""

import sys
from pathlib import Path

import numpy as np
import pytest
import strip_media as media
from strip_media import save_pictures

pytestmark = [pytest.mark.blender, pytest.mark.slow]


def save_movie(path):
    media.save_movie(path, [media.picture(index) for index in range(media.COUNT)])


@pytest.fixture(scope="module")
def footage(blender, engine, tmp_path_factory):
    folder = tmp_path_factory.mktemp("footage")
    source = save_pictures(folder / "show" / "shots" / "sh010" / "source")
    save_pictures(source, [0, 0, 0], "matte")
    failing = folder / "engine" / "vst-seq"
    failing.parent.mkdir()
    (failing.parent / "vst").symlink_to(engine / "vst")
    failing.write_text(f"#!{sys.executable}\nraise SystemExit('no')\n")
    failing.chmod(0o755)
    return blender("edits:footage", folder)


def test_footage_where_results_go_stays_even_when_the_engine_fails(footage):
    assert footage["failed"] == "failed"
    assert footage["footage after failure"] == []


def test_strangers_files_in_our_folders_stay(footage):
    assert (footage["done"], footage["done again"]) == ("done", "done")
    assert footage["after runs"] == []
    assert footage["staged"] == ["mask.vst-staged", "source.vst-staged"]  # theirs; ours are gone


def test_unused_results_go_and_what_is_not_ours_stays(footage):
    assert footage["after removal"] == []
    assert footage["frames left"] == []


def test_a_folder_that_is_not_ours_is_named_and_left(blender, tmp_path):
    found = blender("edits:foreign", save_pictures(tmp_path))
    assert found["work"] == ["failed", 3, True]
    assert ".video_style_transfer.json" not in found["left"]


def test_strips_of_one_name_have_results_of_their_own(blender, tmp_path):
    save_pictures(tmp_path / "a", name="frame")
    save_pictures(tmp_path / "b", reversed(range(media.COUNT)), "frame")
    found = blender("edits:names", tmp_path)
    first, second = found["files"]
    assert not set(first) & set(second)
    for one, other in zip(first, reversed(second), strict=True):
        assert np.array_equal(media.load(Path(one)), media.load(Path(other)))
    assert found["again"] == "done"


@pytest.fixture(scope="module")
def renewed(blender, tmp_path_factory):
    return blender("edits:renewed", save_pictures(tmp_path_factory.mktemp("renewed")))


def test_a_transition_takes_the_result(renewed):
    assert renewed["transition"] == ["clip Stylized", "next"]


def test_stylize_again_keeps_what_was_done_to_the_result(renewed):
    assert renewed["pieces"] == renewed["pieces after"] == [[1, 4], [4, 7]]
    assert renewed["again"] == ["done", []]
    assert renewed["files changed"]
    assert renewed["look"] == [[0.5, 0.7]] * 2
    assert renewed["blurs on"] == ["clip Stylized", "clip Stylized.001"]
    assert renewed["shown"] == [f"in_{number:04d}.png" for number in range(1, 7)]
    assert renewed["moved along"] == [[11, 14], [14, 17]]
    assert renewed["moved with it"] == [[8, 11], [11, 14]]
    assert renewed["shown then"] == renewed["shown"]


def test_swap_and_restore_hand_effects_over(renewed):
    assert renewed["swapped"] == [["clip"], ["clip", "clip"], False]
    kinds = ["CROSS", "GAUSSIAN_BLUR", "GAUSSIAN_BLUR", "IMAGE", "IMAGE"]
    assert renewed["restored"] == [kinds, ["clip"], ["clip", "clip"], False]


def test_a_crossfade_of_results_is_exact(blender, tmp_path):
    blender("edits:transition", save_pictures(tmp_path))
    for number in range(1, 10):
        after, truth = (media.load(tmp_path / f"{stem}_{number:04d}.png")
                        for stem in ("after", "truth"))  # fmt: skip
        assert np.abs(after - truth).max() == 0


@pytest.fixture(scope="module")
def meanwhile(blender, tmp_path_factory):
    return blender("edits:meanwhile", save_pictures(tmp_path_factory.mktemp("meanwhile")))


ALL = [f"in_{number:04d}.png" for number in range(1, 7)]


@pytest.mark.parametrize(
    ("edit", "places", "shown"),
    [
        ("moved", [[6, 12]], ALL),
        ("renamed", [[21, 27]], ALL),
        ("trimmed", [[43, 45]], ALL[2:4]),
        ("cut", [[101, 104], [104, 107]], ALL),
    ],
)
def test_a_strip_edited_while_the_engine_works_has_its_result_where_it_is(
    meanwhile, edit, places, shown
):
    outcome = meanwhile[edit]
    assert outcome["state"] == "done"
    assert outcome["strips"] == places
    assert sorted(outcome["results"]) == places
    assert outcome["shown"] == shown


def test_a_strip_that_shows_something_else_by_now_is_named(meanwhile):
    assert meanwhile["reversed"]["state"] == meanwhile["removed"]["state"] == "failed"
    assert meanwhile["reversed"]["results"] == meanwhile["removed"]["results"] == []
    assert "'reversed' was changed meanwhile" in meanwhile["reversed"]["said"][-1]
    assert "is no longer there" in meanwhile["removed"]["said"][-1]
