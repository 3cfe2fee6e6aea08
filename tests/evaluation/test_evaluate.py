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
    LearnedDistance,
    Report,
    evaluate,
    evaluate_runs,
    find_clips,
    hard_trust,
    has_flip,
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
    def run(out, source, *, every=1, flow="dis", on_frame=None, with_=None, **choice):
        with_ = with_ or {}
        settings = EvaluationSettings(
            flow=open_flow_source(flow, FlowSettings()),
            style=style,
            device=CPU,
            every=every,
            **with_,
        )
        if isinstance(out, tuple):
            runs = [find_clips(str(each), str(source), **choice) for each in out]
            return evaluate_runs(runs, settings, on_frame=on_frame)
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
    report = Report(out="", source="", style="", flow="", width=16, height=16, frames=())
    known = {field.name for field in fields(FrameFigures)} | {*dir(report)}
    assert {figure.name for figure in FIGURES} <= known
    assert {figure.better for figure in FIGURES} == {"low", "high", ""}
    assert len({(figure.group, figure.label) for figure in FIGURES}) == len(FIGURES)


def test_frames_far_apart_are_compared_by_motion_straight_between_them(clip, measure):
    source, out = clip("in", count=5), clip("out", count=5, change=darker)
    report = measure(out, source, with_={"gap": 3}, every=9)
    assert [frame.far_m2 is not None for frame in report.frames] == [False] * 3 + [True] * 2
    flow = open_flow_source("dis", FlowSettings())
    for now in (4, 5):
        pair = [read_picture(source / f"shot.{n:04d}.png") for n in (now - 3, now)]
        motion = flow.between(FrameView(now - 3, pair[0]), FrameView(now, pair[1]))
        trust = hard_trust(motion)
        for pictures, name in ((pair, "source_far_m2"), ([one / 2 for one in pair], "far_m2")):
            squared = ((pictures[1] - warp(pictures[0], motion.backward)) ** 2 * trust).sum()
            expected = (squared / (3 * trust.sum())).item()
            assert getattr(report.frames[now - 1], name) == pytest.approx(expected, rel=0.05)
        assert report.frames[now - 1].far_trusted == pytest.approx(trust.mean().item())


@pytest.mark.parametrize("gap", [1, -3])
def test_a_gap_that_is_none_is_refused(clip, measure, gap):
    with pytest.raises(UsageError, match=str(gap)):
        measure(clip("in"), clip("in2"), with_={"gap": gap})


def test_the_learned_distance_is_of_the_warped_frame_where_it_is_trusted(clip, measure, style):
    source, out = clip("in", count=2), clip("out", count=2, change=darker)
    weights = {layer: torch.ones(1, 1, 1, 1) for layer in ("relu1_2", "relu3_3")}
    distance = LearnedDistance(weights)
    report = measure(out, source, with_={"lpips": distance})
    before, now = (read_picture(out / f"shot.{n:04d}.png") for n in (1, 2))
    pair = [read_picture(source / f"shot.{n:04d}.png") for n in (1, 2)]
    motion = open_flow_source("dis", FlowSettings()).between(
        FrameView(1, pair[0]), FrameView(2, pair[1])
    )
    warped = torch.where(hard_trust(motion) > 0, warp(before, motion.backward), now)
    expected = distance(style.features(now), style.features(warped))
    assert report.frames[1].lpips == pytest.approx(expected, rel=1e-4)
    assert report.frames[1].source_lpips is not None


@pytest.mark.skipif(not has_flip(), reason="flip-evaluator is not installed")
def test_flip_is_of_the_warped_frame(clip, measure):
    source = clip("in", count=2)
    report = measure(source, source, with_={"flip": True})
    assert 0 < report.mean("flip") == report.mean("source_flip") < 0.3
    assert measure(source, source, with_={"flip": True}, every=2).mean("flip") is None


def test_runs_side_by_side_have_the_figures_that_each_has_alone(clip, measure):
    source, dark, same = clip("in"), clip("dark", change=darker), clip("same")
    seen = []
    both = measure((dark, same), source, with_={"gap": 2}, on_frame=lambda *each: seen.append(each))
    alone = [measure(each, source, with_={"gap": 2}) for each in (dark, same)]
    assert [report.to_dict() for report in both] == [report.to_dict() for report in alone]
    assert [figures for _, figures in seen] == [*zip(*(r.frames for r in both), strict=True)]


def test_runs_of_other_frames_are_refused(clip, measure):
    source, long, short = clip("in", count=4), clip("long", count=4), clip("short", count=3)
    with pytest.raises(InputError, match="short"):
        measure((long, short), source)


def test_levels_and_edges_are_measured_of_every_frame(clip, measure):
    report = measure(clip("out", change=darker), clip("in"), every=9)
    for frame in report.frames:
        assert frame.red_mean == pytest.approx(frame.source_red_mean / 2, abs=0.003)
        assert frame.edges == pytest.approx(1, abs=0.01)
    assert report.let_go is None
    assert report.mean_drift is None


def reports_frames(count, **values):
    return [
        FrameFigures(frame=10 + n, **{k: v(n) for k, v in values.items()}) for n in range(count)
    ]


def report_of(frames):
    return Report(out="", source="", style="", flow="", width=16, height=16, frames=frames)


def test_a_reports_drift_is_that_of_the_channel_that_strays_most():
    frames = reports_frames(
        20, red_mean=lambda n: 0.5, green_mean=lambda n: 0.5 - 0.01 * n, blue_mean=lambda n: 0.01
    )
    report = report_of(frames)
    assert report.mean_drift == pytest.approx(255 * 0.18)
    assert report.deviation_drift is None
    assert report.summary("mean_drift") == report.mean_drift
    assert report.to_dict()["mean_drift"] == report.mean_drift


def test_the_frame_at_which_strokes_let_go_is_named_as_on_disk():
    frames = reports_frames(40, edges=lambda n: 0.5 if n < 20 else 0.1)
    assert report_of(frames).let_go == 10 + 21  # of four frames two are far below, then 0.3 < 0.4
    assert report_of(frames[:20]).let_go is None
    assert report_of(frames[18:27]).let_go is None  # too few to tell by
