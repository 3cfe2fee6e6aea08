"""What a later frame may ask of earlier ones, and that it comes back from disk as it was."""

import pytest
import torch
from safetensors.torch import save_file

from vst_core.content import Level
from vst_core.flow import FlowPair
from vst_core.guidance import GuidanceBuilder, PreviousFrame
from vst_core.motion import warp
from vst_core.runner.resume.state_files import (
    FrameState,
    StateSaver,
    find_states,
    load_state,
)


def earlier(frame: int) -> PreviousFrame:
    chance = torch.Generator().manual_seed(frame)
    picture, stylized = torch.rand(2, 1, 3, 20, 24, generator=chance)
    layers = {"sky/picture": torch.rand(1, 3, 20, 24, generator=chance), "masks": stylized[:, :2]}
    level = Level(gain=0.1 * frame, offset=(1 / 3, 0.0, -1e-17))
    return PreviousFrame(
        frame=frame, picture=picture, stylized=stylized, layers=layers, level=level
    )


class Shift:
    """Every frame has moved right by two pixels since the one before."""

    name = "shift"

    def between(self, previous, current):
        forward = torch.zeros_like(current.picture[:, :2])
        forward[:, 0] = 2.0 * (current.number - previous.number)
        return FlowPair(forward=forward, backward=-forward)


@pytest.mark.parametrize("count", [0, 1, 4])
def test_a_state_comes_back_from_disk_as_it_was(tmp_path, count):
    memory = {"cell": torch.rand(1, 8, 5, 6).double(), "seen": torch.tensor([3])}
    history = tuple(earlier(9 - place) for place in range(count))
    state = FrameState(frame=10, frame_key="abc", history=history, memory=memory)
    slots = (tmp_path / "1.safetensors", tmp_path / "2.safetensors")
    saver = StateSaver(slots)
    saver.save(state)
    assert saver.wait() == ""
    saver.close()
    assert find_states(slots) == {"abc": slots[0]}
    loaded = load_state(slots[0], torch.device("cpu"))
    assert [one.frame for one in loaded.history] == [9 - place for place in range(count)]
    assert loaded.frame == 10
    for one, other in zip(loaded.history, state.history, strict=True):
        assert torch.equal(one.picture, other.picture)
        assert torch.equal(one.stylized, other.stylized)
        assert one.layers.keys() == other.layers.keys()
        assert all(torch.equal(one.layers[name], other.layers[name]) for name in one.layers)
        assert one.level == other.level
    assert {name: tensor.dtype for name, tensor in loaded.memory.items()} == {
        "cell": torch.float64,
        "seen": torch.int64,
    }
    assert all(torch.equal(loaded.memory[name], memory[name]) for name in memory)


def test_a_state_of_another_engine_is_none(tmp_path):
    save_file(
        {"picture": torch.zeros(1)}, tmp_path / "old", metadata={"frame_key": "abc", "frame": "1"}
    )
    assert find_states([tmp_path / "old"]) == {}


def test_older_frames_are_warped_directly_and_come_nearest_first():
    guide = GuidanceBuilder(Shift(), trust="plain", finds_cuts=False, lags=(1, 2, 4))
    assert guide.reach == 4
    history = [earlier(9), earlier(8), earlier(7), earlier(6)]
    known = guide.guidance(history, earlier(10).picture, 10)
    for index, found in ((1, known), (2, known.older[0]), (4, known.older[1])):
        back = torch.zeros(1, 2, 20, 24)
        back[:, 0] = -2.0 * index
        assert torch.equal(found.warped, warp(history[index - 1].stylized, back))
        inside = torch.arange(24) >= 2 * index
        assert torch.equal(found.trust[0, 0, 0] > 0, inside)
    assert len(known.older) == 2


def test_near_the_start_of_a_shot_fewer_frames_are_known():
    guide = GuidanceBuilder(Shift(), trust="plain", finds_cuts=False, lags=(1, 2, 4))
    assert guide.guidance([earlier(9)], earlier(10).picture, 10).older == ()
    assert (
        len(guide.guidance([earlier(9), earlier(8), earlier(7)], earlier(10).picture, 10).older)
        == 1
    )


def test_across_a_cut_nothing_is_known():
    dark = PreviousFrame(
        frame=1, picture=torch.zeros(1, 3, 20, 24), stylized=torch.zeros(1, 3, 20, 24)
    )
    bright = torch.ones(1, 3, 20, 24)
    for finds_cuts in (True, False):
        guide = GuidanceBuilder(Shift(), trust="plain", finds_cuts=finds_cuts)
        assert (guide.guidance([dark], bright, 2) is None) == finds_cuts
