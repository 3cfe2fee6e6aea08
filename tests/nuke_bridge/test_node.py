"""The node: its knobs, what a script keeps of it, and what it tells the engine."""

import importlib.util
import zipfile

import pytest
from bridge_parts import BEGIN, END, knobs_as_markdown, part


def test_the_menu_makes_a_node_below_the_selected_one(nuke):
    exec(nuke.menu["Nodes/VST/VST Stylize"])
    exec(nuke.menu["Nodes/VST/VST Stylize"])
    assert [one.name() for one in part("node").all_nodes()] == ["VST_Stylize1", "VST_Stylize2"]


def test_every_knob_has_a_tooltip_and_the_tables_default(comp):
    comp["vst_device"].setValue("auto")
    for row in part("knob_table").rows():
        knob = comp[row.name]
        assert knob.tooltip() == row.tooltip
        assert row.tooltip
        if row.parameter and row.name == f"vst_{row.parameter}":
            assert knob.value() == row.default


def test_every_parameter_that_is_not_nukes_own_has_a_knob(comp):
    table = part("knob_table")
    asked = {row.parameter for row in table.rows()} - {""}
    assert asked == part("hosts.parameter_table").parameters().keys() - table._NUKES | {"style"}


def test_only_what_differs_from_the_defaults_is_told(comp):
    given = part("settings").given_settings
    assert given(comp, range(1, 9)) == {"device": "cpu"}
    comp["vst_style"].setValue("other")
    comp["vst_style_other"].setValue("/paintings/mine.jpg")
    comp["vst_proxy"].setValue("1/2")
    comp["vst_seed"].setValue(7)
    comp["vst_strength"].setValueAt(0.0, 1)
    comp["vst_strength"].setValueAt(1.0, 8)
    assert given(comp, range(1, 9)) == {
        "style": "/paintings/mine.jpg", "proxy": "1/2", "seed": 7, "device": "cpu",
        "strength": "0@1,1@8",
    }  # fmt: skip


def test_the_preview_follows_the_style(nuke, comp):
    assert "candy.png" in comp["vst_style_preview"].value()
    nuke.set_knob(comp, "vst_style", "muse")
    assert "muse.png" in comp["vst_style_preview"].value()
    nuke.set_knob(comp, "vst_style_other", "mine.jpg")
    assert comp["vst_style"].value() == "other"
    assert comp["vst_style_preview"].value() == ""


def test_the_range_is_that_of_the_input(nuke, comp):
    comp["vst_first"].setValue(3)
    nuke.press(comp, "vst_reset_range")
    assert (comp["vst_first"].value(), comp["vst_last"].value()) == (1, 8)


def test_a_script_keeps_every_knob_and_link(nuke, comp):
    comp["vst_style"].setValue("wave")
    comp["vst_strength"].setValueAt(0.25, 1)
    comp["vst_strength"].setValueAt(1.0, 8)
    before = {name: knob.toScript() for name, knob in comp.knobs().items()}
    inside = [one.name() for one in comp.nodes()]
    path = nuke.root["name"].value()
    nuke.module.scriptSaveAs(path, 1)
    nuke.module.scriptOpen(path)
    again = nuke.module.toNode("VST_Stylize1")
    assert {name: knob.toScript() for name, knob in again.knobs().items()} == before
    assert [one.name() for one in again.nodes()] == inside
    assert again.input(0).name() == "Multiply1"
    assert again.node("Result").input(1).name() == "ReadResult"


@pytest.mark.skipif(not importlib.util.find_spec("nkparser"), reason="nkparser is not installed")
def test_another_reader_of_scripts_finds_the_same_nodes(nuke, comp):
    from pathlib import Path

    import nkparser

    # Its release 0.3 wants the nodes of a group within the braces of the group, where Nuke writes
    # them behind these, so what it says of the group's end is passed over.
    script = nkparser.Script.from_string(Path(nuke.root["name"].value()).read_text())
    names = {one.name for one in script.all_nodes()}
    assert {"Read1", "Multiply1", "VST_Stylize1", "WriteInput", "ReadResult", "Shown"} <= names


