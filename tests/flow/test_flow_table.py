"""The table and its door: every source opens by name, every mistake says the way out."""

import importlib.util
import subprocess
import sys

import pytest

from vst_core.errors import UsageError, WeightsError
from vst_core.flow import FLOW_SOURCES, NO_FLOW, FlowSettings, open_flow_source

OPENABLE = {
    "auto": "auto",
    "dis": "dis",
    "raft-small": "raft-small",
    "files": "files:f_%04d.flo,b_%04d.flo",
}


@pytest.mark.parametrize("text", OPENABLE.values())
def test_a_source_opens_and_tells_the_name_that_opens_it_again(text):
    assert open_flow_source(text, FlowSettings()).name == text


def test_the_table_holds_the_documented_sources():
    assert set(FLOW_SOURCES) == {*OPENABLE, "raft-large", "ptlflow", "vectors"}


def test_the_catalog_lists_the_same_sources():
    from vst_core.catalog import FLOW_SOURCES_INFO

    assert {info.name for info in FLOW_SOURCES_INFO} == {*FLOW_SOURCES, NO_FLOW}


def test_none_is_no_source():
    with pytest.raises(UsageError) as caught:
        open_flow_source(NO_FLOW, FlowSettings())
    assert "--flow" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("raft-smal", "Did you mean 'raft-small'?"),
        ("", "Known: auto, "),
        ("dis:fast", "takes nothing after it"),
        ("ptlflow", "Write it as 'ptlflow:<model>'"),
        ("files:", "Write it as 'files:<forward pattern>,<backward pattern>'"),
        ("files:only_%04d.flo", "not two patterns"),
        ("files:forward.flo,backward_%04d.flo", "no place for a frame number"),
    ],
)
def test_a_mistyped_source_says_the_way_out(text, said):
    with pytest.raises(UsageError) as caught:
        open_flow_source(text, FlowSettings())
    assert said in str(caught.value)


def test_absent_weights_name_the_file_and_the_folder(tmp_path, monkeypatch):
    monkeypatch.delenv("VST_WEIGHTS", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("urllib.request.urlretrieve", _no_network)
    with pytest.raises(WeightsError) as caught:
        open_flow_source("raft-large", FlowSettings(weights_dir=tmp_path))
    assert "raft_large_C_T" in str(caught.value)
    assert "--weights-dir" in str(caught.value)


def _no_network(*_):
    raise OSError("no network")


@pytest.mark.skipif(importlib.util.find_spec("ptlflow") is not None, reason="ptlflow is installed")
def test_without_ptlflow_the_way_to_install_it_is_said():
    with pytest.raises(UsageError, match=r'pip install "vst\[flow\]"'):
        open_flow_source("ptlflow:raft", FlowSettings())


@pytest.mark.slow
def test_entering_the_room_loads_neither_cv2_nor_torchvision():
    script = "import sys, vst_core.flow; print({'cv2', 'torchvision'} & set(sys.modules))"
    found = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "set()"
