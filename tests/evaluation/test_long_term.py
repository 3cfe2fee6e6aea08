"""Points that come back, on a scene whose every motion is known."""

import itertools

import pytest
import torch

from vst_core.errors import UsageError
from vst_core.evaluation import (
    find_clips,
    followed,
    reappeared,
    reappearing_errors,
    temporal_errors,
)
from vst_core.flow import FlowPair
from vst_core.image import write_picture

HEIGHT, WIDTH, BAR = 24, 60, 8


def occluder(left):
    """1 where a bar covers the still background."""
    mask = torch.zeros(1, 1, HEIGHT, WIDTH)
    mask[..., left : left + BAR] = 1
    return mask


def motion(start, end):
    """The bar moves right over a background that stays: exact flow, both ways."""
    forward, backward = torch.zeros(2, 1, 2, HEIGHT, WIDTH)
    forward[:, :1] = occluder(start) * (end - start)
    backward[:, :1] = occluder(end) * (start - end)
    return FlowPair(forward=forward, backward=backward)


LEFTS = [4, 16, 28, 40]
STEPS = [motion(a, b) for a, b in itertools.pairwise(LEFTS)]
WHOLE = motion(LEFTS[0], LEFTS[-1])


def columns(mask):
    return {n for n in range(WIDTH) if mask[0, 0, :, n].all()}


def test_what_was_hidden_in_between_cannot_be_followed():
    seen = columns(followed(STEPS))
    hidden = {n for left in LEFTS[:-1] for n in range(left, left + BAR)}
    assert seen == set(range(WIDTH)) - hidden  # the bar itself is followed


def test_what_reappears_was_there_in_the_first_frame():
    came_back = columns(reappeared(STEPS, WHOLE))
    inner = {n for left in LEFTS[1:-1] for n in range(left, left + BAR)}
    assert came_back == inner  # not what the bar covered in the first frame


def test_the_error_is_measured_there_alone():
    first = torch.rand(1, 3, HEIGHT, WIDTH, generator=torch.Generator().manual_seed(1))
    last = first.clone()
    mask = reappeared(STEPS, WHOLE)
    last[..., 17:20] += 0.5  # behind the bar in the second frame
    last[..., 0:3] += 0.9  # never hidden
    found = temporal_errors(last, first, backward=WHOLE.backward, trust=mask)
    assert abs(found.m2 - 0.25 * 3 / 16) < 1e-6


def test_without_an_occluder_nothing_reappears():
    still = FlowPair(forward=torch.zeros(1, 2, 20, 20), backward=torch.zeros(1, 2, 20, 20))
    assert followed([still] * 3).all()
    assert not reappeared([still] * 3, still).any()


class Scene:
    """The motion of the scene above, between any two of its frames."""

    name = "scene"

    def between(self, previous, current):
        return motion(LEFTS[previous.number - 1], LEFTS[current.number - 1])


def clip(folder, change):
    """Four frames of the scene; `change` is added to the background in the last one."""
    background = torch.rand(1, 3, HEIGHT, WIDTH, generator=torch.Generator().manual_seed(3)) / 2
    folder.mkdir()
    for number, left in enumerate(LEFTS, start=1):
        bar = occluder(left)
        picture = background + change * (number == len(LEFTS))
        write_picture(folder / f"frame_{number:04d}.png", bar * 0.9 + (1 - bar) * picture)
    return str(folder / "frame_%04d.png")


def test_a_sequence_is_compared_over_its_span(tmp_path):
    clips = find_clips(clip(tmp_path / "out", 0.3), clip(tmp_path / "in", 0.0))
    (found,) = reappearing_errors(clips, Scene(), span=3)
    assert found.frame == 4
    assert found.points == 2 * BAR * HEIGHT
    assert abs(found.m2 - 0.3**2) < 3e-3
    assert found.source_m2 < 1e-4
    assert reappearing_errors(clips, Scene(), span=8) == ()


def test_what_cannot_be_measured_is_refused(tmp_path):
    clips = find_clips(clip(tmp_path / "out", 0.3), clip(tmp_path / "in", 0.0))
    with pytest.raises(UsageError, match="Nothing can be hidden within 1 frames"):
        reappearing_errors(clips, Scene(), span=1)
