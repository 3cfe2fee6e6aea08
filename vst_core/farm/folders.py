"""The folders and files that a shot names, as parameters that a farm can map.

A farm's machines see the same disk in different places, and map the values of parameters of the
type PATH from one to the other. So the folder is such a parameter, and the name in it, which may
be a pattern (`%04d`), stays a text: a pattern is no file, and no farm could find or upload it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from vst_core.catalog import PARAMETERS, Parameter
from vst_core.errors import UsageError
from vst_core.frames import FramePattern
from vst_core.job import KEEP, StyleCurve, StylizeJob, parse_masks
from vst_core.styles import painting_file

__all__ = ["Folder", "Folders", "absolute", "named_paths", "plain", "reference"]

_NOT_HERE = frozenset({"state_in", "state_out", "preview"})
_PICTURE_OR_CARD = re.compile(r"[/\\]|\.\w{2,5}$")


@dataclass(frozen=True)
class Folder:
    """A parameter of the type PATH.

    Attributes:
        parameter: Its name.
        path: Where it is on this machine, absolute.
        kind: What lies there.
        flow: Whether the job reads it or writes it.
        about: What it is, for people.
    """

    parameter: str
    path: str
    kind: Literal["FILE", "DIRECTORY"]
    flow: Literal["IN", "OUT"]
    about: str


@dataclass
class Folders:
    """The parameters of a job, collected while its command lines are written.

    Attributes:
        found: In the order in which they were asked for.
    """

    found: list[Folder] = field(default_factory=list)

    def add(self, folder: Folder) -> str:
        """Take a folder, and return how a command line names it."""
        self.found.append(folder)
        return reference(folder.parameter)

    def texts(self, job: StylizeJob) -> list[tuple[Parameter, str]]:
        """Return the settings that name files, input and output aside, with every path mapped.

        Raises:
            UsageError: A text cannot stand in a template; see `plain`.
        """
        named = [(one, named_paths(job, one.name)) for one in PARAMETERS]
        return [
            (one, self._mapped(plain(getattr(job, one.name)), paths, one))
            for one, paths in named
            if paths
        ]

    def _mapped(self, text: str, paths: Iterable[str], parameter: Parameter) -> str:
        longest = sorted(set(paths), key=len, reverse=True)
        places = {path: self._place(path, parameter) for path in longest}
        return re.sub("|".join(map(re.escape, longest)), lambda found: places[found[0]], text)

    def _place(self, text: str, parameter: Parameter) -> str:
        path = absolute(text)
        if not FramePattern.fits(text):
            kind: Literal["FILE", "DIRECTORY"] = "DIRECTORY" if Path(path).is_dir() else "FILE"
            return reference(self._known(path, kind, parameter))
        folder, name = os.path.split(path)
        return f"{reference(self._known(folder, 'DIRECTORY', parameter))}/{name}"

    def _known(self, path: str, kind: Literal["FILE", "DIRECTORY"], parameter: Parameter) -> str:
        """Return the parameter of a path: one for every path, however often it is named."""
        for folder in self.found:
            if (folder.path, folder.kind, folder.flow) == (path, kind, "IN"):
                return folder.parameter
        stem = "".join(word.title() for word in parameter.name.split("_"))
        number = 1 + sum(folder.parameter.startswith(stem) for folder in self.found)
        name = f"{stem}{kind.title().replace('Directory', 'Folder')}{number}"
        self.found.append(Folder(name, path, kind, "IN", parameter.label))
        return name


def named_paths(job: StylizeJob, name: str) -> tuple[str, ...]:
    """Return the files and folders in the text of a setting, as they are written there."""
    text = str(getattr(job, name)).strip()
    if not text or name in _NOT_HERE:
        return ()
    if name == "style":
        return _style_paths(text)
    if name == "style_outside":
        return _style_paths(text) if text != KEEP else ()
    if name == "mask":
        masks = parse_masks(text)
        styles = (path for mask in masks if mask.style for path in _style_paths(mask.style))
        return tuple(mask.place for mask in masks if mask.source == "file") + tuple(styles)
    if name == "flow":
        return tuple(filter(None, text.partition("files:")[2].split(",")))
    parameter = next(one for one in PARAMETERS if one.name == name)
    return (text,) if parameter.path else ()


def absolute(text: str) -> str:
    """Return a path as seen from the root; drives and links stay what they are."""
    return os.path.abspath(os.path.expanduser(text))  # noqa: PTH100, PTH111


def reference(parameter: str) -> str:
    """Return how a template names the value of a parameter."""
    return f"{{{{Param.{parameter}}}}}"


def plain(text: str) -> str:
    """Return a text that a template can hold as it is.

    Raises:
        UsageError: It has double braces, which stand for a parameter there and have no escape.
    """
    if "{{" in text or "}}" in text:
        fix = "Rename the file or folder"
        raise UsageError(f"A farm's job cannot hold double braces: {text!r}", fix=fix)
    return text


def _style_paths(text: str) -> tuple[str, ...]:
    if text == KEEP:
        return ()
    names = StyleCurve.parse(text).names
    read = (name if name.endswith(".toml") else str(painting_file(name)) for name in names)
    return tuple(dict.fromkeys(name for name in read if _PICTURE_OR_CARD.search(name)))
