"""Movies in and out of whole runs: frames by number, sound, and the same bytes after a kill."""

from __future__ import annotations

import random
import time

import children
import numpy as np
import pytest
from movie_clips import COUNT, RATE, movie, sound_packets
from runs import events_of, hashes, made

from vst_core.errors import InputError, Interrupted, OutputError, UsageError
from vst_core.image import ReadSettings, read_pixels
from vst_core.protocol import FrameDone, Progress, Warned
from vst_core.runner import StopRequest, plan_job, run_job
from vst_core.video import MovieSettings, movie_facts, write_movie
from vst_core.video.movie import Movie


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    """Twelve frames of 64 x 48 with sound."""
    return movie(tmp_path_factory.mktemp("clip") / "clip.mp4")


@pytest.fixture(scope="module")
def unbroken(clip, cards, tmp_path_factory):
    """The movie that an unbroken run makes."""
    out = tmp_path_factory.mktemp("unbroken") / "result.mov"
    settings = {"input": str(clip), "output": str(out), "style": str(cards[0])}
    child = children.start({**settings, "precision": "fp32"}, log=out.parent / "log")
    child.join()
    assert child.exitcode == 0
    return out


def frames_of(path):
    opened = Movie(path)
    return [
        opened.read(number, canvas=None, settings=ReadSettings()).pixels
        for number in range(1, opened.facts.frames + 1)
    ]


def notes(events):
    return [event.text for event in events if isinstance(event, Warned)]


@pytest.mark.slow
def test_frames_of_a_movie_become_files(run, clip, tmp_path):
    """With strength 0 the files hold the movie's own pictures, numbered from 1."""
    assert made(run(clip, strength=0.0)) == list(range(1, COUNT + 1))
    names = [f"clip.{number:04d}.png" for number in range(1, COUNT + 1)]
    assert list(hashes(tmp_path / "out")) == names
    for name, picture in zip(names, frames_of(clip), strict=True):
        read = read_pixels(tmp_path / "out" / name)
        assert read.dtype == np.uint8
        assert np.abs(read * 257.0 - picture).max() <= 129
    assert made(run(clip, strength=0.0)) == []


@pytest.mark.slow
@pytest.mark.parametrize("settings", [{"frames": "5-8"}, {"frames": "11,2,7"},
                                      {"read_ahead": 0}, {"read_ahead": 7}])  # fmt: skip
def test_a_frame_is_the_same_wherever_the_run_begins(run, clip, tmp_path, settings):
    run(clip, method="itn", output=str(tmp_path / "all"))
    whole = hashes(tmp_path / "all")
    events = run(clip, method="itn", **settings)
    some = hashes(tmp_path / "out")
    assert len(some) == len(made(events))
    assert some == {name: whole[name] for name in some}


def test_a_touched_movie_is_no_other_and_a_changed_one_is(run, clip, tmp_path):
    source = tmp_path / "copy.mp4"
    source.write_bytes(clip.read_bytes())
    run(source, frames="1-3")
    source.touch()
    assert made(run(source, frames="1-3")) == []
    source.write_bytes(source.read_bytes() + b"\0\0\0\x08free")
    assert made(run(source, frames="1-3")) == [1, 2, 3]


def test_a_movie_becomes_a_movie_with_its_sound(clip, unbroken):
    facts = movie_facts(unbroken)
    assert (facts.frames, facts.rate, facts.even) == (COUNT, RATE, True)
    assert (facts.codec, facts.size, facts.sounds) == ("prores", (64, 48), ("aac",))
    assert sound_packets(unbroken) == sound_packets(clip)
    left = [path.name for path in (unbroken.parent / ".vst/result.mov").iterdir()]
    assert left == [".vst"]  # the frames are gone


