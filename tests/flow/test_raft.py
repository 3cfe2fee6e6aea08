"""RAFT: accuracy, equality with torchvision's own forward, any size, what is remembered."""

import shutil
from pathlib import Path

import pytest
import torch
from flow_pictures import alley_1, end_point_error, moved_texture, sintel_pair
from safetensors.torch import load_file, save_file

from vst_core.errors import WeightsError
from vst_core.flow import FlowSettings, FrameView, open_flow_source, raft
from vst_core.flow.raft import RaftFlow
from vst_core.flow.torchvision_guard import import_torchvision

CPU = torch.device("cpu")
pytestmark = pytest.mark.weights


@pytest.fixture(scope="module")
def small():
    return open_flow_source("raft-small", FlowSettings())


@pytest.mark.slow
@pytest.mark.parametrize("frame", [1, 2])
def test_the_error_on_a_slow_shot(small, shared, frame):
    first, second, truth = alley_1(shared, frame)
    pair = small.between(FrameView(frame, first), FrameView(frame + 1, second))
    assert end_point_error(pair.forward, truth) <= 0.35


@pytest.mark.slow
def test_the_error_on_a_fast_shot(small, shared):
    first, second, truth = sintel_pair(shared, "market_5_final")
    assert (
        end_point_error(small.between(FrameView(2, first), FrameView(3, second)).forward, truth)
        <= 6
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", ["raft-small", "raft-large"])
def test_both_directions_are_what_torchvisions_own_forward_gives(name, monkeypatch):
    models = import_torchvision("torchvision.models.optical_flow")
    torch.manual_seed(3)
    network = getattr(models, name.replace("-", "_"))(weights=None).eval().requires_grad_(False)
    monkeypatch.setattr(raft, "_load", lambda *_: network)
    source = RaftFlow(name=name, device=CPU, updates=2)
    first, second = moved_texture(128, 136, 3, 1)
    pair = source.between(FrameView(1, first), FrameView(2, second))
    theirs = [
        network(one * 2 - 1, other * 2 - 1, num_flow_updates=2)[-1]
        for one, other in ((first, second), (second, first))
    ]
    torch.testing.assert_close(pair.forward, theirs[0], atol=1e-3, rtol=1e-4)
    torch.testing.assert_close(pair.backward, theirs[1], atol=1e-3, rtol=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize(("height", "width"), [(16, 16), (50, 131), (131, 90), (17, 260)])
def test_every_size_from_16_works(small, height, width):
    first, second = moved_texture(height, width, 1, 0)
    pair = small.between(FrameView(1, first), FrameView(2, second))
    assert pair.forward.shape == pair.backward.shape == (1, 2, height, width)
    median = pair.forward.flatten(2).median(dim=2).values[0]
    torch.testing.assert_close(median, torch.tensor([1.0, 0.0]), atol=0.3, rtol=0)


@pytest.mark.slow
def test_a_frame_too_large_is_estimated_smaller_and_enlarged(small, monkeypatch):
    first, second = moved_texture(192, 256, 4, 2)
    whole = small.between(FrameView(1, first), FrameView(2, second)).forward
    monkeypatch.setattr(raft, "_MOST_PLACES", 18 * 24)
    reduced = small.between(FrameView(1, first), FrameView(2, second)).forward
    assert reduced.shape == whole.shape
    assert end_point_error(reduced, whole) < 0.5


def test_one_after_the_other_is_as_good_as_one_batch(small, monkeypatch):
    first, second = moved_texture(128, 128, 2, 1)
    together = small.between(FrameView(1, first), FrameView(2, second))
    monkeypatch.setattr(raft, "_PLACES_IN_ONE_BATCH", 0)
    apart = small.between(FrameView(1, first), FrameView(2, second))
    torch.testing.assert_close(together.backward, apart.backward, atol=1e-3, rtol=0)


def test_what_is_remembered_never_changes_a_result(small):
    first, second = moved_texture(128, 128, 2, 1)
    third, _ = moved_texture(128, 128, -1, 3)
    small.between(FrameView(1, first), FrameView(2, second))
    walking = small.between(FrameView(2, second), FrameView(3, third))
    fresh = open_flow_source("raft-small", FlowSettings())
    alone = fresh.between(FrameView(2, second), FrameView(3, third))
    assert walking.forward.equal(alone.forward)
    assert walking.backward.equal(alone.backward)
    assert fresh._network.corr_block.corr_pyramid == []


def test_shipped_weights_that_are_damaged_are_refused(tmp_path, monkeypatch):
    card = Path(shutil.copy(raft._SHIPPED["raft-small"], tmp_path))
    monkeypatch.setitem(raft._SHIPPED, "raft-small", card)
    save_file({"other": torch.zeros(1)}, tmp_path / "raft_small.safetensors")
    with pytest.raises(WeightsError, match=r"raft_small\.safetensors' is not the file") as caught:
        RaftFlow(name="raft-small", device=CPU)
    assert caught.value.fix == "Install vst again."


def test_the_shipped_weights_are_torchvisions_in_half_floats(shared):
    theirs = load_file(shared / "weights/raft_small_torchvision.safetensors")
    ours = load_file(raft._SHIPPED["raft-small"].with_suffix(".safetensors"))
    assert theirs.keys() == ours.keys()
    assert all(tensor.half().equal(ours[name]) for name, tensor in theirs.items())


def test_foreign_weights_are_refused_with_the_file_named(tmp_path, monkeypatch):
    path = tmp_path / "raft_small_torchvision.safetensors"
    save_file({"other": torch.zeros(1)}, path)
    monkeypatch.setattr(raft, "_weight_file", lambda *_: path)
    with pytest.raises(WeightsError, match="does not hold the weights of raft-small"):
        RaftFlow(name="raft-small", device=CPU)


def test_the_official_file_format_is_read_without_unpickling_objects(tmp_path, monkeypatch):
    models = import_torchvision("torchvision.models.optical_flow")
    path = tmp_path / "raft_small.pth"
    torch.save(models.raft_small(weights=None).state_dict(), path)
    monkeypatch.setattr(raft, "_weight_file", lambda *_: path)
    assert RaftFlow(name="raft-small", device=CPU).name == "raft-small"
    torch.save({"payload": print}, path)
    with pytest.raises(WeightsError, match=r"raft_small\.pth"):
        RaftFlow(name="raft-small", device=CPU)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_the_device_does_not_matter_much(small, shared):
    gpu = FlowSettings(device=torch.device("cuda"))
    first, second, _ = alley_1(shared, 1)
    found = open_flow_source("raft-small", gpu).between(FrameView(1, first), FrameView(2, second))
    expected = small.between(FrameView(1, first), FrameView(2, second))
    assert found.forward.device == first.device
    assert end_point_error(found.forward, expected.forward) < 0.02
