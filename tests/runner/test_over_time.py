"""Strength, style and style weight along a shot."""

from dataclasses import replace
from pathlib import Path

import children
import numpy as np
import pytest
import torch
from PIL import Image
from runs import hashes, made, stop_after

from vst_core.errors import UsageError
from vst_core.guidance import Guidance
from vst_core.job import StylizeJob
from vst_core.styles import find_style
from vst_core.stylizers import Look, StylizerSettings, StylizerState, open_stylizer

SHOT = Path(__file__).resolve().parents[1] / "shot"
STEADY = {"frames": "1-5", "proxy": "1/4", "preroll": 0}


def pixels(folder, frame):
    return np.asarray(Image.open(folder / f"balloon_{frame:04d}.png").convert("RGB"), float)


def source(frame):
    return pixels(SHOT, frame)


@pytest.mark.slow
@pytest.mark.parametrize("method", ["itn", "vtn"])
def test_strength_fades_from_the_source_to_the_full_style(run, tmp_path, method):
    given = {**STEADY, "method": method}
    run(SHOT, **given, output=str(tmp_path / "full"))
    run(SHOT, **given, output=str(tmp_path / "fade"), strength="0@1,1@5")
    assert np.array_equal(pixels(tmp_path / "fade", 1), source(1))
    full, fade = hashes(tmp_path / "full"), hashes(tmp_path / "fade")
    assert fade["balloon_0005.png"] == full["balloon_0005.png"]
    half = (pixels(tmp_path / "full", 3) + source(3)) / 2
    assert np.abs(pixels(tmp_path / "fade", 3) - half).max() <= 2


def test_a_style_at_its_keys_is_that_style_alone(run, cards, tmp_path):
    first, second = map(str, cards)
    given = {**STEADY, "method": "itn"}
    run(SHOT, **given, output=str(tmp_path / "over"), style=f"{first}@2,{second}@4")
    run(SHOT, **given, output=str(tmp_path / "first"), style=first)
    run(SHOT, **given, output=str(tmp_path / "second"), style=second)
    mixed = {**given, "frames": "3", "style": f"{first}:1,{second}:1"}
    run(SHOT, **mixed, output=str(tmp_path / "half"))
    over = hashes(tmp_path / "over")
    for place, frames in (("first", (1, 2)), ("second", (4, 5)), ("half", (3,))):
        alone = hashes(tmp_path / place)
        for name in (f"balloon_{frame:04d}.png" for frame in frames):
            assert over[name] == alone[name]


@pytest.mark.slow
@pytest.mark.parametrize("method", ["itn", "vtn"])
def test_a_stopped_transition_goes_on_to_the_same_bytes(job, run, cards, tmp_path, method):
    style = f"{cards[0]}@1,{cards[1]}@5"
    given = {**STEADY, "method": method, "style": style, "strength": "0.2@1,1@5"}
    run(SHOT, **given, output=str(tmp_path / "whole"))
    stop_after(job(SHOT, **given), 2)
    assert made(run(SHOT, **given)) == [3, 4, 5]
    assert hashes(tmp_path / "out") == hashes(tmp_path / "whole")


@pytest.mark.slow
def test_a_killed_transition_goes_on_to_the_same_bytes(job, shot, cards, tmp_path):
    given = {"style": f"{cards[0]}@1,{cards[1]}@14", "strength": "0.2@1,1@14", "frames": "1-14"}
    whole = job(shot, **given, output=str(tmp_path / "whole")).to_dict()
    children.start(whole, log=tmp_path / "log").join()
    calls, settings = children.calls_made(tmp_path / "log"), job(shot, **given).to_dict()
    deaths = list(children.kill_three_times(settings, calls=calls, folder=tmp_path, seed=7))
    assert len(deaths) == 3
    children.start(settings, log=tmp_path / "last").join()
    assert hashes(tmp_path / "out") == hashes(tmp_path / "whole")
    assert len(hashes(tmp_path / "out")) == 14


@pytest.mark.slow
def test_a_moved_key_remakes_only_frames_whose_values_change(run):
    given = {**STEADY, "method": "itn"}
    assert made(run(SHOT, **given, strength="0@1,1@3,1@5")) == [1, 2, 3, 4, 5]
    assert made(run(SHOT, **given, strength="0@1,1@3,0.5@5")) == [4, 5]


