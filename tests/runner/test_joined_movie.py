"""Finished frames as a movie: that of one run, and never another file's place."""

import pytest
from movie_clips import movie

from vst_core.errors import InputError, OutputError, UsageError
from vst_core.job import StylizeJob
from vst_core.runner import join_frames
from vst_core.video import movie_facts


@pytest.fixture
def frames(run, shot, tmp_path):
    run(shot, frames="1-4", output=str(tmp_path / "frames"))
    return tmp_path / "frames"


def join(frames, place, **more):
    like = more.pop("like", "")
    return join_frames(StylizeJob(input=str(frames), output=str(place), **more), like=like)


def test_it_is_the_movie_of_one_run_byte_for_byte(run, shot, frames, tmp_path):
    run(shot, frames="1-4", output=str(tmp_path / "one.mp4"))
    joined = join(frames, tmp_path / "joined.mp4")
    assert joined.frames == 4
    assert (tmp_path / "joined.mp4").read_bytes() == (tmp_path / "one.mp4").read_bytes()


def test_it_is_shown_as_the_movie_that_it_was_made_of(run, tmp_path):
    clip = movie(tmp_path / "clip.mp4")
    run(clip, frames="2-5", output=str(tmp_path / "frames"))
    join(tmp_path / "frames", tmp_path / "joined.mp4", like=str(clip))
    run(clip, frames="2-5", output=str(tmp_path / "one.mp4"))
    one, joined = movie_facts(tmp_path / "one.mp4"), movie_facts(tmp_path / "joined.mp4")
    assert (joined.frames, joined.rate, joined.times) == (one.frames, one.rate, one.times)


def test_a_file_that_is_there_stays_unless_it_may_go(frames, tmp_path):
    place = tmp_path / "a.mp4"
    place.write_bytes(b"mine")
    with pytest.raises(OutputError):
        join(frames, place)
    assert place.read_bytes() == b"mine"
    assert join(frames, place, overwrite=True).frames == 4


def test_what_is_no_movie_is_refused(frames, tmp_path):
    with pytest.raises(UsageError):
        join(frames, tmp_path / "folder")
    with pytest.raises(InputError):
        join(tmp_path / "none", tmp_path / "a.mp4")
    with pytest.raises(InputError):
        join(frames, tmp_path / "a.mp4", like=str(frames))
    assert not (tmp_path / "a.mp4").exists()
