"""Black, flat, fading, flashing, held, cut out and letterboxed frames, by a shipped style."""

import itertools

import numpy as np
import pytest
from small_pictures import SIZE, painted, save, small_shot, still

from vst_core.job import StylizeJob
from vst_core.runner import run_job


@pytest.fixture(scope="module")
def shot(project):
    return small_shot(project)


@pytest.mark.parametrize("method", ["vtn", "itn"])
@pytest.mark.parametrize("color", [(0, 0, 0), (255, 255, 255), (0, 0, 200), (128, 128, 128)])
def test_one_color_stays_that_color(tmp_path, method, color):
    frames = painted(tmp_path, [still(*color)] * 24, method=method)
    assert max(np.abs(frame - color).max() for frame in frames) <= 12
    assert np.abs(frames[-1] - frames[1]).max() <= 2


def test_grainy_black_is_calm(tmp_path):
    random = np.random.default_rng(0)
    frames = [random.normal(3, 2, (*SIZE, 3)).clip(0, 255) for _ in range(6)]
    found = painted(tmp_path, frames)
    assert max(frame.max() for frame in found) <= 20


def test_nothing_appears_around_a_title(tmp_path):
    title = still(0, 0, 0)
    title[30:40, 40:88] = 255
    found = painted(tmp_path, [title] * 4)
    assert max(frame[:20].max() for frame in found) == 0
    assert max(frame[52:].max() for frame in found) == 0
    assert found[-1][30:40, 40:88].mean() > 100


