"""Shots whose motion is looked at: which frames, how large, and where their motion comes from."""

import pytest
import torch

from vst_core.errors import InputError
from vst_core.evaluation import moving_frames
from vst_core.image import read_picture, write_picture
from vst_core.job import StylizeJob
from vst_core.runner import watch_shot

CPU = torch.device("cpu")


@pytest.fixture
def job(tmp_path):
    """Three frames from 7 on; takes settings."""
    (tmp_path / "in").mkdir()
    for number, picture in enumerate(moving_frames(width=64, height=48, count=3), start=7):
        write_picture(tmp_path / f"in/f.{number:04d}.png", picture)

    def make(**settings):
        given = {"input": str(tmp_path / "in"), "output": str(tmp_path / "out"), **settings}
        return StylizeJob(**given)

    return make


@pytest.mark.parametrize(
    ("settings", "choice", "frames"),
    [
        ({}, {}, (7, 8, 9)),
        ({}, {"first": 2}, (7, 8)),
        ({"frames": "8-9"}, {}, (8, 9)),
        ({"frames": "8-9"}, {"lead": 1}, (7, 8, 9)),
        ({"frames": "9"}, {"lead": 5}, (7, 8, 9)),
        ({"frames": "7"}, {"lead": 1}, (7,)),
    ],
)
def test_which_frames_are_looked_at(job, settings, choice, frames):
    with watch_shot(job(**settings), **choice) as shot:
        assert shot.frames == frames
        assert shot.view(frames[0], CPU).picture.shape == (1, 3, 48, 64)


@pytest.mark.parametrize("choice", [{"first": 1}, {}])
def test_one_frame_has_no_motion(job, choice):
    with (
        pytest.raises(InputError, match="gives 1 frame"),
        watch_shot(job(frames="" if choice else "8"), **choice),
    ):
        pass


def test_frames_of_two_sizes_are_refused(job, tmp_path):
    path = tmp_path / "in" / "f.0009.png"
    small = job()
    write_picture(path, read_picture(path)[..., :40])
    with pytest.raises(InputError, match="40 x 48"), watch_shot(small):
        pass


def test_frames_too_small_are_refused(tmp_path):
    for number in (1, 2):
        write_picture(tmp_path / f"f.{number:04d}.png", torch.zeros(1, 3, 12, 40))
    with (
        pytest.raises(InputError, match="40 x 12"),
        watch_shot(StylizeJob(input=str(tmp_path), output="out")),
    ):
        pass


def test_a_movie_is_a_shot_too(tmp_path, job):
    from vst_core.runner import join_frames

    movie = tmp_path / "clip.mov"
    join_frames(job().with_changes({"input": str(tmp_path / "in"), "output": str(movie)}))
    with watch_shot(StylizeJob(input=str(movie), output="out", frames="2-3")) as shot:
        assert shot.frames == (2, 3)
        seen = shot.view(3, CPU).picture
    assert (seen - read_picture(tmp_path / "in/f.0009.png")).abs().mean() < 0.05


def test_a_renderers_vectors_are_taken_as_a_run_takes_them(shared):
    pattern = shared / "data/sequences/blender_vectors/singlepart_4.2/f_%04d.exr"
    job = StylizeJob(input=str(pattern), output="out", flow="auto")
    with watch_shot(job) as shot:
        choice = shot.motion("auto")
        assert choice.source == "vectors"
        source = shot.open(choice, CPU)
        one, other = (shot.view(frame, CPU) for frame in shot.frames[:2])
        assert source.between(one, other).backward.shape[-2:] == (
            shot.canvas.height,
            shot.canvas.width,
        )
        assert shot.motion("dis").source == "dis"


def test_light_is_seen_as_a_run_sees_it(shared):
    from vst_core.runner import plan_job

    folder = shared / "data/sequences/beachball"
    job = StylizeJob(input=str(folder), output="nowhere", frames="1-2")
    with watch_shot(job, overscan=True) as shot:
        plan = plan_job(job)
        assert (shot.canvas, shot.exposure) == (plan.canvas, plan.exposure)
        seen = shot.view(1, CPU).picture
    plate = plan.input.plate(1, canvas=plan.canvas, settings=plan.reading)
    plan.input.close()
    assert seen.equal(plate.picture)
