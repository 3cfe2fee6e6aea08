"""The tables that every face is built from."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vst_core import catalog
from vst_core.errors import UsageError

PARAMETERS = pytest.mark.parametrize("parameter", catalog.PARAMETERS, ids=lambda one: one.name)
TABLES = [
    catalog.PARAMETERS,
    catalog.GROUPS,
    catalog.CLIPS,
    catalog.METHODS,
    catalog.FLOW_SOURCES_INFO,
    catalog.DEVICES,
]


@pytest.mark.parametrize("table", TABLES)
def test_names_are_unique_and_words_teach(table):
    assert len({row.name for row in table}) == len(table)
    for row in table:
        assert row.label[0].isupper() or row.label.startswith("OCIO")
        assert row.hint.endswith(".")
        assert "  " not in row.hint


@PARAMETERS
def test_parameter_is_consistent(parameter):
    assert parameter.check(parameter.default) == parameter.default
    assert type(parameter.check(parameter.default)) is type(parameter.default)
    assert parameter.group in {group.name for group in catalog.GROUPS}
    assert parameter.flag == "--" + parameter.name.replace("_", "-")
    assert len(parameter.hint) > 30
    assert bool(parameter.choices) or parameter.type != "choice"
    for choice in parameter.choices:
        assert choice.label
        assert choice.hint.endswith(".")
    number = parameter.type in ("integer", "double")
    ends = (parameter.minimum, parameter.maximum)
    shown = (parameter.display_minimum, parameter.display_maximum)
    assert all(isinstance(end, (int, float)) is number for end in (*ends, *shown))
    if number:
        assert ends[0] <= shown[0] < shown[1] <= ends[1]
        assert ends[0] <= parameter.default <= ends[1]


@PARAMETERS
def test_parameter_refuses_another_type(parameter):
    wrong = 1 if parameter.type in ("string", "choice", "boolean") else "1"
    with pytest.raises(UsageError, match=rf"{parameter.flag} cannot be .*It takes"):
        parameter.check(wrong)


@pytest.mark.parametrize("name", ["seed", "strength"])
@pytest.mark.parametrize("value", [True, float("nan"), float("inf"), None])
def test_numbers_refuse_what_is_no_number(name, value):
    with pytest.raises(UsageError, match="It takes a"):
        catalog.find_parameter(name).check(value)


def test_messages():
    with pytest.raises(UsageError, match=r"--strength cannot be 1\.5\. Allowed: 0 to 1"):
        catalog.find_parameter("strength").check(1.5)
    with pytest.raises(UsageError, match=r"--read-ahead cannot be -1\. Allowed: 0 to 32"):
        catalog.find_parameter("read_ahead").check(-1)
    with pytest.raises(UsageError, match=r"--method cannot be 'vtm'\. Did you mean 'vtn'"):
        catalog.find_parameter("method").check("vtm")
    with pytest.raises(UsageError, match=r"no parameter 'strenght'\. Did you mean 'strength'"):
        catalog.find_parameter("strenght")
    with pytest.raises(UsageError, match=r"no method 'cnn'\. Known: gatys, huang, itn, "):
        catalog.find_method("cnn")


def test_open_ended_ranges():
    settings_of = {"label": "A", "hint": "B.", "type": "integer", "default": 3}
    settings_of |= {"group": "machine", "affects": "nothing"}
    least = catalog.Parameter(name="least", minimum=1, **settings_of)
    most = catalog.Parameter(name="most", maximum=9, **settings_of)
    assert (least.check(10**9), most.check(-(10**9))) == (10**9, -(10**9))
    with pytest.raises(UsageError, match="Allowed: 1 or more"):
        least.check(0)
    with pytest.raises(UsageError, match="Allowed: 9 or less"):
        most.check(10)


@settings(deadline=None, max_examples=50)
@given(st.floats(0, 1) | st.integers(0, 1))
def test_strength_takes_its_range_and_becomes_a_float(value):
    checked = catalog.find_parameter("strength").check(value)
    assert checked == value
    assert isinstance(checked, float)


def test_traits():
    vtn, itn = catalog.find_method("vtn"), catalog.find_method("itn")
    assert (vtn.temporal, vtn.needs_flow) == ("causal", True)
    assert (itn.temporal, itn.needs_flow, itn.warm_up_frames) == ("none", False, 0)
    assert vtn.warm_up_frames > 0
    gatys = catalog.find_method("gatys")
    assert (gatys.temporal, gatys.needs_flow, gatys.accepts) == (
        "none",
        False,
        {"card", "painting"},
    )
    assert vtn.accepts == {"card", "painting"}
    assert catalog.find_method("lstm").accepts == {"card"}
    methods = tuple(method.name for method in catalog.METHODS)
    assert catalog.find_parameter("method").values == methods


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("dis", "dis"),
        ("none", "none"),
        ("raft-small", "raft-small"),
        ("raft-large", "raft-large"),
        ("ptlflow:rpknet", "ptlflow"),
        ("files:f_%04d.flo,b_%04d.flo", "files"),
        (r"files:C:\f\%04d.flo,C:\b\%04d.flo", "files"),
    ],
)
def test_flow_sources(text, name):
    assert catalog.find_flow_source(text).name == name


@pytest.mark.parametrize("text", ["ptlflow", "ptlflow:", "files:a", "files:a,", "dis:x", "none:"])
def test_flow_source_with_something_wrong_after_its_name(text):
    with pytest.raises(UsageError, match=f"Cannot read the flow source '{text}'. Write "):
        catalog.find_flow_source(text)


def test_unknown_flow_source():
    with pytest.raises(UsageError, match=r"'raft_small'\. Did you mean 'raft-small'"):
        catalog.find_flow_source("raft_small")
