"""Runs with region styles: what the files hold, what makes them anew, and going on."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from runs import hashes, made, stop_after

from vst_core.errors import InputError, OutputError, UsageError
from vst_core.image import read_picture
from vst_core.runner import plan_job

SIZE = (40, 96)


def _spot(frame: int) -> np.ndarray:
    """A disc that moves faster than the picture."""
    spot = np.zeros(SIZE, np.uint8)
    cv2.circle(spot, (20 + 5 * frame, 20), 12, 255, -1)
    return spot


@pytest.fixture
def masks(tmp_path: Path) -> Path:
    """Folder with the masks of the frames 1 to 6."""
    folder = tmp_path / "masks"
    folder.mkdir()
    for frame in range(1, 7):
        cv2.imwrite(str(folder / f"m.{frame:04d}.png"), _spot(frame))
    return folder


@pytest.fixture
def settings(masks: Path, cards: tuple[Path, Path]) -> dict:
    """The second style in the disc, the first one elsewhere."""
    return {"mask": f"{masks}/m.%04d.png={cards[1]}", "frames": "1-6", "threads": 1}


def _pictures(folder: Path) -> list[torch.Tensor]:
    return [read_picture(path) for path in sorted(folder.glob("*.png"))]


@pytest.mark.slow
def test_every_region_is_as_its_style_alone_makes_it(run, shot, cards, settings, tmp_path):
    run(shot, **settings, mask_mode="hard")
    for number, card in enumerate(cards):
        run(shot, style=str(card), frames="1-6", threads=1, output=str(tmp_path / f"alone{number}"))
    outside, inside = (_pictures(tmp_path / f"alone{number}") for number in (0, 1))
    for frame, picture in enumerate(_pictures(tmp_path / "out"), start=1):
        there = torch.from_numpy(_spot(frame) > 0)
        assert torch.equal(picture, torch.where(there, inside[frame - 1], outside[frame - 1]))


def test_what_has_no_style_stays_to_the_byte(run, shot, masks, tmp_path):
    run(shot, mask=f"{masks}/m.%04d.png", frames="1-6", threads=1)
    for frame, picture in enumerate(_pictures(tmp_path / "out"), start=1):
        source = read_picture(shot / f"frame_{frame:04d}.png")
        distance = cv2.distanceTransform(255 - _spot(frame), cv2.DIST_L2, 5)
        far = torch.from_numpy(distance > 6)
        assert torch.equal(picture[..., far], source[..., far])
        assert not torch.equal(picture[..., ~far], source[..., ~far])


@pytest.mark.slow
@pytest.mark.parametrize(
    "given",
    [
        {"mask_steady": "on"},
        {"mask_steady": "on", "mask_mode": "resized", "proxy": "1/2"},
        {"mask_mode": "blurred"},
    ],
)
def test_going_on_gives_the_bytes_of_an_unbroken_run(  # noqa: PLR0917
    job, run, shot, settings, given, tmp_path
):
    given = {**settings, **given}
    run(shot, **given, output=str(tmp_path / "whole"))
    stop_after(job(shot, **given), 3)
    assert made(run(shot, **given)) == [4, 5, 6]
    assert hashes(tmp_path / "out") == hashes(tmp_path / "whole")


@pytest.mark.slow
def test_a_changed_mask_makes_what_it_influences(run, shot, settings, masks, tmp_path):
    for method, expected in (("itn", [4]), ("vtn", [4, 5, 6])):
        cv2.imwrite(str(masks / "m.0004.png"), _spot(4))
        out = str(tmp_path / method)
        run(shot, **settings, method=method, output=out)
        cv2.imwrite(str(masks / "m.0004.png"), _spot(9))
        assert made(run(shot, **settings, method=method, output=out)) == expected
        run(shot, **settings, method=method, output=out + "fresh")
        assert hashes(Path(out)) == hashes(Path(out + "fresh"))


def test_masks_that_change_places_are_noticed(run, shot, cards, tmp_path):
    left, right = np.zeros(SIZE, np.uint8), np.zeros(SIZE, np.uint8)
    left[:, :40], right[:, 60:] = 255, 255
    for name, values in (("a.png", left), ("b.png", right)):
        cv2.imwrite(str(tmp_path / name), values)
    given = {"mask": f"{tmp_path}/a.png={cards[1]},{tmp_path}/b.png=none", "frames": "1-2"}
    run(shot, **given)
    (tmp_path / "a.png").rename(tmp_path / "c.png")
    (tmp_path / "b.png").rename(tmp_path / "a.png")
    (tmp_path / "c.png").rename(tmp_path / "b.png")
    assert made(run(shot, **given)) == [1, 2]


@pytest.mark.slow
def test_other_regions_are_other_settings(run, shot, settings, masks, cards):
    run(shot, **settings)
    with pytest.raises(OutputError, match="mask_mode was 'soft', is now 'hard'"):
        run(shot, **settings, mask_mode="hard")
    with pytest.raises(OutputError, match="regions was"):
        run(shot, **settings, style_outside="none")


def test_missing_masks_are_named_before_work(run, shot, settings, tmp_path):
    with pytest.raises(InputError, match="2 of 8 frames are missing: 7-8"):
        run(shot, **{**settings, "frames": "1-8"})
    assert not (tmp_path / "out").exists()


def test_a_mask_of_another_shape_is_told_before_work(run, shot, settings, masks, tmp_path):
    cv2.imwrite(str(masks / "m.0005.png"), np.zeros((40, 40), np.uint8))
    with pytest.raises(InputError, match=r"m\.0005\.png is 40 x 40, but the frames are 96 x 40"):
        run(shot, **settings)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"mask": "m.png", "segment": "saliency"}, "exclude each other"),
        ({"segment_box": "1,2,3,4"}, "--segment-box is for --segment grabcut"),
        ({"style_outside": "none"}, "--style-outside needs a mask"),
        ({"mask": "m.png", "method": "gatys", "mask_mode": "blurred"}, "is for the networks"),
    ],
)
def test_settings_that_contradict_each_other(job, shot, given, message):
    with pytest.raises(UsageError, match=message):
        plan_job(job(shot, **given))


def test_a_picture_without_alpha_has_no_mask(job, shot):
    with pytest.raises(InputError, match=r"Frame 1: .* has no alpha"):
        plan_job(job(shot, mask="alpha"))


@pytest.mark.slow
@pytest.mark.parametrize("method", ["itn", "vtn"])
def test_a_made_mask_goes_on_too(run, shot, tmp_path, method):
    given = {"segment": "grabcut", "segment_box": "14,1,32,32", "frames": "1-6", "threads": 1,
             "method": method}  # fmt: skip
    run(shot, **given, output=str(tmp_path / "whole"))
    run(shot, **{**given, "frames": "1-4"})
    assert made(run(shot, **given)) == [5, 6]
    assert hashes(tmp_path / "out") == hashes(tmp_path / "whole")
    source = read_picture(shot / "frame_0001.png")
    changed = (read_picture(tmp_path / "out/frame_0001.png") - source).abs().amax(1)[0] > 0
    assert not changed[:, 80:].any()
    assert changed[1:33, 14:46].float().mean() > 0.1


def test_a_plan_says_what_goes_where(job, shot, settings, cards):
    plan = plan_job(job(shot, **settings))
    assert plan.regions is not None
    assert plan.regions.texts[0].endswith(f"m.%04d.png: {cards[1]}")
    assert plan.regions.texts[1] == f"elsewhere: {cards[0]}"
    assert [style.name for style, _ in plan.cards] == ["second", "first"]


OPTIMIZING = {
    "gatys": {"iterations": 2},
    "ruder": {"iterations": 2, "long_term": "1,2"},
    "ruder-multipass": {"passes": 2, "pass_iterations": 1},
}


@pytest.fixture
def paintings(painting: str, masks: Path, tmp_path: Path) -> dict:
    """One painting in the disc, another one elsewhere."""
    inside = tmp_path / "inverted.png"
    cv2.imwrite(str(inside), 255 - cv2.imread(painting))
    return {"mask": f"{masks}/m.%04d.png={inside}", "style": painting, "frames": "1-3",
            "features": "lite", "threads": 1}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("method", OPTIMIZING)
def test_an_optimizing_method_paints_regions(run, shot, paintings, tmp_path, method):
    given = {**paintings, **OPTIMIZING[method], "method": method}
    run(shot, **given, style_outside="none", mask_mode="hard")
    for frame, picture in enumerate(_pictures(tmp_path / "out"), start=1):
        source = read_picture(shot / f"frame_{frame:04d}.png")
        there = torch.from_numpy(_spot(frame) > 0)
        assert torch.equal(picture[..., ~there], source[..., ~there])
        assert (picture - source)[..., there].abs().mean() > 0.01


@pytest.mark.slow
def test_an_optimized_run_with_regions_goes_on(run, shot, paintings, tmp_path):
    given = {**paintings, **OPTIMIZING["ruder"], "method": "ruder", "mask_steady": "on"}
    run(shot, **given, output=str(tmp_path / "whole"))
    run(shot, **{**given, "frames": "1-2"})
    assert made(run(shot, **given)) == [3]
    assert hashes(tmp_path / "out") == hashes(tmp_path / "whole")
