"""Results under names of their own, and names that are long, odd, or stand for empty files."""

from __future__ import annotations

import pytest
from movie_clips import movie, pictures
from PIL import Image
from runs import events_of, hashes, made

from vst_core.errors import InputError, OutputError, UsageError
from vst_core.image import read_header, read_pixels
from vst_core.protocol import FrameDone
from vst_core.runner import plan_job


def draw(folder, *names):
    """Write a picture of 64 x 48 under every name, each another one."""
    folder.mkdir(exist_ok=True)
    for name, picture in zip(names, pictures(len(names)), strict=True):
        Image.fromarray(picture).save(folder / name, "png")
    return folder


@pytest.fixture
def one(tmp_path):
    return draw(tmp_path / "in", "one.png") / "one.png"


@pytest.fixture
def shot(tmp_path):
    return draw(tmp_path / "in", *(f"shot.{frame:04d}.png" for frame in range(1, 4)))


@pytest.mark.parametrize(
    ("name", "kind"),
    [("out.png", "png"), ("out.exr", "openexr"), ("deep/er/out.TIF", "tiff"), ("out.jpeg", "jpeg")],
)
def test_one_picture_is_written_as_that_file_and_format(run, one, tmp_path, name, kind):
    target = tmp_path / name
    events = run(one, method="itn", output=str(target))
    assert [event.path for event in events if isinstance(event, FrameDone)] == [str(target)]
    assert read_header(target).format == kind
    assert list(hashes(target.parent)) == [target.name]
    assert made(run(one, method="itn", output=str(target))) == []


def test_it_is_the_picture_that_a_folder_gets(run, one, tmp_path):
    run(one, method="itn")
    run(one, method="itn", output=str(tmp_path / "other.png"))
    assert (tmp_path / "out/one.png").read_bytes() == (tmp_path / "other.png").read_bytes()


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("shot.%04d.exr", "shot.000{}.exr"),
        ("######.png", "00000{}.png"),
        ("a_@@.left.png", "a_0{}.left.png"),
        ("$F.png", "{}.png"),
    ],
)
def test_a_pattern_names_the_frames_and_a_run_goes_on(job, shot, tmp_path, pattern, name):
    def run(source, **settings):
        return events_of(job(source, **settings))

    names = [name.format(frame) for frame in (1, 2, 3)]
    output = str(tmp_path / "new" / pattern)
    assert made(run(shot, method="itn", output=output, frames="1-2")) == [1, 2]
    plan = plan_job(job(shot, method="itn", output=output))
    assert (plan.skipped, str(plan.destination.place)) == ((1, 2), output)
    assert [path.name for path in plan.outputs] == names
    assert made(run(shot, method="itn", output=output)) == [3]
    assert list(hashes(tmp_path / "new")) == names
    with pytest.raises(OutputError, match="was made with other settings"):
        run(shot, method="itn", output=output, strength=0.5)


def test_frames_of_a_movie_and_a_still_under_a_pattern(run, one, tmp_path):
    clip = movie(tmp_path / "clip.mp4")
    run(clip, method="itn", frames="5-6", output=str(tmp_path / "out/f.####.png"))
    run(one, method="itn", output=str(tmp_path / "out/still_##.png"))
    run(clip, method="itn", frames="7", output=str(tmp_path / "out/seven.png"))
    names = ["f.0005.png", "f.0006.png", "seven.png", "still_01.png"]
    assert list(hashes(tmp_path / "out")) == names


@pytest.mark.parametrize(
    ("name", "offered"), [("out.exr", "out.%04d.exr"), ("a_001.exr", "a_%03d.exr")]
)
def test_several_frames_are_not_one_picture(job, shot, tmp_path, name, offered):
    with pytest.raises(UsageError, match="is one picture, and 3 frames") as caught:
        plan_job(job(shot, output=str(tmp_path / name)))
    assert str(tmp_path / offered) in caught.value.fix
    assert plan_job(job(shot, output=str(tmp_path / name), frames="2")).frames == (2,)


