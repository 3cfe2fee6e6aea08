"""The adapter to ptlflow, with the real library where it is installed."""

import importlib.util

import pytest
import torch
from flow_pictures import alley_1, end_point_error
from safetensors.torch import load_file

from vst_core.errors import UsageError
from vst_core.flow import FlowSettings, FrameView, open_flow_source

pytestmark = [
    pytest.mark.weights,
    pytest.mark.filterwarnings("default"),  # ptlflow's own, and those of what it imports
]


@pytest.fixture(scope="module")
def settings(shared, tmp_path_factory):
    if importlib.util.find_spec("ptlflow") is None:
        pytest.skip("ptlflow is an extra: pip install 'vst[flow]'")
    folder = tmp_path_factory.mktemp("weights")
    state = load_file(shared / "weights/raft_small_princeton.safetensors")
    torch.save({"state_dict": state}, folder / "raft_small-things-b7d9f997.ckpt")
    return FlowSettings(weights_dir=folder)


def test_a_model_gives_both_directions_in_our_convention(settings, shared):
    source = open_flow_source("ptlflow:raft_small", settings)
    first, second, truth = alley_1(shared, 1)
    pair = source.between(FrameView(1, first), FrameView(2, second))
    assert pair.forward.shape == pair.backward.shape == truth.shape
    assert end_point_error(pair.forward, truth) <= 0.35
    assert end_point_error(-pair.backward, truth) <= 1.5


def test_an_unknown_model_names_the_nearest(settings):
    with pytest.raises(UsageError, match="Did you mean 'raft_small'"):
        open_flow_source("ptlflow:raft_smal", settings)


def test_an_unknown_checkpoint_names_those_there_are(settings):
    with pytest.raises(UsageError, match=r"no checkpoint called 'kitty'. .*things"):
        open_flow_source("ptlflow:raft_small/kitty", settings)
