"""Styles out of a video: which frames, where in the shot, and that a run keeps to them."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from runs import hashes, made, stop_after

from vst_core.errors import InputError, OutputError, UsageError
from vst_core.image import read_picture, write_picture
from vst_core.protocol import Warned
from vst_core.runner import plan_job
from vst_core.styles import Painting, painting_file
from vst_core.stylizers import open_styles
from vst_core.video import MovieSettings, write_movie

SHOT = Path(__file__).resolve().parents[1] / "shot"
STEADY = {"method": "gatys", "features": "lite", "iterations": 2, "proxy": "1/4"}

pytestmark = pytest.mark.usefixtures("one_thread")


def texture(seed: int) -> np.ndarray:
    small = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), np.uint8)
    return small.repeat(8, axis=0).repeat(8, axis=1)


def movie(path: Path, pictures: list[np.ndarray]) -> Path:
    write_movie(path, pictures, MovieSettings(codec="h264", rate=Fraction(24)))
    return path


@pytest.fixture(scope="module")
def art(tmp_path_factory) -> Path:
    """Thirty frames in three takes of ten, each of which drifts."""
    takes = [np.roll(texture(take), step, axis=1) for take in range(3) for step in range(10)]
    return movie(tmp_path_factory.mktemp("art") / "art.mp4", takes)


@pytest.fixture(scope="module")
def stills(art, tmp_path_factory) -> Path:
    """Four frames as files."""
    folder = tmp_path_factory.mktemp("stills")
    for number in range(4):
        write_picture(folder / f"a.{number + 5:04d}.png", read_still(number))
    return folder


def read_still(seed: int):
    import torch

    return torch.from_numpy(texture(seed)).permute(2, 0, 1)[None] / 255.0


@pytest.fixture
def video_plan(job, art):
    """Plan a job over frames 1 to 16 with a style video."""

    def make(**settings):
        given = {**STEADY, "style_video": str(art), **settings}
        return plan_job(job(SHOT, **given))

    return make


def shares(plan, frame):
    """Name of a style -> its share at a frame, of those that have one."""
    pairs = zip(plan.cards, plan.job.values_at(frame).shares, strict=True)
    return {style.name: pytest.approx(share) for (style, _), share in pairs if share}


def test_middles_of_parts_cross_over_along_the_whole_shot(video_plan):
    plan = video_plan(style_from="segments:4")
    assert plan.style_video.chosen == (4, 12, 19, 27)
    assert plan.style_video.places == (1, 6, 11, 16)
    assert shares(plan, 1) == {"art.mp4#4": 1}
    assert shares(plan, 9) == {"art.mp4#12": 0.4, "art.mp4#19": 0.6}
    assert shares(plan, 16) == {"art.mp4#27": 1}
    assert str(plan.paths.style_sheet) in plan.notes[0]


def test_key_frames_lie_at_the_cuts(video_plan):
    chosen = video_plan(style_from="keyframes:2").style_video.chosen
    assert [frame in near for frame, near in zip(chosen, ((10, 11), (20, 21)), strict=True)] == [
        True,
        True,
    ]


@pytest.mark.parametrize(
    ("wanted", "at"),
    [("each", (5, 6, 7, 8, 5, 6, 7)), ("each:hold", (5, 6, 7, 8, 8, 8, 8))],
)
def test_frame_for_frame_of_files_a_shorter_video_begins_anew_or_stays(
    video_plan, stills, wanted, at
):
    plan = video_plan(style_video=str(stills), style_from=wanted)
    for frame, number in enumerate(at, start=1):
        assert shares(plan, frame) == {f"a.{number:04d}.png": 1}
    assert len(plan.cards) == 4


def test_the_frames_asked_for_do_not_move_the_styles(video_plan):
    whole, part = video_plan(style_from="each"), video_plan(style_from="each", frames="7-9")
    assert part.run_key == whole.run_key
    assert part.tasks[0].values == whole.tasks[6].values


def test_a_span_says_where(video_plan):
    plan = video_plan(style_from="segments:2@5-9")
    assert shares(plan, 1) == shares(plan, 5) == {"art.mp4#8": 1}
    assert shares(plan, 7) == {"art.mp4#8": 0.5, "art.mp4#23": 0.5}
    assert shares(plan, 12) == {"art.mp4#23": 1}


def test_a_shot_of_fewer_frames_than_styles_has_as_many_as_it_has_frames(video_plan):
    plan = video_plan(style_from="segments:9@3-5")
    assert plan.style_video.places == (3, 4, 5)


@pytest.mark.parametrize("wanted", ["segments:5", "keyframes:5", "each"])
def test_a_video_of_one_frame_is_one_style(video_plan, tmp_path, wanted):
    single = movie(tmp_path / "single.mp4", [texture(1)])
    plan = video_plan(style_video=str(single), style_from=wanted)
    assert [style.name for style, _ in plan.cards] == ["single.mp4#1"]
    assert shares(plan, 9) == {"single.mp4#1": 1}


def test_a_video_that_stands_still_has_one_key_frame_and_no_black_one(video_plan, tmp_path):
    still = movie(tmp_path / "still.mp4", [texture(1)] * 5)
    assert video_plan(style_video=str(still), style_from="keyframes:5").style_video.chosen[0] == 1
    black = np.zeros_like(texture(1))
    faded = movie(tmp_path / "faded.mp4", [black, black, texture(1), texture(1), black])
    chosen = video_plan(style_video=str(faded), style_from="keyframes:4").style_video.chosen
    assert set(chosen) <= {3, 4}


def test_the_key_knows_the_video_and_the_choice_but_not_its_place(video_plan, art, tmp_path):
    before = video_plan().run_key
    moved = tmp_path / "art.mp4"
    moved.write_bytes(art.read_bytes())
    assert video_plan(style_video=str(moved)).run_key == before
    assert video_plan(style_from="segments:3").run_key != before
    takes = [np.roll(texture(take), step, axis=1) for take in range(3) for step in range(10)]
    takes[29] = texture(9)
    assert video_plan(style_video=str(movie(moved, takes))).run_key != before


def test_names_with_signs_of_the_language(video_plan, art, tmp_path):
    odd = tmp_path / "a, b@1: c=d"
    odd.mkdir()
    (odd / "art@7,.mp4").write_bytes(art.read_bytes())
    plan = video_plan(style_video=str(odd / "art@7,.mp4"), style_from="segments:2")
    assert [painting_file(str(style.path)) for style, _ in plan.cards] == [odd / "art@7,.mp4"] * 2


@pytest.mark.parametrize(
    ("settings", "error"),
    [
        ({"style_video": "nowhere.mp4"}, InputError),
        ({"style_from": "some"}, UsageError),
        ({"method": "vtn", "style_video": "nowhere.%04d.png"}, InputError),
    ],
)
def test_what_cannot_be(video_plan, settings, error):
    with pytest.raises(error):
        video_plan(**settings)


def test_what_is_no_movie_is_refused(video_plan, tmp_path):
    damaged = tmp_path / "damaged.mp4"
    damaged.write_bytes(b"no movie" * 99)
    with pytest.raises(InputError, match=r"damaged\.mp4"):
        video_plan(style_video=str(damaged))


def test_a_result_never_replaces_the_video(video_plan, art):
    with pytest.raises(OutputError):
        video_plan(output=str(art), overwrite=True)


def test_a_stopped_run_goes_on_to_the_same_bytes(job, run, art, tmp_path):
    given = {**STEADY, "style_video": str(art), "style_from": "keyframes:3", "frames": "1-4"}
    events = run(SHOT, **given, output=str(tmp_path / "whole"))
    assert made(events) == [1, 2, 3, 4]
    assert any(isinstance(e, Warned) and "art.mp4" in e.text for e in events)
    stop_after(job(SHOT, **given), 2)
    assert made(run(SHOT, **given)) == [3, 4]
    assert hashes(tmp_path / "out") == hashes(tmp_path / "whole")
    (sheet,) = (tmp_path / "out" / ".vst").glob("*.styles.jpg")
    assert read_picture(sheet).shape[-2] > 160


def test_a_frame_is_what_its_own_painting_makes_of_it(run, art, tmp_path):
    given = {**STEADY, "frames": "3"}
    run(SHOT, **given, style_video=str(art), style_from="each", output=str(tmp_path / "a"))
    run(SHOT, **given, style=f"{art}#3", output=str(tmp_path / "b"))
    assert hashes(tmp_path / "a") == hashes(tmp_path / "b")


def test_only_paintings_with_a_share_are_open(run, stills, monkeypatch):
    read, most = [], []
    held = open_styles.OpenStyles.hold

    def watched(self, styles):
        held(self, styles)
        most.append(len(self._pictures))

    def reading(path, **settings):
        read.append(path.name)
        return reader(path, **settings)

    reader = open_styles.read_painting
    monkeypatch.setattr(open_styles, "read_painting", reading)
    monkeypatch.setattr(open_styles.OpenStyles, "hold", watched)
    run(SHOT, **STEADY, style_video=str(stills), style_from="each:hold@1-4", frames="1-6")
    assert most
    assert max(most) == 1
    assert read == [f"a.{number:04d}.png" for number in (5, 6, 7, 8)]


def test_a_long_shot_stays_light(video_plan):
    import time

    begun = time.perf_counter()
    plan = video_plan(style_from="each:hold@1-2000", frames="1-16")
    looks = [plan.job.values_at(frame) for frame in range(1, 2001, 100)]
    assert len(looks) == 20
    assert all(isinstance(style, Painting) for style, _ in plan.cards)
    assert time.perf_counter() - begun < 10