def test_results_beside_the_input(run, job, shot):
    """Allowed where they cannot be taken for the input, which is never touched."""
    pattern, before = shot / "shot.%04d.png", hashes(shot)
    for output in ("styled.%04d.png", "shot.%04d.png", "shot.@@@@.png", "styled.png"):
        with pytest.raises((OutputError, UsageError)):
            plan_job(job(shot, output=str(shot / output)))
    for output in ("shot.%04d.png", "shot.$F4.png"):
        with pytest.raises(OutputError, match="would be a frame of the input"):
            plan_job(job(pattern, output=str(shot / output)))
    assert hashes(shot) == before
    output = str(shot / "styled.%04d.png")
    assert made(run(pattern, method="itn", output=output)) == [1, 2, 3]
    assert made(run(pattern, method="itn", output=output)) == []
    assert before.items() < hashes(shot).items()


def test_a_pattern_in_a_place_that_cannot_be(job, one, tmp_path):
    with pytest.raises(OutputError, match=r"one\.png is a file"):
        plan_job(job(one, output=str(one / "a.%04d.png")))
    long = str(tmp_path / f"{'x' * 247}.%04d.png")  # fits as it stands, and not with a number
    with pytest.raises(UsageError, match="too long for a disk"):
        plan_job(job(one, output=long.replace("%04d", "%09d")))


LONG = "画" * 80 + "x" * 2  # 242 bytes


class TestLongNames:
    """Whatever a disk holds can be read, written, gone on with, and made a movie of."""

    @pytest.mark.parametrize("stem", ["x" * 235, "x" * 247, LONG])
    def test_frames(self, run, tmp_path, stem):
        source = draw(tmp_path / "in", *(f"{stem}000{frame}.png" for frame in (1, 2)))
        assert made(run(source, method="itn", frames="1")) == [1]
        assert made(run(source, method="itn")) == [2]
        assert made(run(source, method="itn")) == []
        assert list(hashes(tmp_path / "out")) == [path.name for path in sorted(source.iterdir())]

    def test_memory_passes_and_another_kind_of_file(self, run, tmp_path):
        source = draw(tmp_path / "in", *(f"{'x' * 247}000{frame}.png" for frame in (1, 2)))
        run(source, format="tif", frames="1-2")
        run(source, output=str(tmp_path / f"{LONG[:-3]}.mov"))
        names = [name for name in hashes(tmp_path / "out") if name.endswith("0001.tif")]
        assert len(names) == 1
        assert len(names[0].encode()) <= 255

    @pytest.mark.parametrize("stem", ["x" * 251, LONG])
    def test_movies(self, run, tmp_path, stem):
        clip = movie(tmp_path / "clip.mp4").rename(tmp_path / f"{stem}.mp4")
        assert made(run(clip, method="itn", frames="3-4")) == [3, 4]
        numbers = [name.rpartition(".")[0][-5:] for name in hashes(tmp_path / "out")]
        assert numbers == [".0003", ".0004"]
        target = tmp_path / "new" / f"{stem}.mov"
        run(clip, method="itn", frames="3-4", output=str(target))
        assert list(hashes(target.parent)) == [target.name]


class TestEmptyFiles:
    @pytest.fixture
    def kept(self, shot):
        (shot / "shot.0002.png").write_bytes(b"")
        return shot

    def test_they_are_named(self, job, kept):
        with pytest.raises(InputError, match=r"the file shot\.0002\.png is empty"):
            plan_job(job(kept))
        with pytest.raises(InputError, match="is empty"):
            plan_job(job(kept / "shot.0002.png"))

    def test_they_are_left_out_or_held(self, run, kept, tmp_path):
        assert made(run(kept, method="itn", missing="skip")) == [1, 3]
        events = run(kept, method="itn", missing="hold", output=str(tmp_path / "held"))
        assert made(events) == [1, 2, 3]
        first, second = (read_pixels(tmp_path / f"held/shot.000{n}.png") for n in (1, 2))
        assert (first == second).all()


@pytest.mark.parametrize(
    "names",
    [
        ["s.1001.left.png", "s.1002.left.png"],
        ["s_1001_v001.png", "s_1002_v001.png"],
        ["shot (1).png", "shot (2).png"],
    ],
)
def test_something_behind_the_number(run, tmp_path, names):
    events = run(draw(tmp_path / "in", *names), method="itn")
    assert len(made(events)) == 2
    assert list(hashes(tmp_path / "out")) == names
