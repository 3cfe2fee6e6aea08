"""What a movie has besides its pictures, through whole runs: timecode, the last frame, sound."""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
import OpenImageIO
import pytest
from movie_clips import movie, pictures
from runs import events_of, made

from vst_core.protocol import Warned
from vst_core.runner import plan_job
from vst_core.video import MovieSettings, Timecode, movie_facts, write_movie

NTSC = Fraction(30_000, 1001)


def coded(path, timecode, rate=NTSC, count=8):
    settings = MovieSettings(codec="h264", rate=rate, timecode=timecode)
    write_movie(path, pictures(count), settings)
    return path


def frames(folder, timecode, *, rate=Fraction(24), count=3, kind="exr"):
    """Write frames with the timecodes that follow each other."""
    folder.mkdir()
    code = Timecode.parse(timecode, rate)
    for number, picture in enumerate(pictures(count)):
        spec = OpenImageIO.ImageSpec(64, 48, 3, "half" if kind == "exr" else "uint8")
        spec.attribute("smpte:TimeCode", OpenImageIO.TypeTimeCode, code.later(number).packed)
        if kind == "exr":
            spec.attribute("FramesPerSecond", "rational", (rate.numerator, rate.denominator))
        else:
            spec.attribute("dpx:FrameRate", float(rate))
        output = OpenImageIO.ImageOutput.create(f"a.{kind}")
        output.open(str(folder / f"a.{number + 1:04d}.{kind}"), spec)
        output.write_image(picture.astype(np.float32) / 255)
        output.close()
    return folder


def codes_of(folder, kind, rate):
    found = []
    for path in sorted(folder.glob(f"*.{kind}")):
        words = OpenImageIO.ImageInput.open(str(path)).spec().getattribute("smpte:TimeCode")
        found.append(str(Timecode.unpacked(words, rate)))
    return found


def notes(events):
    return [event.text for event in events if isinstance(event, Warned)]


@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".mov", ".mp4", ".mkv"])
@pytest.mark.parametrize(
    "case",
    [
        ("01:00:59;28", NTSC, "01:01:00;02"),
        ("01:00:59:28", NTSC, "01:01:00:00"),
        ("01:00:59;58", Fraction(60_000, 1001), "01:01:00;04"),
        ("23:59:59:22", Fraction(24_000, 1001), "00:00:00:00"),
    ],
)
def test_a_trimmed_movie_begins_with_its_own_timecode(job, tmp_path, suffix, case):
    timecode, rate, third = case
    clip = coded(tmp_path / f"in{suffix}", timecode, rate)
    assert movie_facts(clip).timecode == timecode
    for part, code in (("1-4", timecode), ("3-6", third)):
        target = tmp_path / f"{part}{suffix}"
        events_of(job(clip, method="itn", frames=part, output=str(target)))
        assert movie_facts(target).timecode == code


@pytest.mark.parametrize("kind", ["exr", "dpx"])
def test_frames_of_a_movie_have_each_their_own(run, tmp_path, kind):
    clip = coded(tmp_path / "in.mov", "10:00:59;28")
    run(clip, method="itn", format=kind, frames="2-4")
    assert codes_of(tmp_path / "out", kind, NTSC) == ["10:00:59;29", "10:01:00;02", "10:01:00;03"]
    run(tmp_path / "out", method="itn", output=str(tmp_path / "back.mov"))
    facts = movie_facts(tmp_path / "back.mov")
    assert (facts.timecode, facts.rate) == ("10:00:59;29", NTSC)


@pytest.mark.parametrize("kind", ["exr", "dpx"])
def test_frames_give_theirs_to_a_movie(run, tmp_path, kind):
    source = frames(tmp_path / "in", "01:02:03:05", kind=kind)
    run(source, method="itn", frames="2-3", output=str(tmp_path / "out.mov"))
    assert movie_facts(tmp_path / "out.mov").timecode == "01:02:03:06"


def test_a_timecode_that_is_none_of_the_rate_is_named(run, tmp_path):
    clip = coded(tmp_path / "in.mov", "01:00:00;00")
    events = run(clip, method="itn", fps="24", output=str(tmp_path / "out.mov"))
    assert [note for note in notes(events) if "timecode" in note]
    assert movie_facts(tmp_path / "out.mov").timecode == ""
    source = frames(tmp_path / "frames", "01:02:03:20")
    events = run(source, method="itn", fps="12", output=str(tmp_path / "b.mov"))
    assert [note for note in notes(events) if "timecode" in note]


@pytest.mark.parametrize("suffix", [".mov", ".mp4", ".mkv"])
def test_the_last_frame_is_shown_as_long_as_it_was(run, tmp_path, suffix):
    times = tuple(Fraction(n, 10) for n in range(4))
    settings = MovieSettings(codec="h264", rate=Fraction(10), times=times, end=Fraction(23, 10))
    write_movie(tmp_path / "in.mov", pictures(4), settings)
    events = run(tmp_path / "in.mov", method="itn", output=str(tmp_path / f"out{suffix}"))
    assert [note for note in notes(events) if "variable frame rate" in note]
    assert abs(movie_facts(tmp_path / f"out{suffix}").seconds - Fraction(23, 10)) < 0.005
    part = tmp_path / f"part{suffix}"
    run(tmp_path / "in.mov", method="itn", frames="1-3", output=str(part))
    assert abs(movie_facts(part).seconds - Fraction(3, 10)) < 0.005


@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".mov", ".mp4", ".mkv"])
def test_sound_of_joined_streams_is_told_of_before_the_work_and_carried_on(
    run, job, tmp_path, suffix
):
    one, clip = movie(tmp_path / "one.ts"), tmp_path / "in.ts"
    clip.write_bytes(one.read_bytes() * 2)
    target = tmp_path / f"out{suffix}"
    plan = plan_job(job(clip, method="itn", output=str(target)))
    assert [note for note in plan.notes if "jump back" in note]
    assert len(made(run(clip, method="itn", output=str(target)))) == 24
    facts = movie_facts(target)
    assert (facts.frames, facts.sounds) == (24, ("aac",))
    with av.open(str(target)) as result:
        times = [packet.dts for packet in result.demux(audio=0) if packet.size]
    assert times == sorted(set(times))
    assert made(run(clip, method="itn", output=str(target))) == []
