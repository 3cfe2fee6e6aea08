"""Ruder's methods as runs: what they give, and that a broken run gives the same."""

from __future__ import annotations

import gc
import shutil
from concurrent.futures import wait
from pathlib import Path

import children
import pytest
import torch
from runs import events_of, hashes, made

from vst_core.errors import Interrupted
from vst_core.flow import FlowPair, FlowSettings, FrameView, open_flow_source
from vst_core.guidance import Earlier, Guidance
from vst_core.image import read_picture, write_picture
from vst_core.motion import trust_mask, warp
from vst_core.protocol import CutFound, FrameDone, Progress, Warned
from vst_core.runner import StopRequest, plan_job, run_job
from vst_core.runner.loop.write_behind import WriteBehind
from vst_core.runner.method_settings import stylizer_settings
from vst_core.styles import find_mix
from vst_core.stylizers import open_stylizer

pytestmark = pytest.mark.usefixtures("one_thread")

SHALLOW = {"style_layers": "relu1_1,relu2_1", "content_layers": "relu2_1", "precision": "fp32",
           "features": "lite", "threads": 1, "device": "cpu"}  # fmt: skip
SINGLE = {"method": "ruder", "iterations": 4, "long_term": "1,2"}
PASSES = {"method": "ruder-multipass", "passes": 3, "pass_iterations": 2, "temporal_from": 2}
SIZE = (32, 48)
METHODS = {"single": (SINGLE, "1-6"), "passes": (PASSES, "1-4")}


def _tiny(source: Path, folder: Path) -> Path:
    for path in sorted(source.glob("*.png"))[:9]:
        picture = torch.nn.functional.interpolate(
            read_picture(path), size=SIZE, mode="bilinear", antialias=True
        )
        write_picture(folder / path.name, picture)
    return folder


