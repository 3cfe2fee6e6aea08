"""A painting as a style: no training, nothing but its file."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from vst_core.errors import InputError
from vst_core.file_formats import PAINTING_SUFFIXES
from vst_core.hosts.hashes import known_hash

__all__ = ["Painting", "find_painting", "names_a_painting"]


@dataclass(frozen=True, kw_only=True)
class Painting:
    """A picture whose strokes are the style.

    Attributes:
        path: Its file.
        sha256: Of the file.
    """

    path: Path
    sha256: str

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.name


def names_a_painting(style: str) -> bool:
    """Whether a style is meant as the path of a picture."""
    path = Path(style)
    there = os.path.isfile(path)  # noqa: PTH113  (Path's raises where the name is too long)
    return path.suffix.lower() in PAINTING_SUFFIXES or (path.suffix != ".toml" and there)


def find_painting(style: str) -> Painting:
    """Return the painting at a path; whether it is a picture shows when it is read.

    Raises:
        InputError: There is no such file, or it cannot be read.
    """
    path = Path(style)
    try:
        return Painting(path=path, sha256=known_hash(path))
    except (FileNotFoundError, ValueError):  # or a name that no file can have
        fix = "Check the path, or name a style: `vst styles` lists them."
        raise InputError(f"There is no painting at '{style}'", fix=fix) from None
    except OSError as error:
        fix = "Check its permissions."
        raise InputError(f"'{style}' cannot be read ({error.strerror})", fix=fix) from None
