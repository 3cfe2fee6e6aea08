"""What every shipped style makes of black, flat, dark, fading and cut out frames."""

import numpy as np
import pytest
from PIL import Image
from small_pictures import (
    SHOWN,
    SIZE,
    STYLES,
    cut_out,
    disc,
    painted,
    pixels_in,
    small_shot,
    still,
)

from vst_core.job import StylizeJob
from vst_core.runner import run_job

EACH = [
    pytest.param(name, marks=[] if name in SHOWN else pytest.mark.slow, id=name) for name in STYLES
]
each_style = pytest.mark.parametrize("style", EACH)


@pytest.fixture(scope="module")
def shot(project):
    return small_shot(project)


def field(shared, name, tmp_path, pattern="f", **settings):
    """Paint a folder of other people's files; return the sources and the results."""
    folder, out = shared / "data/field" / name, tmp_path / "field"
    job = StylizeJob(
        input=f"{folder}/{pattern}.%04d.png", output=str(out), missing="skip", **settings
    )
    run_job(job, lambda message: None)
    sources = [np.asarray(Image.open(p)).astype(int) for p in sorted(folder.glob(f"{pattern}.*"))]
    return sources, pixels_in(out)


@pytest.mark.slow
@each_style
@pytest.mark.parametrize("color", [(0, 0, 0), (0, 0, 200), (255, 255, 255)])
def test_one_color_stays_that_color(tmp_path, style, color):
    found = painted(tmp_path, [still(*color)] * 24, style=style)
    assert max(np.abs(frame - color).max() for frame in found) <= 12
    assert np.abs(found[-1] - found[1]).max() <= 2


