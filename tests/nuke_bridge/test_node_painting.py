"""The node with the real engine: painted, kept, painted anew, cancelled, opened again."""

import os
import subprocess
import time
from pathlib import Path

import numpy as np
import OpenImageIO as oiio
import pytest
from bridge_parts import FRAMES, part, write

RENDERS = [("WriteInput", frame) for frame in FRAMES]


def painted(comp):
    """The files that the node shows."""
    pattern = comp.node("ReadResult")["file"].value()
    return [Path(pattern % frame) for frame in FRAMES]


def test_painted_kept_painted_anew_and_opened_again(nuke, engine, comp, tmp_path):
    nuke.press(comp, "vst_run")
    assert comp["vst_status"].value() == "8 frames painted"
    assert nuke.rendered == RENDERS
    first = painted(comp)
    same_as_the_engine_by_itself(engine, first, tmp_path)
    shown_with_alpha_and_layers(nuke, comp)

    nuke.press(comp, "vst_run")  # nothing has changed
    assert nuke.rendered == RENDERS
    assert painted(comp) == first

    path = nuke.root["name"].value()
    nuke.module.scriptSaveAs(path, 1)
    nuke.module.scriptOpen(path)
    again = nuke.module.toNode("VST_Stylize1")
    assert painted(again) == first
    nuke.press(again, "vst_run")
    assert "nothing has changed" in again["vst_status"].value()

    again["vst_last"].setValue(2)  # other settings, the same input
    again["vst_strength"].setValue(0.5)
    nuke.press(again, "vst_run")
    assert again["vst_status"].value() == "2 frames painted"
    assert nuke.rendered == RENDERS

    again.input(0)["value"].setValue(0.75)  # another input
    nuke.press(again, "vst_run")
    assert nuke.rendered == [*RENDERS, *RENDERS[:2]]
    assert Path(again.node("ReadResult")["file"].value()).parent != first[0].parent

    nuke.press(again, "vst_clear")
    assert again["vst_status"].value() == "Results removed"
    assert not [one for one in (tmp_path / "vst").rglob("*") if one.is_file()]


def same_as_the_engine_by_itself(engine, files, tmp_path):
    """`vst-seq` over the frames that the node rendered gives the same bytes."""
    folder = files[0].parent.parent
    command = [
        engine, folder / "input" / "input.%04d.exr", tmp_path / "by_hand", "--device", "cpu",
        "--frames", "1-8", "--colorspace", "Linear Rec.709",
    ]  # fmt: skip
    subprocess.run([*map(str, command)], check=True, capture_output=True, timeout=120)
    for path in files:
        assert path.read_bytes() == (tmp_path / "by_hand" / path.name).read_bytes()


def shown_with_alpha_and_layers(nuke, comp):
    """Outside the range the node shows its input; within it all but the colors is the input's."""
    before, now = nuke.picture(comp.input(0), 4), nuke.picture(comp, 4)
    assert now.channels.keys() == before.channels.keys()
    assert (now.data, now.display) == (before.data, before.display)
    for name in ("rgba.alpha", "depth.Z"):
        assert np.array_equal(now.channels[name], before.channels[name])
    assert not np.allclose(now.channels["rgba.red"], before.channels["rgba.red"], atol=0.05)
    comp.input(0).input(0)["last"].setValue(9)
    outside = nuke.picture(comp, 9)
    assert np.array_equal(outside.channels["rgba.red"], before_last(nuke, comp))
    comp.input(0).input(0)["last"].setValue(8)


def before_last(nuke, comp):
    return nuke.picture(comp.input(0), 8).channels["rgba.red"]


@pytest.fixture(autouse=True)
def ninth(shot):
    """A frame outside the range that is painted."""
    path = Path(str(shot) % 9)
    path.write_bytes(Path(str(shot) % 8).read_bytes())
    yield
    path.unlink()


def test_cancel_ends_the_process_within_two_seconds(nuke, engine, comp, monkeypatch):
    started = []
    popen = subprocess.Popen

    def watched(*arguments, **told):
        started.append(popen(*arguments, **told))
        return started[-1]

    monkeypatch.setattr(part("hosts.process").subprocess, "Popen", watched)
    comp["vst_method"].setValue("gatys")
    nuke.cancel_at = "iteration"
    nuke.press(comp, "vst_run")
    assert time.monotonic() - nuke.cancelled_at < 2
    assert comp["vst_status"].value() == "Cancelled"
    assert started[-1].poll() is not None
    assert comp["vst_painted"].value() == ""