@pytest.mark.parametrize(
    ("change", "same"),
    [
        (lambda comp: comp.input(0)["value"].setValue(1.25), False),
        (lambda comp: comp.input(0)["disable"].setValue(True), False),
        (lambda comp: comp.input(0).input(0)["last"].setValue(7), False),
        (lambda comp: comp.input(0)["xpos"].setValue(300), True),
        (lambda comp: comp.input(0).setName("Bright"), True),
        (lambda comp: comp["vst_style"].setValue("candy"), True),
    ],
)
def test_upstream_is_another_when_its_picture_may_be(comp, change, same):
    def state():
        return part("upstream").Upstream(part("node").sources(comp)).hash()

    before = state()
    change(comp)
    assert (state() == before) is same


def test_upstream_is_the_same_after_opening_whatever_the_order_within_groups(nuke, comp):
    def state(node):
        return part("upstream").Upstream([node]).hash()

    before = state(comp)
    comp.children.reverse()
    part("node").say(comp, "words only")
    assert state(comp) == before
    path = nuke.root["name"].value()
    nuke.module.scriptSaveAs(path, 1)
    nuke.module.scriptOpen(path)
    assert state(nuke.module.toNode("VST_Stylize1")) == before


def test_opening_a_script_makes_no_folder(nuke, comp, tmp_path):
    nuke.module.scriptOpen(nuke.root["name"].value())
    assert [one.name for one in tmp_path.iterdir()] == ["comp.nk"]


def test_changed_files_on_disk_are_other_pictures(comp, shot, tmp_path):
    import shutil

    for path in shot.parent.iterdir():
        shutil.copy(path, tmp_path)
    comp.input(0).input(0)["file"].setValue(str(tmp_path / shot.name))
    sources = part("node").sources(comp)
    before = part("upstream").Upstream(sources).hash()
    assert part("upstream").Upstream(sources).hash() == before
    shutil.copy(tmp_path / "plate.0001.exr", tmp_path / "plate.0005.exr")
    assert part("upstream").Upstream(sources).hash() != before


def test_nukes_own_color_and_ocio(nuke, comp, tmp_path):
    working_space = part("color").working_space
    assert working_space() == {"colorspace": "Linear Rec.709"}
    nuke.root["colorManagement"].setValue("OCIO")
    assert working_space() == {"colorspace": "scene_linear"}
    (tmp_path / "config.ocio").write_text("ocio_profile_version: 2\n")
    nuke.root["OCIO_config"].setValue("custom")
    nuke.root["customOCIOConfigPath"].setValue(str(tmp_path / "config.ocio"))
    nuke.root["workingSpaceLUT"].setValue("ACEScg")
    assert working_space() == {"colorspace": "ACEScg", "ocio": str(tmp_path / "config.ocio")}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda comp: comp.setInput(0, None), "Connect"),
        (lambda comp: comp["vst_last"].setValue(0), "1 to 0"),
        (lambda comp: comp["vst_first"].setValue(-1), "-1"),
        (lambda comp: comp["vst_flow"].setValue("vectors"), "motion vectors"),
        (lambda comp: comp._session.root["name"].setValue(""), "Save the script"),
    ],
)
def test_what_has_to_be_set_first_is_one_line_on_the_node(nuke, comp, change, words):
    change(comp)
    nuke.press(comp, "vst_run")
    assert words in comp["vst_status"].value()
    assert "\n" not in comp["vst_status"].value()
    assert nuke.rendered == []


def test_the_folder_is_small_and_is_built_again_over_itself(bridge, project, tmp_path):
    from vst_cli.nuke_folder import build

    archive = tmp_path / "vst.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
        for path in bridge.rglob("*"):
            opened.write(path, path.relative_to(bridge))
    assert archive.stat().st_size <= 1 << 20
    old = bridge / "vst_nuke" / "of_an_older_version.py"
    old.touch()
    assert build(project / "nuke_bridge", bridge.parent) == bridge
    assert not old.exists()


def test_the_manual_has_the_knobs_as_they_are(nuke, project):
    page = (project / "docs" / "nuke.md").read_text(encoding="utf-8")
    written = page.partition(BEGIN)[2].partition(END)[0]
    assert written == knobs_as_markdown(part("knob_table").groups())
