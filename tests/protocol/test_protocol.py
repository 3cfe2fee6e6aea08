"""Messages between an engine process and its host."""

import json
from dataclasses import fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vst_core import protocol
from vst_core.errors import InputError, Interrupted, VstError
from vst_core.protocol import Failed, ProtocolError, Unknown, decode, encode, error_of

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
VALUES = {
    "int": st.integers(-(2**40), 2**40),
    "float": st.floats(allow_nan=False, allow_infinity=False) | st.integers(-99, 99),
    "str": TEXT,
    "bool": st.booleans(),
    "Optional[int]": st.none() | st.integers(-99, 99),
    "dict[str, float]": st.dictionaries(TEXT, st.floats(allow_nan=False, allow_infinity=False)),
}
KINDS = (
    protocol.Started,
    protocol.FrameDone,
    protocol.Progress,
    protocol.Iterated,
    protocol.CutFound,
    protocol.Warned,
    protocol.Failed,
    protocol.Finished,
    protocol.Cancel,
    protocol.Make,
    protocol.Leave,
)
MESSAGES = st.one_of(
    *(st.builds(kind, **{f.name: VALUES[str(f.type)] for f in fields(kind)}) for kind in KINDS)
)


@settings(deadline=None, max_examples=200)
@given(MESSAGES)
def test_every_message_is_one_ascii_line_and_reads_back(message):
    line = encode(message)
    assert line.isascii()
    assert len(line.splitlines()) == 1
    assert decode(line) == message
    assert decode(line + "\r\n") == message


def test_the_line_is_as_documented():
    line = encode(protocol.CutFound(57))
    assert line == '{"vst": 1, "kind": "cut_found", "frame": 57}'
    assert json.loads(encode(protocol.Cancel())) == {"vst": 1, "kind": "cancel"}
    done = protocol.FrameDone(7, 1, 4, 0.5, 2.0, "out/é.png")
    assert json.loads(encode(done))["kind"] == "frame_done"
    assert done.skipped is False


def test_newer_and_unknown_messages_are_not_errors():
    newer = '{"vst": 2, "kind": "cut_found", "frames": [5, 9]}'
    assert decode(newer) == Unknown("cut_found", 2, {"frames": [5, 9]})
    assert decode('{"vst": 1, "kind": "hello", "a": 1}') == Unknown("hello", 1, {"a": 1})


def test_unknown_fields_are_ignored_and_optional_ones_may_lack():
    line = '{"vst": 1, "kind": "failed", "code": "input", "message": "m", "exit_code": 3, "z": 0}'
    assert decode(line) == protocol.Failed("input", "m", 3, None)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", "not a JSON object"),
        ("loading model ...", "not a JSON object: loading model ..."),
        ("[1]", "not a JSON object"),
        ('{"vst": 1', "not a JSON object"),
        ("[" * 100_000, "not a JSON object"),
        ("{}", "lack of 'vst' and 'kind'"),
        ('{"vst": true, "kind": "cancel"}', "lack of 'vst' and 'kind'"),
        ('{"vst": 1, "kind": "cut_found"}', "'cut_found' lacks 'frame'"),
        ('{"vst": 1, "kind": "cut_found", "frame": "5"}', "'frame' cannot be '5'. It takes: int"),
        ('{"vst": 1, "kind": "cut_found", "frame": true}', "'frame' cannot be True"),
        ('{"vst": 1, "kind": "progress", "text": "a", "fraction": NaN}', "'fraction' cannot be"),
    ],
)
def test_bad_lines(line, words):
    with pytest.raises(ProtocolError) as caught:
        decode(line)
    assert words in str(caught.value)
    assert len(str(caught.value)) < 200


def test_what_cannot_be_sent():
    with pytest.raises(ProtocolError, match="'fps' cannot be inf"):
        encode(protocol.FrameDone(1, 1, 1, 0.0, float("inf"), "p"))
    with pytest.raises(ProtocolError, match=r"cannot be sent\. Known: started, frame_done"):
        encode(Unknown("x", 1))


def test_an_error_comes_back_as_its_own_kind():
    error = error_of(Failed("input", "Frame 7 is damaged.", 3, frame=7))
    assert (type(error), str(error), error.frame) == (InputError, "Frame 7 is damaged.", 7)
    assert error_of(Failed("interrupt", "Stopped", 143)).exit_code == 143
    assert type(error_of(Failed("interrupt", "Stopped", 130))) is Interrupted
    assert type(error_of(Failed("unheard-of", "x", 1))) is VstError