@pytest.mark.slow
def test_the_interface_goes_on_while_the_engine_paints(nuke, engine, comp, tmp_path):
    nuke.module.GUI = True
    status = comp["vst_status"]
    nuke.press(comp, "vst_run")
    assert nuke.rendered == RENDERS  # the input, as any Write
    assert status.value().startswith("Being painted:")
    assert comp["vst_painted"].value() == ""
    nuke.press(comp, "vst_run")
    assert status.value() == "Being painted already"
    assert nuke.idle_until(lambda: "Being" not in status.value())
    assert status.value() == "8 frames painted"
    same_as_the_engine_by_itself(engine, painted(comp), tmp_path)
    nuke.press(comp, "vst_run")
    assert "nothing has changed" in status.value()


@pytest.mark.slow
def test_a_node_that_changes_while_it_is_painted_says_so(nuke, engine, comp):
    nuke.module.GUI = True
    comp["vst_last"].setValue(2)
    nuke.press(comp, "vst_run")
    comp["vst_strength"].setValue(0.5)
    assert nuke.idle_until(lambda: "changed since" in comp["vst_status"].value())
    nuke.press(comp, "vst_run")
    assert nuke.idle_until(lambda: comp["vst_status"].value() == "2 frames painted")
    assert nuke.rendered == RENDERS[:2]


@pytest.mark.slow
def test_a_script_that_is_closed_meanwhile_finds_its_paint_when_it_is_opened(nuke, engine, comp):
    nuke.module.GUI = True
    comp["vst_last"].setValue(2)
    path = nuke.root["name"].value()
    nuke.module.scriptSaveAs(path, 1)
    nuke.press(comp, "vst_run")
    nuke.module.scriptOpen(path)
    with pytest.raises(ValueError, match="not attached"):
        comp["vst_status"]
    opened = nuke.module.toNode("VST_Stylize1")
    assert opened["vst_painted"].value() == ""
    assert nuke.idle_until(lambda: not part("background")._going_on)
    nuke.press(opened, "vst_run")
    assert "nothing has changed" in opened["vst_status"].value()


@pytest.mark.slow
def test_cancel_beside_the_interface(nuke, engine, comp):
    nuke.module.GUI = True
    comp["vst_method"].setValue("gatys")
    nuke.cancel_at = "iteration"
    nuke.press(comp, "vst_run")
    assert nuke.idle_until(lambda: comp["vst_status"].value() == "Cancelled")
    assert time.monotonic() - nuke.cancelled_at < 2
    assert comp["vst_painted"].value() == ""


ENGINES = {
    "crash": ("import os; os.abort()", "signal 6"),
    "nonsense": ("print('I am no engine', flush=True); import time; time.sleep(9)", "unexpected"),
    "silent end": ("pass", "without finishing"),
    "words": ("import sys; sys.exit('out of paint')", "out of paint"),
}


@pytest.mark.parametrize(("text", "words"), ENGINES.values(), ids=ENGINES)
def test_an_engine_that_fails_is_one_line(nuke, comp, tmp_path, text, words):
    program = tmp_path / "bin" / "vst-seq"
    program.parent.mkdir()
    head = "#!/usr/bin/env python3\n"
    program.write_text(head + text + "\n")
    describe = 'import sys\nprint("[]" if sys.argv[1] == "styles" else \'{"engine": "9"}\')\n'
    (tmp_path / "bin" / "vst").write_text(head + describe)
    for one in program.parent.iterdir():
        one.chmod(0o755)
    comp["vst_engine"].setValue(str(program))
    nuke.press(comp, "vst_run")
    assert words in comp["vst_status"].value()
    assert "\n" not in comp["vst_status"].value()
    assert comp["vst_painted"].value() == ""


