"""A sequence is measured frame by frame, as the definitions say."""

import json
from dataclasses import fields

import pytest
import torch

from vst_core.errors import InputError, UsageError
from vst_core.evaluation import (
    FIGURES,
    EvaluationSettings,
    FrameFigures,
    evaluate,
    find_clips,
    hard_trust,
    moving_frames,
    target_from_painting,
)
from vst_core.flow import FlowSettings, FrameView, open_flow_source
from vst_core.frames import FrameRange
from vst_core.image import read_picture, write_picture
from vst_core.motion import warp

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def style(tmp_path_factory, encoder):
    painting = tmp_path_factory.mktemp("style") / "painting.png"
    write_picture(painting, next(moving_frames(width=80, height=64, count=1, seed=5)))
    return target_from_painting(painting, encoder, device=CPU)


@pytest.fixture
def measure(style):
    def run(out, source, *, every=1, flow="dis", on_frame=None, **choice):
        settings = EvaluationSettings(
            flow=open_flow_source(flow, FlowSettings()),
            style=style,
            device=CPU,
            every=every,
        )
        return evaluate(find_clips(str(out), str(source), **choice), settings, on_frame=on_frame)

    return run


def darker(picture):
    return picture * 0.5


@pytest.mark.slow
def test_frames_held_against_themselves_lie_on_the_floor(clip, measure):
    source = clip("in")
    report = measure(source, source)
    assert [frame.frame for frame in report.frames] == [1, 2, 3]
    assert report.mean("content_loss") == 0
    assert report.mean("style_loss") > 0
    for name in ("masked_mse", "m2", "root", "mse", "ssim"):
        assert report.mean(name) == report.mean(f"source_{name}") is not None
    assert report.mean("m2") < 1e-3
    assert report.mean("mse") > report.mean("m2")


@pytest.mark.slow
def test_the_means_are_those_of_the_definitions(clip, measure):
    source, out = clip("in"), clip("out", change=darker)
    report = measure(out, source)
    flow = open_flow_source("dis", FlowSettings())
    errors = []
    for now in (2, 3):
        picture, before = (read_picture(out / f"shot.{n:04d}.png") for n in (now, now - 1))
        pair = [read_picture(source / f"shot.{n:04d}.png") for n in (now - 1, now)]
        motion = flow.between(FrameView(now - 1, pair[0]), FrameView(now, pair[1]))
        trust = hard_trust(motion)
        squared = ((picture - warp(before, motion.backward)) ** 2 * trust).sum()
        errors.append((squared / (3 * trust.sum())).item())
    assert report.mean("m2") == pytest.approx(sum(errors) / 2, rel=1e-4)
    assert report.mean("root") == pytest.approx(sum(e**0.5 for e in errors) / 2, rel=1e-4)
    # Half the brightness, half the difference: a quarter of the squared error.
    assert report.mean("mse") == pytest.approx(report.mean("source_mse") / 4, rel=0.02)


def test_a_still_repeated_has_no_temporal_error(tmp_path, measure):
    still = next(moving_frames(width=64, height=48, count=1))
    for number in (7, 8):
        write_picture(tmp_path / f"still.{number}.png", still)
    report = measure(tmp_path / "still.%d.png", tmp_path / "still.%d.png")
    assert report.mean("m2") == pytest.approx(0, abs=1e-9)
    assert (report.mean("mse"), report.mean("ssim")) == (0, pytest.approx(1))


def test_perceptual_losses_on_every_second_frame_only(clip, measure):
    source = clip("in")
    report = measure(source, source, every=2)
    assert [frame.style_loss is not None for frame in report.frames] == [True, False, True]
    assert [frame.m2 is not None for frame in report.frames] == [False, True, True]


def test_only_the_frames_asked_for(clip, measure):
    source = clip("in", count=5)
    frames = FrameRange.parse("2-5")
    report = measure(source, source, frames=frames, first=2)
    assert [frame.frame for frame in report.frames] == [2, 3]


def test_out_may_have_fewer_frames_than_in(clip, measure):
    report = measure(clip("out", count=1, first=2, change=darker), clip("in", count=4))
    assert [frame.frame for frame in report.frames] == [2]
    assert report.mean("m2") is None
    assert report.mean("mse") is None


def test_a_still_without_a_number(tmp_path, measure):
    still = tmp_path / "still.png"
    write_picture(still, next(moving_frames(width=32, height=32, count=1)))
    assert measure(still, still).mean("content_loss") == 0


def test_sizes_that_differ_are_both_named(clip, measure):
    source, out = clip("in"), clip("out", width=32)
    with pytest.raises(InputError, match=r"shot\.0001\.png is 32 x 48, .*0001\.png is 64 x 48"):
        measure(out, source)


def test_a_frame_of_another_size_in_between_is_named(clip, measure):
    source = clip("in")
    write_picture(source / "shot.0002.png", torch.rand(1, 3, 48, 50))
    with pytest.raises(InputError, match=r"0002\.png is 50 x 48"):
        measure(source, source)


def test_frames_missing_in_the_source_are_named_before_work(clip, measure):
    out, source = clip("out", count=4), clip("in", count=2)
    with pytest.raises(InputError, match="3-4"):
        measure(out, source)


def test_a_held_source_stands_in(clip, measure):
    out, source = clip("out", count=4), clip("in", count=4)
    (source / "shot.0003.png").unlink()
    report = measure(out, source, missing="hold")
    assert report.frames[2].source_mse == 0


def test_no_flow_no_temporal_errors(clip, measure):
    source = clip("in", count=2)
    with pytest.raises(UsageError, match="--flow is none"):
        measure(source, source, flow="none")


def test_every_frame_is_told_with_its_pictures(clip, measure):
    source, seen = clip("in"), []
    report = measure(source, source, on_frame=lambda frame, figures: seen.append((frame, figures)))
    assert [figures for _, figures in seen] == list(report.frames)
    first, second = seen[0][0], seen[1][0]
    assert first.transition is None
    assert torch.equal(second.transition.before, first.out)


def test_json_holds_every_figure_and_reads_back(clip, measure):
    source = clip("in", count=2)
    table = json.loads(json.dumps(measure(source, source).to_dict(), allow_nan=False))
    names = {field.name for field in fields(FrameFigures)}
    assert set(table["per_frame"][0]) == names
    assert set(table["means"]) == names - {"frame"}
    assert table["per_frame"][0]["m2"] is None
    assert table["means"]["m2"] == table["per_frame"][1]["m2"]


def test_every_figure_of_the_table_is_measured():
    names = {field.name for field in fields(FrameFigures)}
    assert {figure.name for figure in FIGURES} <= names
    shown = {figure.source for figure in FIGURES if figure.has_source}
    assert {name for name in names if name.startswith("source_")} == shown
