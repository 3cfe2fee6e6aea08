"""Regions whose styles change along a shot, and regions in parts of a shot."""

from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from runs import hashes, made, stop_after

from vst_core.errors import InputError, OutputError
from vst_core.image import read_picture
from vst_core.job import StylizeJob
from vst_core.runner import plan_job

FRAMES = 6


def spot(frame):
    """A disc that moves faster than the picture."""
    drawn = np.zeros((40, 96), np.uint8)
    cv2.circle(drawn, (20 + 5 * frame, 20), 12, 255, -1)
    return drawn


@pytest.fixture
def masks(tmp_path):
    folder = tmp_path / "masks"
    folder.mkdir()
    for frame in range(1, FRAMES + 1):
        cv2.imwrite(str(folder / f"m.{frame:04d}.png"), spot(frame))
    return folder


@pytest.fixture
def settings(masks, cards):
    """In the disc from the first style to the second, elsewhere the other way round."""
    first, second = cards
    return {"mask": f"{masks}/m.%04d.png={first}@1,{second}@{FRAMES}",
            "style": f"{second}@2,{first}@4", "frames": f"1-{FRAMES}", "threads": 1,
            "preroll": 1}  # fmt: skip


def pictures(folder):
    return [read_picture(path) for path in sorted(Path(folder).glob("*.png"))]


@pytest.mark.slow
@pytest.mark.parametrize("method", ["itn", "vtn"])
def test_every_region_is_as_its_transition_alone(run, shot, settings, tmp_path, method):
    given = {**settings, "method": method}
    run(shot, **given, mask_mode="hard")
    inside = given.pop("mask").partition("=")[2]
    run(shot, **given, output=str(tmp_path / "outside"))
    run(shot, **{**given, "style": inside}, output=str(tmp_path / "inside"))
    alone = zip(pictures(tmp_path / "outside"), pictures(tmp_path / "inside"), strict=True)
    for frame, (out, within) in enumerate(alone, start=1):
        there = torch.from_numpy(spot(frame) > 0)
        made_of_both = pictures(tmp_path / "out")[frame - 1]
        assert torch.equal(made_of_both, torch.where(there, within, out))


def test_one_region_may_change_while_the_others_stay(run, shot, settings, cards, tmp_path):
    run(shot, **settings, method="itn", mask_mode="hard", output=str(tmp_path / "both"))
    steady = {**settings, "style": str(cards[1]), "method": "itn", "mask_mode": "hard"}
    run(shot, **steady)
    there = torch.from_numpy(spot(5) > 0)
    one, both = (pictures(tmp_path / name)[4] for name in ("out", "both"))
    assert torch.equal(one[..., there], both[..., there])
    assert not torch.equal(one[..., ~there], both[..., ~there])


@pytest.mark.slow
def test_a_moved_key_of_a_region_remakes_only_its_frames(run, shot, settings):
    given = {**settings, "method": "itn"}
    assert len(made(run(shot, **given))) == FRAMES
    moved = given["mask"].replace(f"@{FRAMES}", f"@{FRAMES + 3}")
    assert made(run(shot, **{**given, "mask": moved})) == [2, 3, 4, 5, 6]
    with pytest.raises(OutputError):  # no transition any more: that is another job
        run(shot, **{**given, "mask": moved.partition("@")[0]})


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["soft", "resized"])
def test_a_stopped_transition_of_regions_goes_on_to_the_same_bytes(  # noqa: PLR0917
    job, run, shot, settings, tmp_path, mode
):
    given = {**settings, "mask_mode": mode, "mask_steady": "on"}
    run(shot, **given, output=str(tmp_path / "whole"))
    stop_after(job(shot, **given), 2)
    run(shot, **given)
    assert hashes(tmp_path / "out") == hashes(tmp_path / "whole")


@pytest.mark.slow
def test_an_optimizing_method_mixes_each_region_by_frame(run, shot, masks, tmp_path):
    given = {"method": "gatys", "features": "lite", "iterations": 2, "frames": "2", "threads": 1}
    place = f"{masks}/m.%04d.png"
    run(shot, **given, mask=f"{place}=muse@1,candy@3", style="wave", output=str(tmp_path / "over"))
    half = {**given, "mask": f"{place}=muse:1,candy:1", "style": "wave"}
    run(shot, **half)
    assert hashes(tmp_path / "out") == hashes(tmp_path / "over")
    run(shot, **{**half, "mask": f"{place}=muse"}, output=str(tmp_path / "first"))
    assert hashes(tmp_path / "first") != hashes(tmp_path / "over")


def test_a_job_and_its_plan_tell_of_changing_regions(job, shot, settings):
    asked = job(shot, **settings)
    assert asked.animated == ("style",)
    assert StylizeJob.from_toml(asked.to_toml()) == asked
    plan = plan_job(asked)
    assert [card.name for card, _ in plan.cards] == ["first", "second", "second", "first"]
    # Frame 4: the disc is at 3 of its 5 steps, and elsewhere the change is over.
    assert asked.values_at(4).shares == pytest.approx((0.4, 0.6, 0.0, 1.0))


@pytest.mark.slow
def test_chunks_with_regions_are_one_run_byte_for_byte(run, shot, settings, tmp_path):
    given = {**settings, "mask_steady": "on"}
    run(shot, **given, output=str(tmp_path / "whole"))
    state = str(tmp_path / "state")
    run(shot, **{**given, "frames": "1-3"}, state_out=state)
    assert made(run(shot, **{**given, "frames": "4-6"}, state_in=state)) == [4, 5, 6]
    assert hashes(tmp_path / "out") == hashes(tmp_path / "whole")


@pytest.mark.slow
def test_a_warm_up_with_regions_uses_their_masks(run, shot, settings, masks, tmp_path):
    given = {**settings, "mask_steady": "on"}
    run(shot, **given, output=str(tmp_path / "whole"))
    chunk = {**given, "frames": "5-6", "warm_up": "auto"}  # all four frames before
    assert made(run(shot, **chunk)) == [5, 6]
    assert hashes(tmp_path / "out").items() <= hashes(tmp_path / "whole").items()
    cv2.imwrite(str(masks / "m.0002.png"), spot(9))  # a warm-up frame's mask decides bytes too
    assert made(run(shot, **chunk)) == [5, 6]
    (masks / "m.0003.png").unlink()
    with pytest.raises(InputError) as told:
        run(shot, **chunk)
    assert told.value.exit_code == 3
    assert "missing: 3" in str(told.value)
    assert "\n" not in str(told.value)
