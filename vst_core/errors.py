"""Every error a person can meet, each with its exit code and event code.

    VstError                 1  internal   something that should not happen
    |- UsageError            2  usage      the request itself does not make sense
    |- InputError            3  input      a file that was given cannot be used
    |- OutputError           4  output     a result cannot be written
    |- DeviceError           5  device     the asked-for device is absent or fails
    |  `- OutOfMemory        5  memory     the device has too little memory
    |- WeightsError          6  weights    a weight file is absent, damaged or foreign
    `- Interrupted     128 + n  interrupt  signal n asked the run to stop

A message is one line: what was wrong, with which value, and the way out.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

__all__ = [
    "DeviceError",
    "InputError",
    "Interrupted",
    "OutOfMemory",
    "OutputError",
    "UsageError",
    "VstError",
    "WeightsError",
    "nearest",
]

_MOST_NAMED = 60


class VstError(Exception):
    """Base of the tree.

    Args:
        what: One line that says what was wrong, with the offending value.
        fix: What is allowed or what to do next; joined to `what` as a second sentence.
    """

    exit_code: int = 1
    code: str = "internal"
    frame: int | None = None
    """The frame at hand, where there was one."""

    def __init__(self, what: str, *, fix: str = "") -> None:
        self.what = _one_line(what)
        self.fix = _one_line(fix)
        super().__init__(f"{self.what.rstrip('.')}. {self.fix}".rstrip())


class UsageError(VstError):
    """The request does not make sense: an unknown name, a value out of range."""

    exit_code = 2
    code = "usage"


class InputError(VstError):
    """An input file is absent, damaged, or does not fit the others."""

    exit_code = 3
    code = "input"


class OutputError(VstError):
    """A result cannot be written: no permission, no space, no such format."""

    exit_code = 4
    code = "output"


class DeviceError(VstError):
    """The device that was asked for is absent or failed."""

    exit_code = 5
    code = "device"


class OutOfMemory(DeviceError):  # noqa: N818  # what happened, not "...Error"
    """The device has too little memory for this frame size and these settings."""

    code = "memory"


class WeightsError(VstError):
    """A weight file is absent, damaged, or not the one its name promises."""

    exit_code = 6
    code = "weights"


class Interrupted(VstError):  # noqa: N818  # a request, not an error
    """The run was asked to stop by a signal, after the frame at hand was finished.

    Args:
        signum: The signal's number (2 = Ctrl-C, 15 = SIGTERM).
        fix: How to go on.
    """

    code = "interrupt"

    def __init__(self, signum: int, *, fix: str = "Run the same command again to go on.") -> None:
        self.signum = signum
        self.exit_code = 128 + signum
        super().__init__(f"Stopped by signal {signum}", fix=fix)


def nearest(name: str, known: Iterable[str]) -> str:
    """Return a sentence that helps with a mistyped name.

    >>> nearest("mus", ["candy", "muse"])
    "Did you mean 'muse'? Known: candy, muse"
    """
    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    guess = f"Did you mean '{close[0]}'? " if close else ""
    if len(names) > _MOST_NAMED:
        near = difflib.get_close_matches(name, names, n=_MOST_NAMED, cutoff=0.0)
        return f"{guess}Nearest of {len(names)}: {', '.join(near)}"
    return f"{guess}Known: {', '.join(names)}"


def _one_line(text: str) -> str:
    return " ".join(text.split())