def test_files_become_a_movie(run, shot, tmp_path):
    events = run(shot, frames="1-6", output=str(tmp_path / "a.mp4"), fps="23.976", method="itn")
    run(shot, frames="1-6", method="itn")
    facts = movie_facts(tmp_path / "a.mp4")
    assert (facts.frames, facts.rate, facts.codec) == (6, RATE, "h264")
    assert (facts.size, facts.sounds, notes(events)) == ((96, 40), (), [])
    files = [read_pixels(path) for path in sorted((tmp_path / "out").glob("*.png"))]
    write_movie(tmp_path / "b.mp4", files, MovieSettings(codec="h264", rate=RATE))
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()
    assert isinstance(events[-2], Progress)
    assert events[-2].fraction == 1.0


@pytest.mark.slow
def test_kill_and_go_on_to_the_same_bytes(job, clip, unbroken, tmp_path):
    out = tmp_path / "result.mov"
    chance, settings = random.Random(4), job(clip, output=str(out)).to_dict()
    for attempt in range(3):
        log = tmp_path / f"log-{attempt}"
        child = children.start(settings, log=log)
        wanted = len(plan_job(job(clip, output=str(out))).skipped) + chance.randint(2, 4)
        end = time.monotonic() + 300
        while not log.exists() or len(log.read_text().splitlines()) < min(wanted, COUNT - 1):
            assert time.monotonic() < end, "the child does nothing"
            assert child.exitcode is None
            time.sleep(0.002)
        child.kill()
        child.join()
        assert not out.exists()
    events = events_of(job(clip, output=str(out)))
    assert 0 < len(made(events)) < COUNT
    assert out.read_bytes() == unbroken.read_bytes()


@pytest.mark.slow
def test_a_stop_while_encoding_leaves_the_frames(job, run, clip, unbroken, tmp_path):
    stop, out = StopRequest(), tmp_path / "result.mov"

    def tell(event: object) -> None:
        if isinstance(event, FrameDone) and event.index == COUNT:
            stop.request()

    with pytest.raises(Interrupted):
        run_job(job(clip, output=str(out)), tell, stop=stop)
    assert not out.exists()
    assert not list(tmp_path.glob(".result*"))
    (tmp_path / ".result.12ab.part.mov").write_bytes(b"half")  # as a kill would leave it
    assert made(run(clip, output=str(out))) == []
    assert out.read_bytes() == unbroken.read_bytes()
    assert not list(tmp_path.glob(".result*"))


@pytest.mark.slow
def test_a_complete_movie_is_left_alone_and_no_other_is_replaced(run, clip, cards, tmp_path):
    out = tmp_path / "result.mp4"
    given = {"output": str(out), "frames": "1-4", "method": "itn"}
    run(clip, **given)
    before = (out.read_bytes(), out.stat().st_mtime_ns)
    events = run(clip, **given)
    assert (made(events), events[-1].skipped) == ([], 4)
    assert (out.read_bytes(), out.stat().st_mtime_ns) == before
    with pytest.raises(OutputError, match="style was 'first:1', is now 'second:1'"):
        run(clip, **given, style=str(cards[1]))
    with pytest.raises(OutputError, match=r"was made of the frames 1-4.*--overwrite"):
        run(clip, output=str(out), method="itn")
    assert made(run(clip, output=str(out), method="itn", overwrite=True)) == list(range(1, 13))
    out.write_bytes(b"precious")
    with pytest.raises(OutputError, match="was not made by this job, or was changed"):
        run(clip, output=str(out), method="itn")
    assert out.read_bytes() == b"precious"


@pytest.mark.slow
def test_a_movie_that_is_gone_is_made_again(run, clip, tmp_path):
    out = tmp_path / "result.mp4"
    given = {"output": str(out), "frames": "1-4", "method": "itn"}
    run(clip, **given)
    before = out.read_bytes()
    out.unlink()
    assert made(run(clip, **given)) == [1, 2, 3, 4]
    assert out.read_bytes() == before


def test_uneven_times_are_named_and_kept(run, tmp_path):
    times = [0, 40, 80, 200, 240, 400, 440, 480, 700, 740, 780, 820]
    source, out = movie(tmp_path / "phone.mp4", times=times), tmp_path / "out.mov"
    told = notes(run(source, output=str(out), frames="5-9", method="itn", codec="h264"))
    assert told[0].startswith("phone.mp4 has a variable frame rate")
    facts = movie_facts(out)
    assert [round(float(time) * 1000) for time in facts.times] == [0, 160, 200, 240, 460]
    assert 4 <= len(sound_packets(out)) < len(sound_packets(source))