@pytest.mark.slow
@each_style
def test_a_fade_ends_in_black(tmp_path, shot, style):
    shares = np.linspace(1, 0, 24)
    found = painted(tmp_path, [shot[n // 2] * share for n, share in enumerate(shares)], style=style)
    means = np.array([frame.mean() for frame in found])
    assert np.abs(means / means[0] - shares).max() < 0.1
    assert means[-1] < 6


@each_style
def test_a_dark_slope_with_grain_is_calm(tmp_path, style):
    random = np.random.default_rng(0)
    slope = np.linspace(2, 24, SIZE[1])[None, :, None] * np.ones((*SIZE, 3))
    frames = [slope + random.normal(0, 1.5, slope.shape) for _ in range(6)]
    found = painted(tmp_path, frames, style=style)
    assert max(frame.max() for frame in found) <= 60
    for frame in found:
        assert np.abs(frame.mean((0, 1)) - slope.mean()).max() < 12
    assert np.abs(found[-1] - found[1]).mean() < 3


@each_style
def test_black_beside_a_flat_color_stays_black(tmp_path, style):
    half = still(0, 0, 0)
    half[:, SIZE[1] // 2 :] = (40, 90, 200)
    found = painted(tmp_path, [half] * 4, style=style)
    assert max(frame[:, : SIZE[1] // 2 - 12].max() for frame in found) <= 12
    assert np.array_equal(found[1], found[3])


@pytest.mark.slow
@each_style
def test_a_night_is_no_day(tmp_path, shot, style):
    night = 255 * (0.05 * (shot[0] / 255) ** 2.2 * np.array([0.75, 0.95, 1.4])) ** (1 / 2.2)
    (day,) = painted(tmp_path, shot[:1], style=style, name="day")
    (dark,) = painted(tmp_path, [night], style=style, name="night")
    assert dark.mean() / day.mean() == pytest.approx(night.mean() / shot[0].mean(), rel=0.35)


@pytest.mark.slow
def test_bars_that_come_in_the_middle_stay_black(tmp_path, shot):
    frames = [frame.copy() for frame in shot[:6]]
    for frame in frames[3:]:
        frame[:10], frame[-10:] = 0, 0
    found = painted(tmp_path, frames)
    assert min(frame[:8].mean() for frame in found[:3]) > 30
    assert max(frame[:10].max() for frame in found[3:]) == 0
    assert max(frame[-10:].max() for frame in found[3:]) == 0


@pytest.mark.slow
def test_single_white_and_black_frames_are_no_new_shots(tmp_path, shot):
    frames = [shot[n] for n in range(8)]
    frames[2], frames[5] = still(255, 255, 255), still(0, 0, 0)
    found = painted(tmp_path, frames)
    assert found[2].min() == 255
    assert found[5].max() == 0
    others = [frame.mean() for n, frame in enumerate(found) if n not in (2, 5)]
    assert max(others) - min(others) < 4


@pytest.mark.slow
@pytest.mark.parametrize("method", ["vtn", "itn"])
def test_a_growing_matte_changes_no_color_inside(tmp_path, shot, method):
    mattes = [disc(28, 40, radius) for radius in (9, 24, 45, 90)]
    frames = [cut_out(shot[0], matte) for matte in mattes]
    found = painted(tmp_path, frames, mode="RGBA", method=method)
    for matte in mattes[:-1]:
        inside = matte >= 255
        means = [f[inside][:, :3].mean(0) for f, m in zip(found, mattes, strict=True) if
                 (m >= matte).all()]  # fmt: skip
        assert np.ptp(means, axis=0).max() < 1


@pytest.mark.slow
def test_a_character_that_walks_in_keeps_its_colors(tmp_path, shot):
    """The balloon comes in from the left over nothing, until all of it is seen."""
    ball = disc(25, 38, 20)
    frames = []
    for step in range(-40, 24, 8):
        moved = [np.roll(one, step, axis=1) for one in (shot[0], ball)]
        if step < 0:
            moved[1][:, step:] = 0
        frames.append(cut_out(*moved))
    found = painted(tmp_path, frames, mode="RGBA")
    means = []
    for frame, source in zip(found, frames, strict=True):
        there = source[..., 3] >= 255
        if there.sum() > 200:
            balloon = there & (source[..., 0] > source[..., 2] + 60)
            means.append(frame[balloon][:, :3].mean(0))
    assert len(means) >= 5
    assert np.ptp(means[1:], axis=0).max() < 22


@each_style
def test_the_black_frames_of_a_report(shared, tmp_path, style):
    sources, found = field(shared, "black-and-flat-frames", tmp_path, "black", style=style)
    for source, frame in zip(sources, found, strict=True):
        assert np.abs(frame - source).max() <= 12


@pytest.mark.slow
@each_style
def test_the_fade_of_a_report(shared, tmp_path, style):
    sources, found = field(shared, "fade-lost", tmp_path, style=style)
    wanted, means = ([frame.mean() for frame in frames] for frames in (sources, found))
    assert np.abs(np.divide(means, means[0]) - np.divide(wanted, wanted[0])).max() < 0.1
    assert max(means[-2:]) < 6


@each_style
def test_the_drawings_on_twos_of_a_report(shared, tmp_path, style):
    _, found = field(shared, "duplicates-boil", tmp_path, style=style)
    assert np.array_equal(found[0], found[1])
    assert np.array_equal(found[2], found[3])
    assert not np.array_equal(found[1], found[2])


@pytest.mark.slow
@each_style
def test_the_growing_cut_out_of_a_report(shared, tmp_path, style):
    sources, found = field(
        shared, "empty-surroundings-decide-colours", tmp_path, "grow", style=style
    )
    inside = sources[0][..., 3] >= 255
    means = [frame[inside][:, :3].mean(0) for frame in found]
    assert np.ptp(means, axis=0).max() < 12


@pytest.mark.slow
@pytest.mark.parametrize(
    "given",
    [
        {"method": "vtn"},
        {"method": "itn"},
        {"method": "gatys", "features": "lite", "iterations": 6},
        {"method": "gatys", "features": "lite", "iterations": 6, "start": "noise"},
        {"method": "ruder", "features": "lite", "iterations": 6},
        {"method": "ruder-multipass", "features": "lite", "passes": 2, "pass_iterations": 3},
    ],
    ids=["vtn", "itn", "gatys", "noise", "ruder", "passes"],
)
def test_hidden_colors_change_nothing_that_is_seen(tmp_path, shot, given):
    matte = disc(36, 50, 26)
    found = [
        painted(
            tmp_path,
            [cut_out(frame, matte, hidden) for frame in shot[:2]],
            mode="RGBA",
            name=f"hidden{hidden}",
            **given,
        )
        for hidden in (0, 255)
    ]
    for one, other in zip(*found, strict=True):
        assert np.abs(one - other)[matte > 0].max() <= 1
