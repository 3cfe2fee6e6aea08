"""What a run says of its pictures before it paints them: layer, colors, and what is in doubt."""

import io

import av
import numpy as np
import OpenImageIO
import pytest
from icc_profiles import P3, gamma, rgb_profile, straight
from PIL import Image, ImageCms
from runs import events_of

from vst_core.errors import UsageError
from vst_core.job import StylizeJob
from vst_core.protocol import Started, Warned
from vst_core.runner import plan_job

SIZE = (24, 32)


def exr(path, channels, **attributes):
    """An EXR of noise, with these channels."""
    pixels = np.random.default_rng(3).uniform(0, 1, (*SIZE, len(channels))).astype(np.float16)
    pixels[..., [name in ("A", "Main.A") for name in channels]] = 1
    spec = OpenImageIO.ImageSpec(SIZE[1], SIZE[0], len(channels), "half")
    spec.channelnames = tuple(channels)
    for name, (kind, value) in attributes.items():
        spec.attribute(name, kind, value)
    output = OpenImageIO.ImageOutput.create(str(path))
    assert output.open(str(path), spec)
    assert output.write_image(pixels)
    assert output.close()
    return path


def rgb(*names):
    return [f"{name}.{letter}" for name in names for letter in "RGB"]


@pytest.fixture
def job(cards, tmp_path):
    """A job over EXRs with these channels, one a frame."""

    def make(*frames, **words):
        (tmp_path / "in").mkdir()
        for number, channels in enumerate(frames, 1):
            exr(tmp_path / f"in/f.{number:04d}.exr", channels)
        return StylizeJob(
            input=str(tmp_path / "in/f.####.exr"),
            output=str(tmp_path / "out"),
            style=str(cards[0]),
            device="cpu",
            **words,
        )

    return make


def test_a_run_says_which_of_several_layers_it_paints(job):
    events = events_of(job([*rgb("AO", "Main"), "Main.A"]))
    started = next(event for event in events if isinstance(event, Started))
    assert (started.layer, started.colorspace) == ("Main", "Linear Rec.709 (sRGB)")
    told = [event.text for event in events if isinstance(event, Warned)]
    assert any("AO" in text and "Main" in text and "--layer" in text for text in told)


def test_a_run_without_a_doubt_says_nothing(job):
    events = events_of(job(["R", "G", "B", "A"]))
    assert not [event for event in events if isinstance(event, Warned)]
    assert next(event for event in events if isinstance(event, Started)).layer == ""


def test_frames_with_other_layers_than_the_first_are_named(job):
    plan = plan_job(job(rgb("VL.Combined"), rgb("VL.Combined"), rgb("VL.Emit")))
    assert any("f.0003.exr" in note and "VL.Emit" in note for note in plan.notes)


def test_a_frame_that_loses_its_alpha_is_named(job):
    plan = plan_job(job(["R", "G", "B", "A"], ["R", "G", "B"]))
    assert any("f.0002.exr" in note and "without alpha" in note for note in plan.notes)


@pytest.mark.parametrize("from_environment", [False, True])
def test_a_config_that_is_not_there_stops_a_job_that_does_not_need_it(
    job, monkeypatch, tmp_path, from_environment
):
    if from_environment:
        monkeypatch.setenv("OCIO", "/nowhere/typo.ocio")
    words = {} if from_environment else {"ocio": "/nowhere/typo.ocio"}
    with pytest.raises(UsageError, match=r"/nowhere/typo\.ocio"):
        plan_job(job(["R", "G", "B"], **words))
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("format", "said"), [("auto", True), ("png", False), ("exr", False)])
def test_light_that_a_format_cuts_is_said_where_nobody_chose_it(cards, tmp_path, format, said):
    (tmp_path / "in").mkdir()
    Image.new("RGB", SIZE[::-1], (90, 200, 160)).save(tmp_path / "in/f.0001.bmp")
    job = StylizeJob(
        input=str(tmp_path / "in/f.####.bmp"),
        output=str(tmp_path / "out"),
        style=str(cards[0]),
        device="cpu",
        colorspace="Cineon",
        format=format,
    )
    assert any("--format exr" in note for note in plan_job(job).notes) == said


@pytest.mark.parametrize("curve", [straight(), gamma(1.4)], ids=["light", "code"])
def test_a_movie_of_pictures_with_a_profile_is_srgb(cards, tmp_path, curve):
    profile, code = rgb_profile(P3, curve), (90, 200, 160)
    (tmp_path / "in").mkdir()
    for number in (1, 2):
        picture = Image.new("RGB", (64, 48), code)
        picture.save(tmp_path / f"in/f.{number:04d}.png", icc_profile=profile)
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    intent = ImageCms.Intent.RELATIVE_COLORIMETRIC
    shown = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), intent)
    job = StylizeJob(
        input=str(tmp_path / "in/f.####.png"),
        output=str(tmp_path / "out.mp4"),
        style=str(cards[0]),
        device="cpu",
        strength=0.0,
    )
    events_of(job)
    with av.open(str(tmp_path / "out.mp4")) as movie:
        made = next(movie.decode(video=0)).to_ndarray(format="rgb24")
    assert np.abs(made.mean(axis=(0, 1)) - shown.getpixel((0, 0))).max() < 6