@pytest.fixture(scope="session")
def tiny(shot: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with 9 frames of the shot, 48 x 32."""
    return _tiny(shot, tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="session")
def tiny_shots(two_shots: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with two shots, 48 x 32; the second begins at frame 6."""
    return _tiny(two_shots, tmp_path_factory.mktemp("tiny_shots"))


@pytest.fixture(scope="module")
def settings(painting: str) -> dict[str, object]:
    """What every run here has besides its method."""
    return {**SHALLOW, "style": painting}


@pytest.fixture
def optimize(job, settings):
    """Run a job in this process and return its events."""
    return lambda source, **changes: events_of(job(source, **{**settings, **changes}))


@pytest.fixture(scope="module")
def unbroken(tiny, settings, tmp_path_factory):
    """Method -> the hashes of its unbroken run, and the calls it made."""
    found = {}
    for name, (changes, frames) in METHODS.items():
        out = tmp_path_factory.mktemp(name) / "out"
        given = {"input": str(tiny), "output": str(out), "frames": frames, **settings}
        log = out.parent / "log"
        child = children.start({**given, **changes}, log=log)
        child.join()
        assert child.exitcode == 0
        found[name] = hashes(out), children.calls_made(log)
    return found


def pictures(folder: Path, count: int) -> list[torch.Tensor]:
    return [read_picture(folder / f"frame_{number:04d}.png") for number in range(1, count + 1)]


def opened(job):
    styles = find_mix(job.mix, method=job.method)
    cpu = torch.device("cpu")
    return open_stylizer(
        job.method, stylizer_settings(job, styles, device=cpu, precision=torch.float32)
    )


def known(flow: FlowPair, stylized: torch.Tensor) -> Earlier:
    trust = trust_mask(flow.forward, flow.backward, variant="ruder2016")
    return Earlier(warped=warp(stylized, flow.backward), trust=trust)


def test_single_pass_is_what_the_definition_gives(job, tiny, settings, optimize, tmp_path):
    given = {**settings, **SINGLE, "frames": "1-3"}
    optimize(tiny, **given)
    method, flow = opened(job(tiny, **given)), open_flow_source("dis", FlowSettings())
    sources, stylized = pictures(tiny, 3), []
    for index, picture in enumerate(sources):
        earlier = [
            known(flow.between(FrameView(0, sources[back]), FrameView(0, picture)), stylized[back])
            for back in range(index - 1, max(index - 3, -1), -1)
        ]
        guidance = None
        if earlier:
            near, *older = earlier
            guidance = Guidance(warped=near.warped, trust=near.trust, older=tuple(older))
        stylized.append(method.stylize(picture, guidance).picture)
    for written, expected in zip(pictures(tmp_path / "out", 3), stylized, strict=True):
        assert (written - expected).abs().max() <= 0.5 / 255 + 1e-6


def test_passes_are_what_the_definition_gives(job, tiny, settings, optimize, tmp_path):
    """Every frame, then backwards, then forwards; half floats of flow and in between."""
    given = {**settings, **PASSES, "frames": "1-3"}
    optimize(tiny, **given)
    method, source = opened(job(tiny, **given)), open_flow_source("dis", FlowSettings())
    sources = pictures(tiny, 3)
    flows = {}
    for first in range(2):
        pair = source.between(FrameView(0, sources[first]), FrameView(0, sources[first + 1]))
        there, back = (field.half().float() for field in (pair.forward, pair.backward))
        flows[first, first + 1] = FlowPair(forward=there, backward=back)
        flows[first + 1, first] = FlowPair(forward=back, backward=there)
    last = [method.stylize(picture, None).picture.half().float() for picture in sources]
    for number, order in ((2, [2, 1, 0]), (3, [0, 1, 2])):
        now: dict[int, torch.Tensor] = {}
        for place, index in enumerate(order):
            near = Earlier(warped=last[index], trust=torch.zeros(1, 1, *SIZE))
            if place:
                beside = order[place - 1]
                near = known(flows[beside, index], now[beside])
            guidance = Guidance(
                warped=near.warped, trust=near.trust, previous_pass=last[index], pass_number=number
            )
            painted = method.stylize(sources[index], guidance).picture
            now[index] = painted if number == 3 else painted.half().float()
        last = [now[index] for index in range(3)]
    for written, expected in zip(pictures(tmp_path / "out", 3), last, strict=True):
        assert (written - expected).abs().max() <= 0.5 / 255 + 1e-6


@pytest.mark.slow
@pytest.mark.parametrize("name", METHODS)
def test_kill_at_any_moment_and_go_on(job, tiny, settings, unbroken, name):
    changes, frames = METHODS[name]
    given = job(tiny, **settings, **changes, frames=frames).to_dict()
    whole, calls = unbroken[name]
    out = Path(given["output"])
    for _ in children.kill_three_times(given, calls=calls, folder=out.parent, seed=5):
        assert hashes(out).items() <= whole.items()
    child = children.start(given, log=out.parent / "log")
    child.join()
    assert child.exitcode == 0
    assert hashes(out) == whole
    assert [path.suffix for path in (out / ".vst").iterdir()] == [".jsonl"]


def stop_at(job_given, wanted) -> list[object]:
    """Run until an event is wanted, then stop; return the events."""
    stop, events = StopRequest(), []

    def tell(event: object) -> None:
        events.append(event)
        if wanted(events):
            stop.request()

    with pytest.raises(Interrupted):
        run_job(job_given, tell, stop=stop)
    return events


def passes_told(events) -> list[str]:
    return [event.text for event in events if isinstance(event, Progress)]


@pytest.mark.slow
def test_a_stopped_run_goes_on_at_its_pass_and_frame(job, tiny, settings, unbroken, tmp_path):
    given = job(tiny, **settings, **PASSES, frames="1-4")
    stopped = stop_at(given, lambda events: len(passes_told(events)) == 7)
    assert passes_told(stopped)[-1] == "pass 2 of 3, frame 2"
    folder = plan_job(given).paths.passes
    assert len(list(folder.glob("pass_*.exr"))) == 4  # one picture a frame
    went_on = passes_told(events_of(given))
    assert went_on[0] == "pass 2 of 3, frame 2"
    assert len(went_on) == 12 - 6
    assert hashes(tmp_path / "out") == unbroken["passes"][0]
    assert not folder.exists()


@pytest.mark.slow
def test_a_slow_method_keeps_every_frame(job, tiny, settings, unbroken, tmp_path):
    given = job(tiny, **settings, **SINGLE, frames="1-6")
    stop_at(given, lambda events: sum(isinstance(e, FrameDone) for e in events) == 3)
    assert plan_job(given).resume.computed == {3, 4, 5}
    assert made(events_of(given)) == [4, 5, 6]
    assert hashes(tmp_path / "out") == unbroken["single"][0]


def test_progress_and_frames_are_told_in_order(tiny, optimize):
    events = optimize(tiny, **PASSES, frames="1-3")
    fractions = [event.fraction for event in events if isinstance(event, Progress)]
    assert fractions == [pytest.approx(n / 9) for n in range(9)]
    assert passes_told(events)[3:6] == [f"pass 2 of 3, frame {n}" for n in (3, 2, 1)]
    assert made(events) == [1, 2, 3]


@pytest.mark.slow
@pytest.mark.parametrize("limit", [0.0, 2e-5])
def test_the_flow_cache_changes_no_byte(tiny, optimize, unbroken, tmp_path, limit):
    events = optimize(tiny, **PASSES, frames="1-4", flow_cache=limit)
    assert hashes(tmp_path / "out") == unbroken["passes"][0]
    warned = [event.text for event in events if isinstance(event, Warned)]
    assert len(warned) == (limit > 0)
    assert all("limit of 2e-05 GB" in text for text in warned)


@pytest.mark.slow
def test_shots_are_made_by_themselves(tiny_shots, optimize, tmp_path):
    events = optimize(tiny_shots, **PASSES, frames="4-7")
    assert [event.frame for event in events if isinstance(event, CutFound)] == [6]
    optimize(tiny_shots, **PASSES, frames="4-5", output=str(tmp_path / "first"))
    optimize(tiny_shots, **PASSES, frames="6-7", output=str(tmp_path / "second"))
    alone = hashes(tmp_path / "first") | hashes(tmp_path / "second")
    assert hashes(tmp_path / "out") == alone


@pytest.mark.slow
def test_a_named_cut_is_one(tiny, optimize, tmp_path):
    optimize(tiny, **PASSES, frames="1-4", cuts="3")
    optimize(tiny, **PASSES, frames="3-4", output=str(tmp_path / "alone"))
    assert hashes(tmp_path / "alone").items() <= hashes(tmp_path / "out").items()


def test_without_motion_every_frame_stands_alone(tiny, optimize, tmp_path):
    events = optimize(tiny, **PASSES, frames="1-2", flow="none")
    assert not [event for event in events if isinstance(event, CutFound)]
    optimize(tiny, **PASSES, frames="2", flow="none", output=str(tmp_path / "alone"))
    assert hashes(tmp_path / "alone").items() <= hashes(tmp_path / "out").items()


@pytest.mark.slow
def test_a_finished_frame_that_is_gone_is_made_again(tiny, optimize, unbroken, tmp_path):
    optimize(tiny, **PASSES, frames="1-4")
    assert made(optimize(tiny, **PASSES, frames="1-4")) == []
    (tmp_path / "out/frame_0003.png").unlink()
    assert made(optimize(tiny, **PASSES, frames="1-4")) == [3]
    assert hashes(tmp_path / "out") == unbroken["passes"][0]


@pytest.mark.slow
def test_a_damaged_picture_between_passes_costs_time_only(job, tiny, settings, unbroken, tmp_path):
    given = job(tiny, **settings, **PASSES, frames="1-4")
    stop_at(given, lambda events: len(passes_told(events)) == 7)
    damaged = sorted(plan_job(given).paths.passes.glob("pass_*.exr"))[1]
    damaged.write_bytes(damaged.read_bytes()[:300])
    assert len(passes_told(events_of(given))) == 12
    assert hashes(tmp_path / "out") == unbroken["passes"][0]


@pytest.mark.slow
def test_a_changed_input_begins_anew(job, tiny, settings, unbroken, tmp_path):
    source = tmp_path / "in"
    shutil.copytree(tiny, source)
    (source / "frame_0004.png").write_bytes((tiny / "frame_0009.png").read_bytes())
    given = job(source, **settings, **PASSES, frames="1-4")
    stop_at(given, lambda events: len(passes_told(events)) == 7)
    (source / "frame_0004.png").write_bytes((tiny / "frame_0004.png").read_bytes())
    assert len(passes_told(events_of(given))) == 12
    assert hashes(tmp_path / "out") == unbroken["passes"][0]


def test_overwrite_begins_anew(job, tiny, settings):
    given = job(tiny, **settings, **PASSES, frames="1-2")
    stop_at(given, lambda events: len(passes_told(events)) == 4)
    again = given.with_changes({"overwrite": True})
    assert len(passes_told(events_of(again))) == 6


@pytest.mark.slow
def test_memory_does_not_grow_with_the_shot(job, tiny, settings, tmp_path, monkeypatch):
    """The most pictures that are alive at the start of any frame of any pass.

    How many frames the writer holds depends on how quick the disk is, so it is waited for.
    """
    submit, most = WriteBehind.submit, []

    def submit_and_wait(self: WriteBehind, result: object) -> None:
        submit(self, result)
        wait(self._waiting)

    monkeypatch.setattr(WriteBehind, "submit", submit_and_wait)
    for count in (3, 6):
        counts: list[int] = []

        def look(event: object, counts: list[int] = counts) -> None:
            if isinstance(event, Progress):
                alive = (each for each in gc.get_objects() if type(each) is torch.Tensor)
                counts.append(sum(each.shape[-2:] == SIZE for each in alive))

        changes = {**PASSES, "pass_iterations": 1, "read_ahead": 0}
        out = str(tmp_path / f"out-{count}")
        run_job(job(tiny, **settings, **changes, frames=f"1-{count}", output=out), look)
        most.append(max(counts))
    assert most[1] <= most[0]
