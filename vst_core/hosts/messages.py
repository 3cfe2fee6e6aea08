# SPDX-License-Identifier: Apache-2.0
"""What an engine process tells its host, and the host tells it: one JSON line a message.

The hosts (Blender, Nuke) carry a copy of this file, so it needs nothing but the standard
library, runs on Python 3.9, and has an error of its own.

A line looks like ``{"vst": 1, "kind": "cut_found", "frame": 57}``. Readers ignore fields they
do not know, so a field may be added at any time; `VERSION` rises only when an old reader would
misunderstand, and then every message reaches it as `Unknown`.
"""

from __future__ import annotations

import dataclasses
import json
import math
import re
from dataclasses import dataclass
from typing import Any, Optional

__all__ = [
    "VERSION",
    "Cancel",
    "CutFound",
    "Failed",
    "Finished",
    "FrameDone",
    "Iterated",
    "Leave",
    "Make",
    "Message",
    "Progress",
    "ProtocolError",
    "Started",
    "Unknown",
    "Warned",
    "decode",
    "encode",
]

VERSION = 1
"""The version of the messages that this file writes."""


class ProtocolError(ValueError):
    """A line is no message, or a message cannot become a line."""


class Message:
    """An event or a command."""


@dataclass(frozen=True)
class Started(Message):
    """The run is planned, and its first frame begins.

    Attributes:
        frames: How many frames will be made or skipped.
        width: Of the working picture, in pixels.
        height: Of the working picture, in pixels.
        style: As in the job.
        method: As in the job.
        flow: As in the job.
        device: What was chosen, such as ``cuda:0``.
        version: The engine's version.
        layer: Which of the input's layers is painted; empty where it has none with a name.
        colorspace: The name of the input's color space.
    """

    frames: int
    width: int
    height: int
    style: str
    method: str
    flow: str
    device: str
    version: str
    layer: str = ""
    colorspace: str = ""


@dataclass(frozen=True)
class FrameDone(Message):
    """A frame lies finished on disk.

    Attributes:
        frame: Its number in the file names.
        index: Its place in the run, from 1, so that ``index / total`` is the part done.
        total: How many frames the run has.
        seconds: What it took, from reading to writing.
        fps: Frames per second lately.
        path: The finished file.
        skipped: It was there already, from an earlier run.
    """

    frame: int
    index: int
    total: int
    seconds: float
    fps: float
    path: str
    skipped: bool = False


@dataclass(frozen=True)
class Progress(Message):
    """Something besides frames goes on; `fraction` of it, 0 to 1, is done."""

    text: str
    fraction: float


@dataclass(frozen=True)
class Iterated(Message):
    """An optimizing method has improved a frame; told a few times a second at most.

    Attributes:
        frame: Its number in the file names.
        iteration: How often it was improved, from 1; in this pass, if there are several.
        iterations: How often at most.
        width: Of the picture that is being improved: frames are painted small first.
        height: Likewise.
        loss: What is made small: the weighted sum of the losses.
        losses: Every loss without its weight, by name: ``content relu4_2``, ``style relu1_1``.
        number: Of the pass, from 1.
        passes: How many there are.
    """

    frame: int
    iteration: int
    iterations: int
    width: int
    height: int
    loss: float
    losses: dict[str, float] = dataclasses.field(default_factory=dict, hash=False)
    number: int = 1
    passes: int = 1


@dataclass(frozen=True)
class CutFound(Message):
    """A new shot begins at `frame`."""

    frame: int


@dataclass(frozen=True)
class Warned(Message):
    """The run goes on, but a person should know this."""

    text: str


@dataclass(frozen=True)
class Failed(Message):
    """The run has failed.

    Attributes:
        code: The error's short name: usage, input, output, device, memory, weights, ...
        message: One line for a person.
        exit_code: What the process will exit with.
        frame: The frame at which it happened, if it was at one.
    """

    code: str
    message: str
    exit_code: int
    frame: Optional[int] = None  # noqa: UP045  (the hosts' Python may be 3.9)


@dataclass(frozen=True)
class Finished(Message):
    """The run is complete: so many frames made, so many found done, in so many seconds."""

    made: int
    skipped: int
    seconds: float


