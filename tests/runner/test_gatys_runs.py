"""Gatys as a run: what it tells, shows and keeps, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from runs import hashes, made

from vst_core import features
from vst_core.errors import InputError, Interrupted, OutputError, UsageError
from vst_core.hosts.hashes import file_hash
from vst_core.image import read_picture, write_picture
from vst_core.job import StylizeJob
from vst_core.protocol import FrameDone, Iterated, Message
from vst_core.runner import StopRequest, plan_job, run_job
from vst_core.runner import run as running
from vst_core.runner.io.live_preview import Preview
from vst_core.runner.resume.frame_key import difference

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def tiny(shot: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three frames of the shot, 40 x 24."""
    folder = tmp_path_factory.mktemp("tiny")
    for number in range(1, 4):
        picture = read_picture(shot / f"frame_{number:04d}.png")
        small = torch.nn.functional.interpolate(picture, size=(24, 40), mode="area")
        write_picture(folder / f"frame_{number:04d}.png", small)
    return folder


@pytest.fixture
def gatys(job, painting: str, tiny: Path) -> Callable[..., StylizeJob]:
    """Make a job of a few iterations over the tiny frames."""

    def make(**changes: object) -> StylizeJob:
        given = {"method": "gatys", "style": painting, "features": "lite", "iterations": 3,
                 **changes}  # fmt: skip
        return job(tiny, **given)

    return make


def run(job: StylizeJob, stop: StopRequest | None = None) -> list[Message]:
    events: list[Message] = []
    run_job(job, events.append, stop=stop)
    return events


def test_every_frame_tells_of_its_iterations(gatys):
    events = run(gatys())
    assert made(events) == [1, 2, 3]
    told = [event for event in events if isinstance(event, Iterated)]
    assert {event.frame for event in told} == {1, 2, 3}
    last = [event for event in told if event.iteration == event.iterations]
    assert [event.frame for event in last] == [1, 2, 3]
    for event in told:
        assert (event.iterations, event.width, event.height) == (3, 40, 24)
        assert (event.number, event.passes) == (1, 1)
        assert event.loss > 0
        assert {"content relu4_2", "style relu1_1"} <= set(event.losses)


@pytest.mark.slow
def test_stopped_within_a_frame_it_goes_on_and_gives_the_same(gatys, tmp_path):
    whole = gatys(output=str(tmp_path / "whole"))
    run(whole)
    stop, job = StopRequest(), gatys()

    def listen(event: Message) -> None:
        if isinstance(event, Iterated) and event.frame == 2:
            stop.request(2)

    with pytest.raises(Interrupted):
        run_job(job, listen, stop=stop)
    assert sorted(hashes(tmp_path / "out")) == ["frame_0001.png"]
    events = run(job)
    assert [e.frame for e in events if isinstance(e, FrameDone) and e.skipped] == [1]
    assert hashes(tmp_path / "out") == hashes(tmp_path / "whole")


@pytest.mark.slow
def test_frames_stand_alone_unless_they_start_from_the_one_before(gatys, tmp_path):
    run(gatys())
    run(gatys(frames="3", output=str(tmp_path / "alone")))
    assert hashes(tmp_path / "alone").items() <= hashes(tmp_path / "out").items()
    run(gatys(start="previous", output=str(tmp_path / "chain")))
    chain = hashes(tmp_path / "chain")
    assert chain["frame_0001.png"] == hashes(tmp_path / "out")["frame_0001.png"]
    assert chain["frame_0003.png"] != hashes(tmp_path / "out")["frame_0003.png"]


@pytest.mark.slow
def test_a_loss_that_is_no_number_names_its_frame_and_keeps_the_others(
    gatys, tmp_path, monkeypatch
):
    from vst_core.optimizer import objective

    calls = []

    def broken(picture: torch.Tensor) -> torch.Tensor:
        calls.append(1)
        value = float("nan") if len(calls) > 8 else 0.0
        return picture.mean(dim=(1, 2, 3)) * value

    monkeypatch.setattr(objective, "range_loss", broken)
    with pytest.raises(UsageError, match=r"^Frame [23]: The loss became nan\. Lower the weights"):
        run(gatys())
    assert "frame_0001.png" in hashes(tmp_path / "out")


@pytest.mark.parametrize(
    "changes",
    [{"style_weight": 9.0}, {"threads": 2}, {"colors_by": "statistics"}, {"start": "noise"},
     {"style_layers": "relu1_1"}],
)  # fmt: skip
def test_what_decides_the_look_decides_the_fingerprint(gatys, changes):
    keep = {"original_colors": True}
    before, now = (plan_job(gatys(**keep, **more)).run_key for more in ({}, changes))
    assert difference(before, now)


def test_what_does_not_decide_the_look_does_not(gatys, tmp_path):
    quiet = {"preview": str(tmp_path / "p.png"), "flow_cache": 1.0, "read_ahead": 0}
    quiet |= {"passes": 7, "blend": 0.5, "temporal_weight": 3.0, "long_term": "1"}
    assert difference(plan_job(gatys()).run_key, plan_job(gatys(**quiet)).run_key) == ""
    network = {"method": "itn", "style": "muse", "style_weight": 3.0}
    plain = {"method": "itn", "style": "muse"}
    fingerprints = [plan_job(gatys(**one)).run_key for one in (network, plain)]
    assert difference(*fingerprints) == ""


