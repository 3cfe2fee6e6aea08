"""What a run gives, and that speed settings do not change it."""

from __future__ import annotations

import numpy as np
import OpenImageIO
import pytest
import torch
from runs import hashes, made

from vst_core.flow import FlowSettings, FrameView, open_flow_source
from vst_core.guidance import Guidance
from vst_core.image import read_header, read_picture
from vst_core.motion import trust_mask, warp
from vst_core.protocol import CutFound, Finished, FrameDone, Started
from vst_core.runner import plan_job
from vst_core.styles import find_mix
from vst_core.stylizers import StylizerSettings, open_stylizer


def test_frames_are_what_the_definition_gives(run, shot, cards, tmp_path):
    """Frame by frame: flow, trust, warp of the previous *unrounded* result, network."""
    run(shot, frames="1-4")
    stylizer = open_stylizer("vtn", StylizerSettings(styles=find_mix([(str(cards[0]), 1.0)])))
    flow = open_flow_source("dis", FlowSettings())
    before = previous = None
    for frame in range(1, 5):
        picture = read_picture(shot / f"frame_{frame:04d}.png")
        guidance = None
        if before is not None:
            pair = flow.between(FrameView(frame - 1, before), FrameView(frame, picture))
            trust = trust_mask(pair.forward, pair.backward, variant="ruder2016")
            guidance = Guidance(warped=warp(previous, pair.backward), trust=trust)
        previous, before = stylizer.stylize(picture, guidance).picture, picture
        written = read_picture(tmp_path / f"out/frame_{frame:04d}.png")
        assert (written - previous).abs().max() <= 0.5 / 255 + 1e-6


def test_events_tell_the_whole_story(run, shot, tmp_path):
    events = run(shot, frames="1-5")
    started, *frames, finished = events
    assert isinstance(started, Started)
    assert (started.frames, started.width, started.height) == (5, 96, 40)
    assert (started.method, started.flow, started.device) == ("vtn", "auto", "cpu")
    assert all(isinstance(event, FrameDone) for event in frames)
    assert [(e.frame, e.index, e.total) for e in frames] == [(n, n, 5) for n in range(1, 6)]
    assert [e.path for e in frames] == [
        str(tmp_path / f"out/frame_{n:04d}.png") for n in range(1, 6)
    ]
    assert all(e.seconds > 0 and e.fps > 0 and not e.skipped for e in frames)
    assert isinstance(finished, Finished)
    assert (finished.made, finished.skipped) == (5, 0)


@pytest.mark.slow
def test_nothing_is_left_behind_but_frames_and_the_manifest(run, shot, tmp_path):
    run(shot, frames="1-12")
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [
        ".vst",
        *(f"frame_{n:04d}.png" for n in range(1, 13)),
    ]
    assert [p.name for p in (tmp_path / "out/.vst").iterdir()] == ["frame_####.png.1-12.jsonl"]


@pytest.mark.slow
@pytest.mark.parametrize("method", ["vtn", "itn"])
def test_bytes_do_not_depend_on_read_ahead_or_threads(run, shot, tmp_path, method):
    results = []
    for read_ahead, threads in ((0, 1), (3, 2), (9, 3)):
        out = tmp_path / f"out-{read_ahead}"
        run(shot, frames="1-6", method=method, output=str(out),
            read_ahead=read_ahead, threads=threads)  # fmt: skip
        results.append(hashes(out))
    assert len(results[0]) == 6
    assert results[0] == results[1] == results[2]


def test_threads_are_put_back(run, shot):
    before = torch.get_num_threads()
    run(shot, frames="1", threads=before + 1)
    assert torch.get_num_threads() == before


@pytest.mark.slow
def test_the_recurrence_reaches_later_frames(run, shot, tmp_path):
    """Frame 3 with two frames before it is not frame 3 alone; without flow it is."""
    for flow, same in (("dis", False), ("none", True)):
        run(shot, frames="1-3", flow=flow, output=str(tmp_path / f"{flow}-run"))
        run(shot, frames="3", flow=flow, output=str(tmp_path / f"{flow}-alone"))
        name = "frame_0003.png"
        both = [hashes(tmp_path / f"{flow}-{kind}")[name] for kind in ("run", "alone")]
        assert (both[0] == both[1]) is same


@pytest.mark.slow
def test_backwards_and_sparse_orders_use_the_frame_listed_before(run, shot, tmp_path):
    run(shot, frames="7-1x3", output=str(tmp_path / "back"))
    turned = tmp_path / "turned"
    turned.mkdir()
    for new, old in enumerate((7, 4, 1), start=1):
        (turned / f"{new}.png").write_bytes((shot / f"frame_{old:04d}.png").read_bytes())
    run(turned, output=str(tmp_path / "forth"))
    back, forth = hashes(tmp_path / "back"), hashes(tmp_path / "forth")
    assert [back[f"frame_{old:04d}.png"] for old in (7, 4, 1)] == list(forth.values())


@pytest.mark.slow
@pytest.mark.parametrize("proxy", ["1/2", "1/4"])
def test_a_proxy_gives_frames_of_full_size(run, job, shot, tmp_path, proxy):
    plan = plan_job(job(shot, frames="1-3", proxy=proxy))
    assert plan.work_size == ({"1/2": 20, "1/4": 16}[proxy], {"1/2": 48, "1/4": 24}[proxy])
    run(shot, frames="1-3", proxy=proxy)
    assert read_picture(tmp_path / "out/frame_0003.png").shape == (1, 3, 40, 96)


