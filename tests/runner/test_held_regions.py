"""Held drawings with masks: the paint holds, and the masks cut it as they are."""

import itertools

import numpy as np
import pytest
from small_pictures import SIZE, disc, painted, save, small_shot, still


@pytest.fixture(scope="module")
def shot(project):
    return small_shot(project)


def masked(tmp_path, frames, mattes, *, name="run", **given):
    folder = tmp_path / f"{name}-masks"
    save(folder, [matte[..., None] * np.ones(3) for matte in mattes])
    mask = f"{folder}/f.%04d.png=wave"
    return painted(tmp_path, frames, name=name, mask=mask, preroll=2, **given)


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["soft", "hard", "resized", "blurred"])
def test_the_same_drawing_in_the_same_masks_is_painted_once(tmp_path, shot, mode):
    drawings = [shot[0], shot[0], shot[6], shot[6]]
    mattes = [disc(30, 40 + 20 * (n // 2), 20) for n in range(4)]
    found = masked(tmp_path, drawings, mattes, mask_mode=mode)
    assert np.array_equal(found[0], found[1])
    assert np.array_equal(found[2], found[3])
    assert not np.array_equal(found[1], found[2])


def test_a_mask_that_moves_over_a_held_drawing_moves_only_its_edge(tmp_path, shot):
    mattes = [disc(36, 44 + 6 * n, 18) for n in range(3)]
    found = masked(tmp_path, [shot[0]] * 3, mattes, mask_mode="hard")
    steps = zip(itertools.pairwise(found), itertools.pairwise(mattes), strict=True)
    for (before, now), (one, two) in steps:
        same = (one > 128) == (two > 128)
        assert np.array_equal(before[same], now[same])
        assert not np.array_equal(before, now)


def test_nothing_appears_around_a_title_in_regions(tmp_path):
    title = still(0, 0, 0)
    title[30:40, 40:88] = 255
    matte = np.zeros(SIZE)
    matte[:, :64] = 255
    found = masked(tmp_path, [title] * 2, [matte] * 2)
    assert max(frame[:20].max() for frame in found) == 0
    assert max(frame[52:].max() for frame in found) == 0


@pytest.mark.slow
def test_an_optimizer_holds_in_the_same_masks_and_paints_in_others(tmp_path, shot):
    mattes = [disc(36, 44, 20), disc(36, 44, 20), disc(36, 90, 20)]
    given = {"method": "ruder", "features": "lite", "iterations": 4, "threads": 1}
    found = masked(tmp_path, [shot[0]] * 3, mattes, **given)
    assert np.array_equal(found[0], found[1])
    assert not np.array_equal(found[1], found[2])