@dataclass(frozen=True)
class Cancel(Message):
    """A command to the engine: finish the frame at hand, save, and stop."""


@dataclass(frozen=True)
class Make(Message):
    """A command to an engine that stays: make a job, and tell of it as a run of its own does.

    Attributes:
        job: The settings by name, as JSON: names of files need not be text that TOML holds.
        folder: From which the job's relative paths are seen.
        version: Of the engine that asks; another one must not answer.
        sample: A folder: only the first frame is made, into it, once the job is planned. The first
            ``started`` is that of the job then.
    """

    job: str
    folder: str
    version: str
    sample: str = ""


@dataclass(frozen=True)
class Leave(Message):
    """A command to an engine that stays: end, when the job at hand has come to its end."""


@dataclass(frozen=True)
class Unknown(Message):
    """A message of a newer engine or host: not understood, and nothing to worry about.

    Attributes:
        kind: What it calls itself.
        version: The version of its writer.
        fields: What it says.
    """

    kind: str
    version: int
    fields: dict[str, Any] = dataclasses.field(default_factory=dict, hash=False)


_CLASSES = (
    Started,
    FrameDone,
    Progress,
    Iterated,
    CutFound,
    Warned,
    Failed,
    Finished,
    Cancel,
    Make,
    Leave,
)
_KINDS = {re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower(): cls for cls in _CLASSES}
_NAMES = {cls: kind for kind, cls in _KINDS.items()}
_TYPES: dict[str, tuple[type, ...]] = {
    "int": (int,),
    "float": (int, float),
    "str": (str,),
    "bool": (bool,),
    "Optional[int]": (int, type(None)),
    "dict[str, float]": (dict,),
}


def encode(message: Message) -> str:
    """Return `message` as one line of ASCII, without its line end.

    Raises:
        ProtocolError: It is no message that can be sent, or a field has a wrong value.
    """
    kind = _NAMES.get(type(message))  # type: ignore[arg-type]
    if kind is None:
        raise ProtocolError(f"{message!r} cannot be sent. Known: {', '.join(_KINDS)}")
    values = {
        field.name: _checked(kind, field, getattr(message, field.name))
        for field in dataclasses.fields(message)  # type: ignore[arg-type]
    }
    return json.dumps({"vst": VERSION, "kind": kind, **values})


def decode(line: str) -> Message:
    """Return the message in `line`; `Unknown` for a newer version's or an unknown kind.

    Raises:
        ProtocolError: The line is no message, or a field is absent or has a wrong value.
    """
    content = _object(line)
    version, kind = content.pop("vst", None), content.pop("kind", None)
    if not isinstance(version, int) or isinstance(version, bool) or not isinstance(kind, str):
        raise ProtocolError(f"Not a message, for lack of 'vst' and 'kind': {_short(line)}")
    cls = _KINDS.get(kind)
    if version > VERSION or cls is None:
        return Unknown(kind, version, content)
    values: dict[str, Any] = {}
    for field in dataclasses.fields(cls):
        if field.name in content:
            values[field.name] = _checked(kind, field, content[field.name])
        elif field.default is dataclasses.MISSING:
            raise ProtocolError(f"The message '{kind}' lacks '{field.name}': {_short(line)}")
    return cls(**values)


def _object(line: str) -> dict[str, Any]:
    try:
        content = json.loads(line)
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise ProtocolError(f"Not a message, it is not a JSON object: {_short(line)}")
    return content


def _checked(kind: str, field: dataclasses.Field[Any], value: Any) -> Any:
    expected = _TYPES[str(field.type)]
    right = isinstance(value, expected) and (bool in expected or not isinstance(value, bool))
    if not right or not _sendable(value):
        what = f"In the message '{kind}', '{field.name}' cannot be {_short(repr(value))}"
        raise ProtocolError(f"{what}. It takes: {field.type}")
    return value


def _sendable(value: Any) -> bool:
    """Whether JSON has this value: numbers must be finite, and names text."""
    if isinstance(value, dict):
        numbers = all(isinstance(one, (int, float)) for one in value.values())
        return numbers and all(isinstance(k, str) and _sendable(v) for k, v in value.items())
    return not isinstance(value, float) or math.isfinite(value)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 80 else text[:77] + "..."
