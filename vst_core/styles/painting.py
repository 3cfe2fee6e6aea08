"""A painting as a style: no training, nothing but its file, or a frame of a movie.

painting.jpg                  a picture
art.mp4#12                    the twelfth picture of a movie, 1 being the first
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from vst_core.errors import InputError
from vst_core.file_formats import MOVIE_SUFFIXES, PAINTING_SUFFIXES
from vst_core.hosts.hashes import known_hash, text_hash

__all__ = [
    "MovieFrame",
    "Painting",
    "find_painting",
    "movie_frame",
    "names_a_painting",
    "painting_file",
]

_FRAME = re.compile(r"(?P<movie>.+)#(?P<number>[0-9]{1,9})", re.DOTALL)


_WHOLE_MOVIES = frozenset(MOVIE_SUFFIXES) - frozenset(PAINTING_SUFFIXES)


class MovieFrame(NamedTuple):
    """A picture of a movie: its file, and its number, 1 being the first."""

    movie: Path
    number: int


@dataclass(frozen=True, kw_only=True)
class Painting:
    """A picture whose strokes are the style.

    Attributes:
        path: Its file; `art.mp4#12` for a frame of a movie.
        sha256: Of the file; of a movie's frame the hash of the movie's and the number.
    """

    path: Path
    sha256: str

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.name

    @property
    def file(self) -> Path:
        """What is read: its file, or the movie."""
        return painting_file(str(self.path))


def names_a_painting(style: str) -> bool:
    """Whether a style is meant as the path of a picture."""
    path = Path(style)
    known = path.suffix.lower() in PAINTING_SUFFIXES or movie_frame(path) is not None
    return known or (path.suffix != ".toml" and _is_file(path))


def movie_frame(path: Path) -> MovieFrame | None:
    """Return the frame of a movie that a style's path means; None where it means a file.

    >>> movie_frame(Path("art.mp4#12"))
    MovieFrame(movie=PosixPath('art.mp4'), number=12)
    """
    found = _FRAME.fullmatch(str(path))
    movie = Path(found["movie"]) if found else path
    if found is None or movie.suffix.lower() not in MOVIE_SUFFIXES or _is_file(path):
        return None
    return MovieFrame(movie, int(found["number"]))


def painting_file(style: str) -> Path:
    """Return the file that is read for the path of a painting: itself, or the movie."""
    frame = movie_frame(Path(style))
    return frame.movie if frame else Path(style)


def find_painting(style: str) -> Painting:
    """Return the painting at a path; whether it is a picture shows when it is read.

    Raises:
        InputError: There is no such file, or it cannot be read, or it is a movie whose frame is
            not named.
    """
    path = Path(style)
    frame = movie_frame(path)
    if frame is None and path.suffix.lower() in _WHOLE_MOVIES:
        what = f"'{style}' is a movie, and a style is one picture"
        raise InputError(what, fix=f"Name one of its frames, {style}#1, or use --style-video.")
    try:
        if frame is None:
            return Painting(path=path, sha256=known_hash(path))
        return Painting(path=path, sha256=text_hash(f"{known_hash(frame.movie)} {frame.number}"))
    except (FileNotFoundError, ValueError):  # or a name that no file can have
        fix = "Check the path, or name a style: `vst styles` lists them."
        raise InputError(f"There is no painting at '{style}'", fix=fix) from None
    except OSError as error:
        fix = "Check its permissions."
        raise InputError(f"'{style}' cannot be read ({error.strerror})", fix=fix) from None


def _is_file(path: Path) -> bool:
    return os.path.isfile(path)  # noqa: PTH113  (Path's raises where the name is too long)
