"""How layers are typed."""

import pytest

from vst_core.errors import UsageError
from vst_core.optimizer import parse_layers


@pytest.mark.parametrize(
    ("text", "layers"),
    [
        ("", ()),
        ("  ", ()),
        ("relu1_1", (("relu1_1", 1.0),)),
        (" relu1_1:2 , relu4_2 ", (("relu1_1", 2.0), ("relu4_2", 1.0))),
    ],
)
def test_reads(text, layers):
    assert parse_layers(text) == layers


@pytest.mark.parametrize(
    "text", [",", "relu1_1,", ":1", "a:", "a:x", "a:0", "a:-1", "a:nan", "a:inf", "a,a", "a:1:2"]
)
def test_refuses(text):
    with pytest.raises(UsageError) as caught:
        parse_layers(text)
    assert str(caught.value) == (
        f"The layers '{' '.join(text.split())}' cannot be read. "
        "Write layers once each, with weights above 0 if you like: relu1_1:1,relu3_1:0.5"
    )
