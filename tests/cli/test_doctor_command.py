"""`vst doctor`: what is found, what is missing, whether the main job can run."""

import json

import pytest

from vst_core.catalog import FLOW_SOURCES_INFO
from vst_core.weights import WEIGHTS


@pytest.fixture(autouse=True)
def no_weights(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("VST_WEIGHTS", raising=False)


def report(main, capsys, *arguments):
    code = main("doctor", "--json", *arguments)
    return code, json.loads(capsys.readouterr().out)


def test_healthy_machine(main, tiny_styles, capsys):
    code, found = report(main, capsys)
    assert (code, found["main_job"], found["error"]) == (0, True, None)
    assert [weight["name"] for weight in found["weights"]] == list(WEIGHTS)
    assert [flow["name"] for flow in found["flow_sources"]] == [
        source.syntax for source in FLOW_SOURCES_INFO
    ]
    assert {style["name"]: style["ok"] for style in found["styles"]} == {
        "candy": True,
        "muse": True,
    }
    assert sum(device["chosen"] for device in found["devices"]) == 1
    assert found["devices"][-1]["name"] == "cpu"


def test_people_read_what_is_missing_and_how_to_get_it(main, tiny_styles, capsys):
    assert main("doctor") == 0
    text = capsys.readouterr().out
    assert "ok  torch" in text
    assert "--  vgg16" in text
    assert WEIGHTS["vgg16"][0].filename in text
    assert "needs raft-large, which is not here yet" in text
    assert text.rstrip().endswith("The main job can run.")


def test_weights_are_proven_by_their_hash(main, tiny_styles, tmp_path, shared, capsys):
    (tmp_path / WEIGHTS["u2netp"][0].filename).write_bytes(b"not it")
    _, found = report(main, capsys, "--weights-dir", tmp_path)
    net = next(weight for weight in found["weights"] if weight["name"] == "u2netp")
    assert not net["ok"]
    assert "is not the file its name promises" in net["detail"]
    _, found = report(main, capsys, "--weights-dir", shared / "weights")
    assert {weight["name"] for weight in found["weights"] if weight["ok"]} == {
        "vgg16",
        "vgg19-gatys",
        "u2netp",
    }
    usable = {flow["name"] for flow in found["flow_sources"] if flow["ok"]}
    assert {"auto", "dis", "raft-small"} <= usable


def test_nothing_is_downloaded(main, tiny_styles, monkeypatch, capsys):
    def refuse(*_):
        raise AssertionError("went to the network")

    monkeypatch.setattr("urllib.request.urlretrieve", refuse)
    assert main("doctor") == 0


def test_damaged_or_absent_default_style_is_exit_6(main, tiny_styles, capsys):
    (tiny_styles / "trunk-4-vtn.safetensors").write_bytes(b"torn")
    code, found = report(main, capsys)
    assert code == 6
    assert "'candy'" in found["error"]
    for card in tiny_styles.glob("*.toml"):
        card.unlink()
    code, found = report(main, capsys)
    assert code == 6
    assert "not installed" in found["error"]


@pytest.mark.slow
def test_absent_library_is_exit_5(process, tiny_styles):
    hide = "sys.modules['OpenImageIO'] = None"
    done = process("doctor", prelude=hide)
    assert done.returncode == 5
    assert "--  OpenImageIO" in done.stdout
    assert "The main job cannot run for lack of OpenImageIO." in done.stdout
    assert "pip install" in done.stdout