def test_families_dissolve_each_with_its_own_past(cards):
    first, second = (
        replace(
            find_style(str(card)),
            family=family,
            files={
                kind: replace(entry, encoder=family)
                for kind, entry in find_style(str(card)).files.items()
            },
        )
        for card, family in zip(cards, ("one", "other"), strict=True)
    )
    styles = ((first, 1.0), (second, 0.0))
    both = open_stylizer("vtn", StylizerSettings(styles=styles, preroll=0))
    alone = [
        open_stylizer("vtn", StylizerSettings(styles=((style, 1.0),), preroll=0))
        for style in (first, second)
    ]
    frames = torch.rand(3, 1, 3, 32, 40, generator=torch.Generator().manual_seed(1))
    trust = torch.ones(1, 1, 32, 40)
    known, pasts = None, [None, None]
    for frame, share in zip(frames, (0.25, 0.5, 0.75), strict=True):
        state = StylizerState(look=Look(shares=(1 - share, share)))
        got = both.stylize(frame, known, state)
        for place, stylizer in enumerate(alone):
            past = pasts[place]
            own = None if past is None else Guidance(warped=past, trust=trust)
            pasts[place] = stylizer.stylize(frame, own).picture
            assert torch.equal(got.layers[f"{place}/picture"], pasts[place])
        expected = (1 - share) * pasts[0] + share * pasts[1]
        torch.testing.assert_close(got.picture, expected.clamp(0, 1))
        known = Guidance(warped=got.picture, trust=trust, layers=got.layers)


@pytest.mark.slow
def test_a_style_weight_over_time_is_that_of_each_frame(run, tmp_path):
    given = {"method": "gatys", "features": "lite", "style": "candy", "iterations": 2,
             "proxy": "1/4", "frames": "1-3", "threads": 2}  # fmt: skip
    run(SHOT, **given, output=str(tmp_path / "over"), style_weight="2@1,50@3")
    for frame, weight in ((1, 2.0), (2, 26.0), (3, 50.0)):
        run(SHOT, **{**given, "frames": str(frame)}, style_weight=weight, overwrite=True)
        name = f"balloon_{frame:04d}.png"
        assert hashes(tmp_path / "over")[name] == hashes(tmp_path / "out")[name]


@pytest.mark.parametrize(
    ("setting", "value", "named"),
    [
        ("strength", "1@5,0@2", "frame 2 after frame 5"),
        ("strength", "0@1,1@1", "frame 1"),
        ("strength", "0@1,2@9", "2"),
        ("strength", "0@1,high@9", "high"),
        ("strength", "nan@1,1@9", "nan"),
        ("strength", "0@1,inf@9", "inf"),
        ("strength", "0@1,1@9.5", "9.5"),
        ("strength", "0@1,1@99999999999", "99999999999"),
        ("strength", {"one": 0.5}, "one"),
        ("style", "muse@9,candy@1", "frame 1 after frame 9"),
        ("style", "muse@1,candy@1", "frame 1"),
        ("style", "muse@1,candy", "candy"),
        ("style", "@1,muse@9", "''"),
        ("style", "muse@1,candy:-1,wave:2@9", "candy:-1"),
        ("style_outside", "muse@9,candy@1", "--style-outside has frame 1 after frame 9"),
        ("mask", "m.png=muse@9,candy@9", "--mask has two values at frame 9"),
        ("style_weight", "-1@1,5@2", "-1"),
        ("style_weight", "5@1,nan@2", "nan"),
    ],
)
def test_a_curve_that_makes_no_sense_is_one_line(setting, value, named):
    with pytest.raises(UsageError) as told:
        StylizeJob.from_dict({"input": "in", "output": "out", setting: value})
    assert told.value.exit_code == 2
    assert named in str(told.value)
    assert "\n" not in str(told.value)


def test_a_job_file_has_curves_as_tables():
    job = StylizeJob.from_dict({
        "input": "in",
        "output": "out",
        "strength": {"24": 1, "1": {"value": 0, "hold": True}},
        "style": {"1": "muse", "48": "the-scream"},
    })  # fmt: skip
    assert (job.strength, job.style) == ("0.0@1:hold,1.0@24", "muse@1,the-scream@48")
    assert "[strength]" in job.to_toml()
    assert StylizeJob.from_toml(job.to_toml()) == job
