"""What the tests stand on: nothing in the stand-in that Nuke has not, and no call it would take."""

import ast
import sysconfig
from pathlib import Path

import pytest

STUBS = Path(sysconfig.get_paths()["purelib"]) / "nuke-stubs"


def stubbed(file):
    """Name -> names within, of the classes and functions in a stub of types-nuke."""
    tree = ast.parse((STUBS / file).read_text(encoding="utf-8"))
    found = {}
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            inside = {one.name for one in node.body if isinstance(one, ast.FunctionDef)}
            bases = [getattr(base, "id", "") for base in node.bases]
            found[node.name] = inside.union(*(found.get(base, set()) for base in bases))
        elif isinstance(node, ast.FunctionDef):
            found[node.name] = set()
        elif isinstance(node, ast.AnnAssign):
            found[node.target.id] = set()
    return found


@pytest.mark.skipif(not STUBS.is_dir(), reason="types-nuke is not installed")
def test_everything_in_it_is_in_types_nuke(nuke):
    known = {"nodes": set()}
    for path in STUBS.glob("*.pyi"):
        known |= stubbed(path.name)
    for name, one in vars(nuke.module).items():
        if name.startswith("__"):
            continue
        assert name in known
        if isinstance(one, type):
            used = {n for base in one.mro()[:-1] for n in vars(base) if n[0] != "_"}
            helpers = {
                "check",
                "code",
                "flags",
                "empty",
                "frame_now",
                "range",
                "type",
                "fromScript",
            }
            assert used - helpers - {"toScript"} <= known[name] | known["Knob"] | known["Node"]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda nuke: nuke.nodes.Blurr(),
        lambda nuke: nuke.nodes.Read(fil="a.exr"),
        lambda nuke: nuke.nodes.Read()["on_eror"],
        lambda nuke: nuke.nodes.Write()["datatype"],
        lambda nuke: nuke.nodes.Read(first="one"),
        lambda nuke: nuke.nodes.Read(on_error="ignore"),
        lambda nuke: nuke.createNode("Group", inpannel=False),
        lambda nuke: nuke.execute(nuke.nodes.Write(disable=True), 1, 1),
        lambda nuke: nuke.selectedNode,
        lambda nuke: nuke.Int_Knob("a", "A", 3, 4),
        lambda nuke: nuke.Enumeration_Knob("a", "A", ["x"]).setValue("y"),
        lambda nuke: nuke.Double_Knob("a").setExpression("random()"),
    ],
)
def test_what_nuke_would_not_take_is_an_error(nuke, wrong):
    with pytest.raises((AttributeError, NameError, TypeError, RuntimeError)):
        wrong(nuke.module)
