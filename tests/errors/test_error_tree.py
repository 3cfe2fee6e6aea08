"""The tree of errors: exit codes, event codes and one-line messages."""

import inspect

import pytest

from vst_core import errors
from vst_core.errors import Interrupted, VstError, nearest

EXITS = {
    "VstError": (1, "internal"),
    "UsageError": (2, "usage"),
    "InputError": (3, "input"),
    "OutputError": (4, "output"),
    "DeviceError": (5, "device"),
    "OutOfMemory": (5, "memory"),
    "WeightsError": (6, "weights"),
}


@pytest.mark.parametrize("name", EXITS)
def test_exit_and_event_codes(name):
    kind = getattr(errors, name)
    assert (kind.exit_code, kind.code) == EXITS[name]
    assert issubclass(kind, VstError)
    assert name in errors.__doc__


def test_everything_public_is_in_all():
    defined = {
        name
        for name, value in vars(errors).items()
        if inspect.getmodule(value) is errors and not name.startswith("_")
    }
    assert defined == set(errors.__all__)


def test_a_signal_gives_128_and_its_number():
    assert Interrupted(15).exit_code == 143
    assert Interrupted(2).exit_code == 130
    assert "signal 2" in str(Interrupted(2))


def test_a_message_is_one_line_of_two_sentences():
    error = VstError("the  file\nis broken.", fix="Mend\nit.")
    assert str(error) == "the file is broken. Mend it."
    assert (error.what, error.fix) == ("the file is broken.", "Mend it.")
    assert str(VstError("broken")) == "broken."


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("mus", "Did you mean 'muse'? Known: candy, muse"),
        ("zzzz", "Known: candy, muse"),
    ],
)
def test_nearest(typed, sentence):
    assert nearest(typed, ["muse", "candy"]) == sentence
