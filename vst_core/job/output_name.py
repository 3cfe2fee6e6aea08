"""What an output is, by its name: a folder, frames of names of their own, one picture, a movie."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Literal, TypeAlias

from vst_core.atomic import LONGEST_NAME, output_error
from vst_core.catalog import MOVIE_OUTPUTS
from vst_core.errors import UsageError
from vst_core.file_formats import FILE_FORMATS, PICTURE_SUFFIXES, format_of_suffix
from vst_core.frames import (
    MOVIE_SUFFIXES,
    FramePattern,
    names_view,
    no_view_named,
)

__all__ = ["OutputKind", "check_output_name", "format_of_name", "kind_of_output"]

OutputKind: TypeAlias = Literal["folder", "frames", "picture", "movie"]

_WRITTEN = tuple(suffix for one in FILE_FORMATS for suffix in one.suffixes)
_OTHER_PICTURES = (".avif", ".dng", ".gif", ".heic", ".heif", ".ico", ".jxl", ".psd", ".sxr", ".tx")
_PICTURES = frozenset((*PICTURE_SUFFIXES, *_OTHER_PICTURES))


def kind_of_output(text: str) -> OutputKind:
    """Return what `text` names.

    A movie ends like one (``.mov``). A folder is one that is there, or ends with a slash. Frames
    have a place for their number in the file name (``out/shot.%04d.exr``), and a picture ends
    like one (``out.exr``). Everything else is a folder that is to be made.
    """
    path = _expanded(text)
    if text.lower().endswith(MOVIE_OUTPUTS) and path.suffix:  # `.mov` is a name without an ending
        return "movie"
    if text.endswith(("/", os.sep)) or os.path.isdir(path):  # noqa: PTH112  (Path's raises)
        return "folder"
    is_picture = path.suffix.lower() in _PICTURES
    if _surely_numbered(path.name) or (is_picture and FramePattern.fits(text)):
        return "frames"
    return "picture" if is_picture else "folder"


def format_of_name(text: str) -> str:
    """Return the ``--format`` that an output's name asks for; nothing where it asks for none."""
    if kind_of_output(text) not in ("frames", "picture"):
        return ""
    found = format_of_suffix(Path(text).suffix)
    return found.option if found else ""


def check_output_name(text: str, *, asked: str) -> None:
    """Make sure that a result can have a name.

    Args:
        text: The output.
        asked: Its format: auto, exr, png, ...

    Raises:
        UsageError: It is too long, has letters that no file's name has, or is of a kind that is
            not written, or of another than `asked`; or the frame number, or a view, stands where it
            makes no sense.
        OutputError: It lies where this user may not look.
    """
    path = _expanded(text)
    _check_parts(path)
    kind = kind_of_output(text)
    _check_places(text, path, kind)
    suffix = path.suffix
    if kind == "folder":
        if suffix.lower() in MOVIE_SUFFIXES and not path.is_dir():
            fix = f"Write one of {', '.join(MOVIE_OUTPUTS)}, or a folder of frames"
            raise UsageError(f"Movies are not written as {suffix} files", fix=fix)
        return
    if kind == "movie":
        return
    own = format_of_name(text)
    if not own and suffix.lower() in (*_PICTURES, *MOVIE_SUFFIXES):
        fix = f"Write one of {', '.join(_WRITTEN)}, or name a folder"
        raise UsageError(f"Pictures are not written as {suffix} files", fix=fix)
    if not own:
        fix = f"Write {path}.exr (or another of {', '.join(_WRITTEN)}), or name a folder"
        what = f"The output '{text}' has a place for a frame number, and no kind of file"
        raise UsageError(what, fix=fix)
    if asked not in ("auto", own):
        fix = "Leave one of them out, or name a folder"
        raise UsageError(f"--format {asked} contradicts the output's name '{text}'", fix=fix)


def _check_parts(path: Path) -> None:
    for part in path.parts:
        try:
            size = len(os.fsencode(part))
        except UnicodeEncodeError:
            fix = "Write it in letters that names of files can have"
            raise UsageError(f"The output cannot be named {part!r}", fix=fix) from None
        if size > LONGEST_NAME:
            what = f"The output's name '{part}' is too long for a disk ({size} bytes)"
            raise UsageError(what, fix=f"At most {LONGEST_NAME} bytes are allowed")
    try:
        path.exists()
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            what = f"The output's path is too long for a disk ({len(os.fsencode(path))} bytes)"
            raise UsageError(what, fix="Choose a folder nearer to the root") from None
        raise output_error(path, error.strerror or str(error), code=error.errno) from None


def _check_places(text: str, path: Path, kind: OutputKind) -> None:
    """Refuse a place for a number, or for a view, in what would be taken by its letters."""
    absent = [place for place in (path, *path.parents) if not place.exists()]
    if any(names_view(place.name) for place in absent):
        raise no_view_named(text)
    folders = absent if kind == "folder" else absent[1:]
    if any(_surely_numbered(place.name) for place in folders):
        fix = "Write, for example, out/shot.%04d.exr"
        what = f"The frame number must stand in a file's name, not in a folder's: '{text}'"
        raise UsageError(what, fix=fix)
    if kind == "movie" and absent[:1] == [path] and _surely_numbered(path.name):
        fix = f"Leave the number out, or write {path.stem}.exr for frames"
        raise UsageError(
            f"A movie holds all frames, and '{text}' has a place for a number", fix=fix
        )


def _surely_numbered(name: str) -> bool:
    """Whether a name has a place for a number that is no part of the name, as in ``take #2``."""
    return FramePattern.fits(name) and ("%" in name or FramePattern.parse(name).width > 1)


def _expanded(text: str) -> Path:
    return Path(os.path.expanduser(text))  # noqa: PTH111  (Path's raises without a home)