def test_original_colors_keep_the_chroma(run, shot, tmp_path):
    run(shot, frames="1-2", original_colors=True)
    source, made = (read_picture(p / "frame_0002.png") for p in (shot, tmp_path / "out"))
    inside = ((made > 0.01) & (made < 0.99)).all(1)
    difference = ((made[:, 0] - made[:, 1]) - (source[:, 0] - source[:, 1]))[inside]
    assert difference.abs().max() <= 1.01 / 255


def test_strength_zero_gives_the_source(run, shot, tmp_path):
    run(shot, frames="1-2", strength=0.0)
    for name in ("frame_0001.png", "frame_0002.png"):
        assert torch.equal(read_picture(shot / name), read_picture(tmp_path / "out" / name))


@pytest.mark.slow
def test_a_mix_and_each_of_its_styles_differ(run, shot, cards, tmp_path):
    first, second = cards
    made = []
    for name, style in (("a", f"{first}"), ("b", f"{second}"), ("c", f"{first}:0.5,{second}:0.5")):
        run(shot, frames="1", style=style, output=str(tmp_path / name))
        made.append(hashes(tmp_path / name)["frame_0001.png"])
    assert len(set(made)) == 3


@pytest.fixture
def moving(tmp_path):
    """Folder with three frames of 96 x 64 whose data windows move and reach out of the picture."""
    folder = tmp_path / "moving"
    folder.mkdir()
    for number, (x, y) in enumerate(((4, -6), (11, 3), (30, 8)), start=1):
        pixels = np.random.default_rng(number).random((52, 70, 4), np.float32)
        spec = OpenImageIO.ImageSpec(70, 52, 4, "half")
        spec.x, spec.y, spec.full_width, spec.full_height = x, y, 96, 64
        out = OpenImageIO.ImageOutput.create("ball.exr")
        assert out.open(str(folder / f"ball.{number}.exr"), spec), out.geterror()
        assert out.write_image(pixels), out.geterror()
        out.close()
    return folder


@pytest.mark.slow
def test_moving_data_windows_share_one_canvas(run, job, moving):
    plan = plan_job(job(moving, proxy="1/2"))
    headers = [read_header(path) for path in plan.sources]
    assert [(h.data_window.x, h.data_window.y) for h in headers] == [(4, -6), (11, 3), (30, 8)]
    union = headers[0].data_window.union(headers[1].data_window).union(headers[2].data_window)
    assert plan.canvas == union
    run(moving, proxy="1/2")
    for path, header in zip(plan.outputs, headers, strict=True):
        made = read_header(path)
        assert (made.data_window, made.display_window) == (
            header.data_window,
            header.display_window,
        )
        assert np.isfinite(read_picture(path).numpy()).all()


def test_a_part_of_a_sequence_has_the_canvas_of_the_whole(job, moving):
    assert plan_job(job(moving, frames="2")).canvas == plan_job(job(moving)).canvas


def test_the_output_format_can_be_chosen(run, shot, tmp_path):
    run(shot, frames="1-2", format="exr")
    assert read_header(tmp_path / "out/frame_0002.exr").depth == "half"


@pytest.mark.slow
def test_held_frames_stand_still(run, shot, tmp_path):
    gap = tmp_path / "gap"
    gap.mkdir()
    for number in (1, 2, 4):
        name = f"frame_{number:04d}.png"
        (gap / name).write_bytes((shot / name).read_bytes())
    assert made(run(gap, missing="hold", flow="none", output=str(tmp_path / "h"))) == [1, 2, 3, 4]
    held = hashes(tmp_path / "h")
    assert held["frame_0003.png"] == held["frame_0002.png"]
    assert made(run(gap, missing="skip", output=str(tmp_path / "s"))) == [1, 2, 4]


def test_a_still_is_a_sequence_of_one(run, shot, tmp_path):
    still = tmp_path / "still.png"
    still.write_bytes((shot / "frame_0001.png").read_bytes())
    assert made(run(still)) == [1]
    assert (tmp_path / "out/still.png").is_file()


@pytest.mark.slow
def test_two_sequences_share_an_output_folder(run, shot, tmp_path):
    other = tmp_path / "other.0001.png"
    other.write_bytes((shot / "frame_0001.png").read_bytes())
    assert made(run(shot, frames="1-2")) == [1, 2]
    assert made(run(other)) == [1]


@pytest.mark.slow
def test_a_cut_is_found_and_starts_afresh(run, two_shots, tmp_path):
    events = run(two_shots, output=str(tmp_path / "auto"))
    assert [e.frame for e in events if isinstance(e, CutFound)] == [6]
    alone = run(two_shots, frames="6-9", output=str(tmp_path / "alone"))
    assert not [e for e in alone if isinstance(e, CutFound)]
    both, second = hashes(tmp_path / "auto"), hashes(tmp_path / "alone")
    assert {name: both[name] for name in second} == second


@pytest.mark.slow
def test_cuts_can_be_named_or_turned_off(run, two_shots, tmp_path):
    for cuts, found in (("off", []), ("6", [6]), ("3,6", [3, 6]), ("auto", [6])):
        events = run(two_shots, cuts=cuts, output=str(tmp_path / cuts))
        assert [e.frame for e in events if isinstance(e, CutFound)] == found
    results = {cuts: hashes(tmp_path / cuts) for cuts in ("off", "6", "3,6", "auto")}
    assert results["auto"] == results["6"]
    assert results["3,6"]["frame_0003.png"] != results["6"]["frame_0003.png"]


def test_workers_leave_torch_its_threads():
    from concurrent.futures import ThreadPoolExecutor

    from vst_core.runner.threads import single_threaded, thread_limit

    before = torch.get_num_threads()
    with thread_limit(2), ThreadPoolExecutor(1, "test", single_threaded) as pool:
        assert pool.submit(torch.get_num_threads).result() == 1
        assert torch.get_num_threads() == 2
    assert torch.get_num_threads() == before