def test_an_engine_that_is_missing_is_one_line(nuke, comp, monkeypatch, tmp_path):
    monkeypatch.delenv("VST_SEQ", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    nuke.press(comp, "vst_run")
    assert "not installed" in comp["vst_status"].value()
    comp["vst_engine"].setValue("/nowhere/vst-seq")
    nuke.press(comp, "vst_run")
    assert "/nowhere/vst-seq" in comp["vst_status"].value()
    assert nuke.rendered == []


def test_a_write_below_refuses_old_paint(nuke, comp, tmp_path):
    write_below = nuke.module.nodes.Write(
        inputs=[comp], file=str(tmp_path / "out.%04d.exr"), file_type="exr", channels="all"
    )
    with pytest.raises(RuntimeError, match="VST_Stylize1 is not painted"):
        nuke.module.execute(write_below, 1, 1)
    comp["vst_check"].setValue(False)
    nuke.module.execute(write_below, 1, 1)
    assert (tmp_path / "out.0001.exr").is_file()


def test_masks_and_vectors_are_handed_on(nuke, engine, comp, shot, tmp_path):
    half = np.zeros((54, 96), np.float32)
    half[:, :48] = 1
    for frame in (1, 2):
        still = {f"{way}.{axis}": half * 0 for way in ("forward", "backward") for axis in "uv"}
        source = oiio.ImageInput.open(str(shot) % 1).read_image(oiio.FLOAT)
        plain = {name: source[..., place] for place, name in enumerate("RGB")}
        write(tmp_path / f"moving.{frame:04d}.exr", {**plain, "A": half * 0 + 1, **still})
        write(tmp_path / f"mask.{frame:04d}.exr", {**plain, "A": half})
    make = nuke.module.nodes.Read
    comp.setInput(0, make(file=str(tmp_path / "moving.%04d.exr"), first=1, last=2))
    comp.setInput(1, make(file=str(tmp_path / "mask.%04d.exr"), first=1, last=2))
    part("node").reset_range(comp)
    comp["vst_flow"].setValue("vectors")
    nuke.press(comp, "vst_run")
    assert comp["vst_status"].value().startswith("2 frames painted")
    folder = painted(comp)[0].parent.parent / "input"
    names = oiio.ImageInput.open(str(folder / "input.0001.exr")).spec().channelnames
    assert {"forward.u", "backward.v", "R", "A"} <= set(names)
    assert oiio.ImageInput.open(str(folder / "mask.0001.exr")).spec().channelnames == ("A",)
    red = nuke.picture(comp, 1).channels["rgba.red"]
    before = nuke.picture(comp.input(0), 1).channels["rgba.red"]
    assert np.allclose(red[:, 60:], before[:, 60:], atol=2e-3)
    assert np.abs(red[:, :36] - before[:, :36]).mean() > 0.02


def test_a_farm_paints_without_the_interface(nuke, engine, comp, tmp_path, capsys):
    comp["vst_last"].setValue(2)
    path = nuke.root["name"].value()
    nuke.module.scriptSaveAs(path, 1)
    batch = part("batch")
    assert batch.main([]) == 2
    assert batch.main([path, "Nothing1"]) == 2
    assert batch.main([path, "VST_Stylize1"]) == 0
    assert "2 frames painted" in capsys.readouterr().out
    nuke.module.scriptOpen(path)  # as it was saved, before it was painted
    opened = nuke.module.toNode("VST_Stylize1")
    assert os.path.isfile(opened.node("ReadResult")["file"].value() % 2)  # noqa: PTH113
    below = nuke.module.nodes.Write(
        inputs=[opened], file=str(tmp_path / "out.%04d.exr"), file_type="exr", channels="all"
    )
    nuke.module.execute(below, 1, 2)
    opened["vst_engine"].setValue("/nowhere/vst-seq")
    opened["vst_seed"].setValue(3)
    nuke.module.scriptSaveAs(path, 1)
    assert batch.main([path]) == 3


def test_a_node_above_has_to_be_painted_first(nuke, engine, comp):
    comp["vst_last"].setValue(2)
    below = part("node").create()
    below.setInput(0, comp)
    for name, value in (("vst_first", 1), ("vst_last", 2), ("vst_device", "cpu")):
        below[name].setValue(value)
    nuke.press(below, "vst_run")
    assert "VST_Stylize1 is not painted" in below["vst_status"].value()
    assert nuke.rendered == []
    path = nuke.root["name"].value()
    nuke.module.scriptSaveAs(path, 1)
    assert part("batch").main([path]) == 0  # the upper one first, whatever they are called
    assert nuke.rendered == [("WriteInput", frame) for frame in (1, 2, 1, 2)]
