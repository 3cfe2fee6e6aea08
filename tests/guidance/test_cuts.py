"""Cuts: found between shots, and only there."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from vst_core.flow import FlowSettings, FrameView, open_flow_source
from vst_core.guidance import compare
from vst_core.guidance.cuts import _means
from vst_core.image import read_picture
from vst_core.motion import trust_mask

SIZE = (120, 256)
SHOT = Path(__file__).resolve().parents[1] / "shot"


def _picture(path: Path) -> torch.Tensor:
    return F.interpolate(read_picture(path), size=SIZE, mode="bilinear", antialias=True)


def _is_cut(previous: torch.Tensor, current: torch.Tensor) -> bool:
    flow = open_flow_source("dis", FlowSettings()).between(
        FrameView(1, previous), FrameView(2, current)
    )
    trust = trust_mask(flow.forward, flow.backward)
    return compare(previous, current).is_cut(int((trust > 0.5).sum()) / trust.numel())


def _shots(shared: Path) -> dict[str, list[Path]]:
    data = shared / "data"
    return {
        "alley": sorted((data / "sequences/sintel_alley_1").glob("*.png")),
        "davis": sorted((data / "sequences/davis_drift_straight/frames").glob("*.jpg")),
        "alley_2": sorted((data / "flow/sintel_pairs/alley_2_clean/frames").glob("*.png")),
        "market": sorted((data / "flow/sintel_pairs/market_5_final/frames").glob("*.png")),
        "marple": sorted((data / "flow/ruder_marple").glob("*.ppm")),
        "blender": sorted((data / "sequences/blender_vectors/singlepart_4.2").glob("*.exr")),
    }


def test_the_example_shot_has_no_cut_and_joins_with_others_are_cuts():
    pictures = [_picture(path) for path in sorted(SHOT.glob("balloon_*.png"))]
    assert len(pictures) == 16
    assert not any(_is_cut(a, b) for a, b in pairwise(pictures))
    last = pictures[-1]
    for other in (last.flip(2).roll(1, 1), 1 - last, 0.2 * last.flip(3)):
        assert _is_cut(last, other)
        assert _is_cut(other, last)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["alley", "davis", "alley_2", "market", "marple", "blender"])
def test_no_cut_inside_a_shot(shared, name):
    paths = _shots(shared)[name]
    pictures = [_picture(path) for path in paths[: 30 if len(paths) > 30 else None]]
    assert len(pictures) >= 2
    assert not any(_is_cut(a, b) for a, b in pairwise(pictures))


def test_every_join_of_two_shots_is_a_cut(shared):
    ends = {name: (_picture(p[0]), _picture(p[-1])) for name, p in _shots(shared).items()}
    for before, (_, last) in ends.items():
        for after, (first, _) in ends.items():
            assert before == after or _is_cut(last, first), f"{before} to {after}"


def test_every_join_of_two_photographs_is_a_cut(shared):
    paths = sorted((shared / "data/photos").rglob("*.jpg"))[:24]
    pictures = [_picture(path) for path in paths]
    missed = [paths[i + 1].name for i, (a, b) in enumerate(pairwise(pictures)) if not _is_cut(a, b)]
    assert len(missed) <= 2, missed


def test_a_flash_that_the_flow_sees_through_is_none():
    torch.manual_seed(0)
    picture = F.interpolate(torch.rand(1, 3, 8, 16), size=SIZE, mode="bicubic").clamp(0, 1)
    change = compare(picture * 0.6, (picture * 0.6 + 0.15).clamp(0, 1))
    assert not change.is_cut(trusted=0.9)


def test_equal_pictures_do_not_differ():
    picture = torch.rand(1, 3, 40, 60)
    change = compare(picture, picture.clone())
    assert (change.colors, change.difference) == (0.0, 0.0)


@settings(deadline=None)
@given(st.integers(16, 300), st.integers(1, 100))
def test_a_cards_means_are_those_of_adaptive_pooling(length, count):
    line = torch.rand(1, 1, length, generator=torch.Generator().manual_seed(length))
    wanted = F.adaptive_avg_pool1d(line, count)[0]
    torch.testing.assert_close(line[0] @ _means(length, count).T, wanted)