@pytest.mark.slow
@pytest.mark.parametrize("settings", [{"frames": "1-12x2"}, {"frames": "4-1"}, {"fps": "30"}])
def test_sound_needs_one_piece(run, clip, tmp_path, settings):
    out = tmp_path / "out.mp4"
    told = notes(run(clip, output=str(out), method="itn", **settings))
    assert told == ["out.mp4 is without sound, for its frames are not one piece of clip.mp4 at "
                    "its own rate."]  # fmt: skip
    assert movie_facts(out).sounds == ()
    run(clip, output=str(tmp_path / "quiet.mp4"), method="itn", frames="1-2", sound=False)
    assert movie_facts(tmp_path / "quiet.mp4").sounds == ()


@pytest.mark.slow
def test_a_movie_that_was_cut_off(run, tmp_path):
    source = movie(tmp_path / "clip.mp4", flags="faststart")
    content = source.read_bytes()
    source.write_bytes(content[: len(content) * 3 // 4])
    lost = movie_facts(source).lost
    there = COUNT - lost
    assert 0 < lost < COUNT
    with pytest.raises(InputError, match=rf"{lost} of 12 frames are missing: .*12") as caught:
        run(source)
    assert f"--frames 1-{there}" in caught.value.fix
    assert made(run(source, missing="skip", method="itn")) == list(range(1, there + 1))
    held = run(source, missing="hold", method="itn", output=str(tmp_path / "held"))
    assert len(made(held)) == COUNT
    pictures = hashes(tmp_path / "held")
    assert pictures["clip.0012.png"] == pictures[f"clip.{there:04d}.png"]


def test_frames_beyond_the_end(run, clip):
    with pytest.raises(InputError, match=r"clip\.mp4, 3 of 5 frames are missing: 13-15"):
        run(clip, frames="11-15")


def test_alpha_and_odd_sizes(run, tmp_path):
    from PIL import Image

    for number in (1, 2):
        Image.new("RGBA", (65, 49), (200, 30, 60, 128)).save(tmp_path / f"a.{number}.png")
    source = str(tmp_path / "a.#.png")
    run(source, output=str(tmp_path / "a.mov"), method="itn")
    facts = movie_facts(tmp_path / "a.mov")
    assert (facts.size, facts.colors.layout.alpha, facts.rate) == ((65, 49), True, 24)
    told = notes(run(source, output=str(tmp_path / "a.mp4"), method="itn"))
    assert movie_facts(tmp_path / "a.mp4").size == (66, 50)
    assert told[0].startswith("a.mp4 is 66 x 50, a pixel more than the frames (65 x 49)")


def test_places_that_cannot_be(run, job, clip, tmp_path):
    with pytest.raises(OutputError, match="is the input itself"):
        run(clip, output=str(clip))
    (tmp_path / "named.mov").mkdir()
    with pytest.raises(OutputError, match="is a folder, but named like a movie"):
        run(clip, output=str(tmp_path / "named.mov"))
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="is a file"):
        run(clip, output=str(tmp_path / "file/out.mov"))
    (tmp_path / "bad.mp4").write_bytes(b"no movie")
    with pytest.raises(InputError, match=r"bad\.mp4: cannot be read as a movie"):
        run(tmp_path / "bad.mp4")
    for settings, what in (
        ({"format": "png"}, "--format is for frames"),
        ({"depth": "16"}, "--depth is for frames"),
        ({"keep_layers": True}, "--keep-layers is for frames"),
        ({"out_layer": "vst"}, "--out-layer is for frames"),
        ({"fps": "fast"}, "'fast' is not a number of frames per second"),
        ({"output": "out.mp4", "codec": "prores"}, r"--codec prores does not go into \.mp4"),
        ({"output": "out.webm"}, r"not written as \.webm"),
    ):
        with pytest.raises(UsageError, match=what):
            job(clip, **{"output": "out.mov", **settings})
