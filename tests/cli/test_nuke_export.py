"""`vst nuke export`: the folder of a style for Nuke's Cattery."""

import importlib.util
import json

import pytest
from PIL import Image

KNOWN = {
    "rgba.red", "rgba.green", "rgba.blue", "rgba.alpha", "forward.u", "forward.v", "backward.u",
    "backward.v", "depth.Z", "mask.a",
}  # fmt: skip
"""Channels that a `.cat` is known to take."""


@pytest.fixture
def folder(main, tmp_path, capsys):
    assert main("nuke", "export", "muse", "--out", tmp_path) == 0
    assert "make_cats.py" in capsys.readouterr().out
    return tmp_path / "VST_Muse"


def test_the_folder_has_all_that_its_list_names(folder, room):
    content = json.loads((folder / "cat.json").read_text())
    for cat in content["cats"]:
        assert (folder / cat["filepath"]).is_file()
        assert (folder / cat["icon"]).is_file()
        assert (folder / f"{cat['name']}.pt").is_file()
    for ending, size in (("", 26), ("@2x", 52)):
        with Image.open(folder / f"VST_Muse{ending}.png") as icon:
            assert icon.size == (size, size)
    compile((folder / "make_cats.py").read_text(), "make_cats.py", "exec")


def test_channels_are_those_that_a_cat_takes(room):
    for method, count in (("itn", 3), ("vtn", 9)):
        channels = room("cattery").CHANNELS[method]
        assert len(channels) == len(set(channels)) == count
        assert set(channels) <= KNOWN


def test_the_program_makes_both_cats_of_their_channels(folder, room, monkeypatch):
    """As CatFileCreator takes it: the knobs that it has, and its button."""
    import sys
    import types

    made = []

    class Knob:
        def __init__(self, node, name):
            self.node, self.name = node, name

        def setValue(self, value):  # noqa: N802
            self.node.values[self.name] = value

        def execute(self):
            assert self.name == "createCatFile"
            made.append(self.node.values)

    class Creator:
        names = ("torchScriptFile", "catFile", "channelsIn", "channelsOut", "modelId",
                 "outputScale", "createCatFile")  # fmt: skip

        def __init__(self, kind, *, inpanel):
            assert (kind, inpanel) == ("CatFileCreator", False)
            self.values = {}

        def __getitem__(self, name):
            assert name in self.names
            return Knob(self, name)

    monkeypatch.setitem(sys.modules, "nuke", types.SimpleNamespace(createNode=Creator))
    program = folder / "make_cats.py"
    exec(program.read_text(), {"__file__": str(program)})
    assert [one["modelId"] for one in made] == ["VST_Muse", "VST_Muse_Temporal"]
    for one, method in zip(made, ("itn", "vtn"), strict=True):
        assert one["channelsIn"].split(", ") == [*room("cattery").CHANNELS[method]]


@pytest.mark.parametrize("name", ["VST_Muse", "VST_Muse_Temporal"])
def test_gizmos_are_read_and_feed_the_network_in_its_order(folder, name):
    if not importlib.util.find_spec("nkparser"):
        pytest.skip("nkparser is not installed")
    import nkparser

    text = (folder / f"{name}.gizmo").read_text()
    assert text.count("{") == text.count("}")
    script = nkparser.Script.from_string(text)
    inference = next(one for one in script.all_nodes() if one.name == "Inference1")
    above = inference.inputs[0]
    assert above.name == ("ToDisplay" if name == "VST_Muse" else "PackTrust")


def test_an_unknown_style_is_a_usage_error(main, tmp_path):
    assert main("nuke", "export", "nobody", "--out", tmp_path) == 2
    assert not list(tmp_path.iterdir())
