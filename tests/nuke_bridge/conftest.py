"""A stand-in of Nuke with the built bridge in it, and small frames to paint."""

import sys
from pathlib import Path

import numpy as np
import pytest
from bridge_parts import FRAMES, part, write
from nuke_stand_in.session import Session, module_of
from PIL import Image


@pytest.fixture(scope="session")
def bridge(project, tmp_path_factory):
    """The folder that `vst hosts build nuke` makes."""
    from vst_cli.nuke_folder import build

    return build(project / "nuke_bridge", tmp_path_factory.mktemp("bridge"))


@pytest.fixture
def nuke(bridge, monkeypatch):
    """A fresh Nuke that has run `init.py` and `menu.py`; a `Session`."""
    session = Session()
    monkeypatch.setitem(sys.modules, "nuke", module_of(session))
    monkeypatch.syspath_prepend(str(bridge))
    for name in [one for one in sys.modules if one.partition(".")[0] == "vst_nuke"]:
        monkeypatch.delitem(sys.modules, name)
    for name in ("init.py", "menu.py"):
        exec((bridge / name).read_text(), {})
    yield session
    part("hosts.process").end_all()
    for name in [one for one in sys.modules if one.partition(".")[0] == "vst_nuke"]:
        del sys.modules[name]


@pytest.fixture
def engine(monkeypatch):
    """The program `vst-seq` of this Python, with few threads."""
    program = Path(sys.executable).with_name("vst-seq")
    if not program.is_file():
        pytest.skip("vst-seq is not installed beside this Python")
    monkeypatch.setenv("VST_SEQ", str(program))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    return program


@pytest.fixture(scope="session")
def shot(project, tmp_path_factory):
    """Eight frames of 96 x 54 in a display window of 90 x 50: overscan, alpha and depth."""
    folder = tmp_path_factory.mktemp("shot")
    for frame in FRAMES:
        with Image.open(project / "tests" / "shot" / f"balloon_{frame:04d}.png") as picture:
            small = np.asarray(picture.convert("RGB").resize((96, 54)), np.float32) / 255
        channels = {name: small[..., place] ** 2.2 for place, name in enumerate("RGB")}
        channels["A"] = np.ones((54, 96))
        channels["depth.Z"] = np.full((54, 96), frame / 2)
        write(folder / f"plate.{frame:04d}.exr", channels, data=(-3, -2), display=(90, 50))
    return folder / "plate.%04d.exr"


@pytest.fixture
def comp(nuke, shot, tmp_path):
    """A saved script: Read1, Multiply1, and the node below it; returns the node."""
    module = nuke.module
    read = module.nodes.Read(file=str(shot), first=1, last=8)
    scaled = module.nodes.Multiply(inputs=[read], value=1.5)
    node = part("node").create()
    node.setInput(0, scaled)
    node["vst_device"].setValue("cpu")
    part("node").reset_range(node)
    module.scriptSaveAs(str(tmp_path / "comp.nk"), 1)
    return node
