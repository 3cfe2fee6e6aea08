"""Networks as TorchScript: the engine's own pictures, from a process that knows torch only."""

import subprocess
import sys

import pytest
import torch

from vst_core.guidance import Guidance
from vst_core.motion import warp
from vst_core.styles import find_mix
from vst_core.stylizers import StylizerSettings, open_stylizer
from vst_core.stylizers.exporting import EXPORTS, export_network

OLD = {
    "aten::__getitem__.t", "aten::add.Scalar", "aten::add.Tensor", "aten::add.int", "aten::arange",
    "aten::cat", "aten::clamp", "aten::conv2d", "aten::div", "aten::div.Scalar", "aten::expand",
    "aten::grid_sampler", "aten::mean.dim", "aten::mul.Scalar", "aten::mul.Tensor",
    "aten::mul.int", "aten::neg", "aten::neg.int", "aten::permute", "aten::reflection_pad2d",
    "aten::relu", "aten::remainder.int", "aten::reshape", "aten::rsqrt", "aten::size",
    "aten::slice.Tensor", "aten::sub.Scalar", "aten::sub.Tensor", "aten::sub.int", "aten::tanh",
    "prim::min.self_int",
}  # fmt: skip
"""Operators that torch had before 1.12, by their names in serialized programs."""

NEWEST_FORMAT = 10
"""Of files, as torch 1.12 reads them."""

RUN = """
import sys, torch
tensors = torch.load(sys.argv[2])
net = torch.jit.load(sys.argv[1])
with torch.no_grad():
    torch.save([net(x) for x in tensors], sys.argv[3])
assert not {name for name in sys.modules if name.partition(".")[0].startswith("vst")}
"""


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    folder = tmp_path_factory.mktemp("exported")
    for method in EXPORTS:
        export_network("muse", method, folder / f"{method}.pt")
    return folder


def elsewhere(exported, method, tensors):
    """Run an exported network in a process that imports torch only."""
    here, there = exported / "in.pt", exported / "out.pt"
    torch.save(tensors, here)
    command = [sys.executable, "-W", "ignore", "-c", RUN, exported / f"{method}.pt", here, there]
    subprocess.run([*map(str, command)], check=True, timeout=120, cwd=exported)
    return torch.load(there)


def pictures(*sizes):
    """Smooth pictures in [0, 1], which a network sees as pictures."""
    torch.manual_seed(5)
    small = [torch.rand(1, 3, 6, 8) for _ in sizes]
    return [
        torch.nn.functional.interpolate(one, size, mode="bicubic").clamp(0, 1)
        for one, size in zip(small, sizes, strict=True)
    ]


def engine(method):
    settings = StylizerSettings(styles=find_mix((("muse", 1.0),), method=method))
    return open_stylizer(method, settings)


def test_the_itn_paints_what_the_engine_paints(exported, one_thread):
    frames = pictures((48, 64), (35, 49))
    for frame, picture in zip(frames, elsewhere(exported, "itn", frames), strict=True):
        wanted = engine("itn").stylize(frame, None).picture
        assert picture.shape == wanted.shape
        assert (picture - wanted).abs().max() <= 1e-3


def test_the_vtn_paints_what_the_engine_paints(exported, one_thread):
    """Nuke's motion is y up; the previous result is moved along by the network itself."""
    frame, previous = pictures((48, 64), (48, 64))
    motion = 3 * torch.stack([torch.ones(48, 64), torch.linspace(-1, 1, 64).expand(48, 64)])[None]
    trust = (torch.rand(1, 1, 48, 64) > 0.3).float()
    inputs = [torch.cat([frame, previous, motion, one], dim=1) for one in (trust, 0 * trust)]
    flow = motion * torch.tensor([1.0, -1.0]).reshape(1, 2, 1, 1)
    warped = warp(previous, flow)
    for one, picture in zip((trust, 0 * trust), elsewhere(exported, "vtn", inputs), strict=True):
        wanted = engine("vtn").stylize(frame, Guidance(warped=warped, trust=one)).picture
        assert (picture - wanted).abs().max() <= 1e-3


@pytest.mark.parametrize("method", EXPORTS)
def test_an_older_torch_knows_everything_in_it(exported, method):
    import zipfile

    with zipfile.ZipFile(exported / f"{method}.pt") as archive:
        version = next(name for name in archive.namelist() if name.endswith("/version"))
        assert int(archive.read(version)) <= NEWEST_FORMAT
    code = "import sys, torch; print(*torch.jit.export_opnames(torch.jit.load(sys.argv[1])))"
    command = [sys.executable, "-W", "ignore", "-c", code, str(exported / f"{method}.pt")]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)
    assert set(done.stdout.split()) <= OLD
