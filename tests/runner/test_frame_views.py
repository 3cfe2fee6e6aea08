"""Flow sources see frames: their numbers, their pictures, the channels of their own files."""

from pathlib import Path

import numpy as np
import pytest
import torch
from exr_files import write_exr
from runs import events_of, hashes

from vst_core.catalog import traits
from vst_core.errors import InputError
from vst_core.flow import FLOW_SOURCES, FlowEntry, FlowPair
from vst_core.image import Window, sample_channels

WIDTH, HEIGHT = 96, 64
SPEED = 3.0


@pytest.fixture(scope="module")
def panned(tmp_path_factory) -> Path:
    """Five EXRs of a noise that moves to the right, with its motion in channels of their own."""
    folder = tmp_path_factory.mktemp("panned")
    texture = np.random.default_rng(4).random((HEIGHT // 8, 32)).repeat(8, 0).repeat(8, 1)
    for number in range(1, 6):
        left = 100 - int(SPEED) * number
        picture = texture[:, left : left + WIDTH]
        motion = np.full((HEIGHT, WIDTH), SPEED)
        planes = {"R": picture, "G": picture, "B": picture, "motion.x": motion}
        write_exr(folder / f"pan.{number:04d}.exr", planes)
    return folder


class OwnChannels:
    """Motion from the channel `motion.x` of the current frame's file, in its pixels."""

    name = "own"

    def __init__(self):
        self.seen = []

    def between(self, previous, current):
        steps = current.number - previous.number
        scale = current.size[1] / current.canvas[1]
        across = current.channels(["motion.x"]) * (scale * steps)
        forward = torch.cat((across, torch.zeros_like(across)), dim=1)
        self.seen.append((previous.number, current.number, float(across.mean())))
        return FlowPair(forward=forward, backward=-forward)


@pytest.fixture
def own(monkeypatch) -> OwnChannels:
    """That source, as an entry of the table."""
    source = OwnChannels()
    info = traits.FlowSourceInfo(name="own", syntax="own", label="own", hint="", license="")
    monkeypatch.setattr(traits, "FLOW_SOURCES_INFO", (*traits.FLOW_SOURCES_INFO, info))
    monkeypatch.setitem(FLOW_SOURCES, "own", FlowEntry(open=lambda argument, settings: source))
    return source


def test_a_source_reads_the_channels_of_the_frames_themselves(own, job, panned):
    events_of(job(panned, flow="own", format="png"))
    assert own.seen == [(n, n + 1, SPEED) for n in range(1, 5)]


def test_a_smaller_working_picture_gets_smaller_channels(own, job, panned):
    events_of(job(panned, flow="own", proxy="1/2", format="png"))
    assert own.seen == [(n, n + 1, SPEED / 2) for n in range(1, 5)]


@pytest.mark.slow
def test_every_pass_sees_them(own, job, panned, tmp_path):
    settings = {
        "method": "ruder-multipass",
        "passes": 2,
        "pass_iterations": 2,
        "features": "lite",
        "style": "muse",
    }
    events_of(job(panned, flow="own", format="png", frames="1-3", **settings))
    assert own.seen[:2] == [(1, 2, SPEED), (2, 3, SPEED)]
    assert len(hashes(tmp_path / "out")) == 3


def test_a_shot_without_the_channel_is_refused(own, job, tmp_path):
    plain = tmp_path / "plain"
    plain.mkdir()
    rows = np.linspace(0, 1, HEIGHT)[:, None] * np.ones((1, WIDTH))
    for number, picture in ((1, rows), (2, rows**2)):
        write_exr(plain / f"p.{number}.exr", {"R": picture, "G": picture, "B": picture})
    with pytest.raises(InputError, match=r"motion\.x"):
        events_of(job(plain, flow="own", format="png"))


def grid(width, height):
    """Each pixel's own place, so that a sample tells where it comes from."""
    rows, columns = np.indices((height, width))
    return {"row": rows.astype(float), "column": columns.astype(float)}


def test_samples_are_the_nearest_pixels_of_the_file(tmp_path):
    write_exr(tmp_path / "a.exr", grid(8, 4))
    found = sample_channels(
        tmp_path / "a.exr", ["column", "row"], canvas=Window(0, 0, 8, 4), size=(2, 4)
    )
    assert found.shape == (2, 2, 4)
    assert found[0, 0].tolist() == [1, 3, 5, 7]
    assert found[1, :, 0].tolist() == [1, 3]


def test_outside_the_data_window_there_is_nothing(tmp_path):
    write_exr(tmp_path / "a.exr", {"Z": np.ones((2, 3))}, origin=(-1, 1), display=(0, 0, 6, 4))
    found = sample_channels(tmp_path / "a.exr", ["Z"], canvas=Window(-2, 0, 8, 4), size=(4, 8))
    expected = torch.zeros(4, 8)
    expected[1:3, 1:4] = 1
    assert found[0].equal(expected)


def test_a_file_of_another_size_covers_the_same_view(tmp_path):
    write_exr(tmp_path / "small.exr", grid(4, 2))
    found = sample_channels(
        tmp_path / "small.exr",
        ["column"],
        canvas=Window(10, 20, 8, 4),
        display=Window(10, 20, 8, 4),
        size=(4, 8),
    )
    assert found[0, 0].tolist() == [0, 0, 1, 1, 2, 2, 3, 3]


def test_not_a_number_is_told(tmp_path):
    write_exr(tmp_path / "a.exr", {"Z": np.array([[np.nan, np.inf, 1.0]])})
    found = sample_channels(tmp_path / "a.exr", ["Z"], canvas=Window(0, 0, 3, 1), size=(1, 3))
    assert found[0, 0, 0].isnan()
    assert found[0, 0, 1].isinf()