def test_the_weights_of_the_shipped_encoder_decide_the_look(gatys):
    """They are trained anew now and then; frames of both would not fit together."""
    shipped = Path(features.__file__).with_name("lite.safetensors")
    found = plan_job(gatys(features="lite")).run_key["features"]
    assert found == f"lite {file_hash(shipped)[:12]}"


@pytest.mark.weights
def test_a_sketch_decides_the_look_of_what_is_sketched(gatys, shared):
    weights = str(shared / "weights")
    shown = [
        plan_job(gatys(features=features, sketch=sketch, weights_dir=weights)).run_key
        for features in ("vgg19-gatys", "lite")
        for sketch in (0.0, 0.3, 0.4)
    ]
    none, less, more, *lite = shown
    assert none["features"] == "vgg19-gatys"
    assert more["features"] == f"{lite[0]['features']}, vgg19-gatys"
    assert difference(none, less)
    assert difference(less, more) == "sketch was '0.3', is now '0.4'"
    assert lite[0] == lite[1] == lite[2]


@pytest.mark.parametrize("changes", [{"temporal_weight": 3.0}, {"long_term": "1"}])
def test_what_holds_frames_together_decides_the_look_of_methods_that_hold(gatys, changes):
    before, now = (plan_job(gatys(method="ruder", **more)).run_key for more in ({}, changes))
    assert difference(before, now)


@pytest.mark.parametrize(("method", "same"), [("ruder", True), ("ruder-multipass", False)])
def test_passes_decide_the_look_of_methods_of_several(gatys, method, same):
    for changes in ({"passes": 7}, {"pass_iterations": 3}, {"blend": 0.5}, {"temporal_from": 2}):
        before, now = (plan_job(gatys(method=method, **m)).run_key for m in ({}, changes))
        assert (difference(before, now) == "") is same


@pytest.mark.slow
def test_colors_are_kept_both_ways(gatys, tiny, tmp_path):
    source = read_picture(tiny / "frame_0001.png")
    for way in ("luminance", "statistics"):
        out = tmp_path / way
        run(gatys(original_colors=True, colors_by=way, output=str(out), frames="1"))
        found = read_picture(out / "frame_0001.png")
        means = [picture.mean(dim=(0, 2, 3)) for picture in (found, source)]
        torch.testing.assert_close(*means, atol=0.05, rtol=0)


@pytest.mark.slow
def test_the_preview_shows_the_frame_at_hand(gatys, tmp_path):
    place = tmp_path / "now.png"
    run(gatys(preview=str(place), frames="1"))
    assert read_picture(place).shape == (1, 3, 24, 40)


def test_a_preview_that_fails_is_said_once_and_ends_nothing(tmp_path):
    said: list[str] = []
    preview = Preview(str(tmp_path / "gone" / "p.png"), said.append)
    for _ in range(3):
        preview.show(torch.rand(1, 3, 8, 8))
    assert len(said) == 1
    assert said[0].startswith("No more previews: ")


def test_previews_that_cannot_be_are_refused_before_any_work(gatys, tmp_path):
    with pytest.raises(UsageError, match=r"--preview cannot be 'p\.exr'\. Name a file that ends"):
        plan_job(gatys(preview="p.exr"))
    with pytest.raises(OutputError, match=r"The folder of the preview '.*p\.png' is not there"):
        plan_job(gatys(preview=str(tmp_path / "no" / "p.png")))


def test_paintings_are_looked_at_before_any_work(gatys, tmp_path):
    import cv2

    dot = tmp_path / "dot.png"
    cv2.imwrite(str(dot), np.zeros((1, 1, 3), np.uint8))
    with pytest.raises(InputError, match=r"dot\.png' is 1 x 1 pixels, too small"):
        plan_job(gatys(style=str(dot)))
    dot.write_text("no picture")
    with pytest.raises(InputError, match=r"dot\.png"):
        plan_job(gatys(style=str(dot)))
    with pytest.raises(UsageError, match=r"The layers 'a:x' cannot be read\. Write layers"):
        plan_job(gatys(style_layers="a:x"))
    with pytest.raises(UsageError, match=r"'muse' .*vgg19-gatys.* --features vgg16"):
        plan_job(gatys(style="muse", features="vgg19-gatys"))


@pytest.mark.parametrize(("tile", "wanted"), [(128, True), (0, False)])
def test_in_tiles_freed_memory_is_given_back(gatys, tile, wanted, monkeypatch):
    asked, real = [], running.kept_memory
    monkeypatch.setattr(running, "tile_side", lambda job, size, device: tile)
    monkeypatch.setattr(
        running, "kept_memory", lambda *, large: asked.append(large) or real(large=large)
    )
    run(gatys(frames="1", iterations=1))
    assert asked == [wanted]
