"""Shots with grain: steadier with `--denoise-guide`, and the same where there is none."""

import itertools
from pathlib import Path

import pytest
import torch

from vst_core.errors import UsageError
from vst_core.image import read_picture, write_picture
from vst_core.job import StylizeJob

SHOT = Path(__file__).resolve().parents[1] / "shot"


@pytest.fixture
def still(tmp_path):
    """Write one picture four times, each time with grain of its own."""
    picture = read_picture(SHOT / "balloon_0001.png")[..., 40:200, 100:324]
    for frame in range(1, 5):
        noise = torch.randn(picture.shape, generator=torch.Generator().manual_seed(frame))
        write_picture(tmp_path / f"in_{frame:04d}.png", (picture + noise * 8 / 255).clamp(0, 1))
    return tmp_path / "in_%04d.png"


def made(run, source, folder, **given):
    run(source, output=str(folder), preroll=0, method="itn", cuts="off", **given)
    return [read_picture(path) for path in sorted(folder.glob("*.png"))]


def flicker(frames):
    """Return the mean squared change from frame to frame; the picture stands still."""
    pairs = itertools.pairwise(frames)
    return sum(float((one - other).square().mean()) for one, other in pairs) / (len(frames) - 1)


def test_grain_flickers_less_as_strokes(run, still, tmp_path):
    plain = made(run, still, tmp_path / "plain")
    calm = made(run, still, tmp_path / "calm", denoise_guide=True)
    assert flicker(calm) < 0.9 * flicker(plain)


def test_grain_that_is_kept_lies_on_the_paint(run, still, tmp_path):
    calm = made(run, still, tmp_path / "calm", denoise_guide=True)
    kept = made(run, still, tmp_path / "kept", denoise_guide=True, grain="keep")
    source = read_picture(str(still) % 1)
    grain = kept[0] - calm[0]
    assert 2 / 255 < float(grain.std()) < 16 / 255
    high = source - torch.nn.functional.avg_pool2d(source, 5, 1, 2)
    stacked = torch.stack([grain.flatten(), high.flatten()])
    assert torch.corrcoef(stacked)[0, 1] > 0.5


def test_a_shot_without_grain_stays_as_it_is(run, tmp_path):
    words = {"frames": "1-2", "proxy": "1/4"}
    plain = made(run, SHOT, tmp_path / "plain", **words)
    calm = made(run, SHOT, tmp_path / "calm", denoise_guide=True, **words)
    assert all(torch.equal(one, other) for one, other in zip(plain, calm, strict=True))


def test_grain_is_put_back_only_where_it_was_taken_out():
    with pytest.raises(UsageError, match="--denoise-guide") as told:
        StylizeJob(input="in", output="out", grain="keep")
    assert told.value.exit_code == 2
