"""Where Metal is, the processor helps out; elsewhere nothing is set."""

import pytest

NAME = "PYTORCH_ENABLE_MPS_FALLBACK"


@pytest.mark.parametrize(
    ("platform", "before", "after"),
    [("darwin", None, "1"), ("darwin", "0", "0"), ("linux", None, None), ("win32", None, None)],
)
def test_the_processor_helps_where_metal_is(room, monkeypatch, platform, before, after):
    monkeypatch.setattr("sys.platform", platform)
    environment = {} if before is None else {NAME: before}
    monkeypatch.setattr("os.environ", environment)
    room("metal").let_processor_help()
    assert environment.get(NAME) == after