@pytest.mark.slow
def test_a_fade_to_black_is_a_fade_to_black(tmp_path, shot):
    share = np.concatenate([[1, 1], np.linspace(1, 0, 24)])
    frames = [shot[place // 2] * one for place, one in enumerate(share)]
    means = np.array([frame.mean() for frame in painted(tmp_path, frames)])
    wanted = np.array([frame.mean() for frame in frames]) / frames[0].mean()
    assert np.abs(means / means[0] - wanted).max() < 0.1
    assert means[-1] < 6


@pytest.mark.slow
def test_a_fade_in_comes_up_evenly(tmp_path, shot):
    frames = [shot[place // 2] * one for place, one in enumerate(np.linspace(0, 1, 24))]
    means = np.array([frame.mean() for frame in painted(tmp_path, frames)])
    assert np.abs(means / means[-1] - np.linspace(0, 1, 24)).max() < 0.1
    (alone,) = painted(tmp_path, frames[-1:], name="alone")
    assert means[-1] == pytest.approx(alone.mean(), rel=0.05)


def test_a_dissolve_to_white_ends_in_white(tmp_path, shot):
    shares = np.linspace(0, 1, 12)
    frames = [shot[0] * (1 - one) + 255 * one for one in shares]
    means = np.array([frame.mean() for frame in painted(tmp_path, frames)])
    assert np.abs((means - means[0]) / (255 - means[0]) - shares).max() < 0.1


def test_a_flash_is_bright_and_leaves_the_shot_as_it_was(tmp_path, shot):
    frames = list(shot[:8])
    frames[4] = np.minimum(frames[4] * 2 + 90, 255)
    found = [frame.mean() for frame in painted(tmp_path, frames)]
    assert found[4] > 220
    assert max(found[5:]) - min(found[:4]) < 3
    assert min(found[5:]) - max(found[:4]) > -3


def test_a_lamp_that_goes_on_goes_on(tmp_path, shot):
    frames = [0.5 * shot[0]] * 3 + [0.8 * shot[0]] * 3
    found = [frame.mean() for frame in painted(tmp_path, frames)]
    assert found[3] > 1.3 * found[2]


def test_drawings_on_twos_are_painted_twice_the_same(tmp_path, shot):
    found = painted(tmp_path, [shot[3 * (place // 2)] for place in range(8)])
    for first, second in zip(found[::2], found[1::2], strict=True):
        assert np.array_equal(first, second)
    assert not np.array_equal(found[1], found[2])


def test_a_still_holds_under_its_grain_and_boils_where_that_is_asked_for(tmp_path, shot):
    random = np.random.default_rng(0)
    frames = [shot[0] + random.normal(0, 1.5, shot[0].shape) for _ in range(4)]
    held = painted(tmp_path, frames, name="held")
    assert all(np.array_equal(frame, held[0]) for frame in held)
    lively = painted(tmp_path, frames, name="lively", boil=1.0)
    assert np.abs(lively[2] - lively[3]).mean() > 1


def test_a_transition_goes_on_over_a_still(tmp_path, shot):
    found = painted(tmp_path, [shot[0]] * 6, style="muse@2,candy@5", preroll=0)
    assert np.array_equal(found[0], found[1])
    for before, now in itertools.pairwise(found[1:5]):
        assert np.abs(before - now).mean() > 1
    assert np.array_equal(found[4], found[5])


@pytest.mark.parametrize("method", ["vtn", "itn"])
def test_hidden_colors_change_nothing_that_is_seen(tmp_path, shot, method):
    matte = np.zeros((*SIZE, 1))
    matte[10:60, 20:90] = 255
    found = [
        painted(
            tmp_path,
            [np.concatenate([np.where(matte > 0, shot[0], hidden), matte], 2)],
            mode="RGBA",
            name=f"hidden{hidden}",
            method=method,
        )[0]
        for hidden in (0, 255)
    ]
    seen = matte[..., 0] > 0
    assert np.abs(found[0] - found[1])[seen].max() <= 1


@pytest.mark.slow
def test_bars_stay_black_and_have_no_say(tmp_path, shot):
    def between(bar):
        frames = [frame.copy() for frame in shot[:3]]
        for frame in frames:
            frame[:12], frame[-12:] = bar, bar
        return painted(tmp_path, frames, name=f"bars{bar}")

    black, dark = between(0), between(6)
    assert max(frame[:12].max() for frame in black) == 0
    assert max(frame[-12:].max() for frame in black) == 0
    for one, two in zip(black, dark, strict=True):
        assert np.abs(one - two)[12:-12].max() <= 1
    alone = painted(tmp_path, [frame[12:-12] for frame in shot[:3]], name="alone")
    inside = black[-1][12:-12].mean((0, 1))
    assert np.abs(inside - alone[-1].mean((0, 1))).max() < 12


def test_bars_are_said_in_one_line(tmp_path, shot):
    from vst_core.runner import plan_job

    frames = [frame.copy() for frame in shot[:3]]
    for frame in frames:
        frame[:12], frame[-12:] = 0, 0
    source = save(tmp_path / "in", frames)
    plan = plan_job(StylizeJob(input=source, output=str(tmp_path / "out")))
    assert [note for note in plan.notes if "bars" in note] == [
        "There are black bars, which stay black: 12 at the top and 12 at the bottom."
    ]


@pytest.mark.slow
def test_a_run_that_goes_on_in_a_fade_gives_the_same_bytes(tmp_path, shot):
    from vst_core.errors import Interrupted
    from vst_core.runner import StopRequest

    frames = [shot[place // 2] * one for place, one in enumerate(np.linspace(1, 0, 14))]
    source = save(tmp_path / "in", [*frames, frames[-1], 0.5 * shot[6], 0.6 * shot[6]])
    whole, parts = (StylizeJob(input=source, output=str(tmp_path / one)) for one in ("a", "b"))
    run_job(whole, lambda message: None)
    stop = StopRequest()

    def stop_in_the_middle(message):
        if getattr(message, "frame", None) == 9:
            stop.request()

    with pytest.raises(Interrupted):
        run_job(parts, stop_in_the_middle, stop=stop)
    assert 5 < len(list((tmp_path / "b").glob("f.*.png"))) < 17
    run_job(parts, lambda message: None)
    for one in sorted((tmp_path / "a").glob("f.*.png")):
        assert one.read_bytes() == (tmp_path / "b" / one.name).read_bytes()
