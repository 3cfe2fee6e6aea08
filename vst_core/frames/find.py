"""`find_sequence`: from what an artist typed to the frames of a job."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable
from pathlib import Path

from vst_core.errors import InputError, UsageError
from vst_core.frames.frame_files import (
    FoundSequence,
    collect,
    file_names,
    group_names,
    sequences_in,
    without_empty,
)
from vst_core.frames.movie_frames import MOVIE_SUFFIXES
from vst_core.frames.pattern import FramePattern
from vst_core.frames.ranges import FrameRange
from vst_core.frames.sequence import FrameSequence, Missing, plan
from vst_core.frames.views import names_view, no_view_named

__all__ = ["find_sequence"]

_SHOWN = 6


def find_sequence(
    text: str, *, frames: FrameRange | None = None, missing: Missing = "error"
) -> FrameSequence:
    """Find the files that `text` names and plan which frames are made of them.

    Args:
        text: A pattern (``in/shot.%04d.exr``, ``####``, ``@@@@``, ``$F4``, ``$F``), a folder
            that holds one sequence (unnumbered pictures beside it are left alone), or one
            file. A numbered file is that frame alone, or with `frames` any member of its
            sequence; a file without a number is a sequence of one frame, number 1. A file
            or folder of exactly this name comes before a pattern.
        frames: The frames to make; None means all from the first to the last on disk.
        missing: What becomes of frames without a file, or with one of 0 bytes: ``error``,
            ``hold`` (the nearest earlier picture stands in), ``skip``, or ``wait`` (the frames
            asked for will come; none need be there).

    Raises:
        UsageError: The text is empty, or the frames make no sense for it.
        InputError: Nothing matches (the message names what is there instead), the folder
            holds several sequences, or frames are missing that may not be.
    """
    if not text.strip() or "\0" in text:
        fix = "Give a folder or a pattern such as in/shot.%04d.exr"
        raise UsageError(f"No frames can be found by the name {text!r}", fix=fix)
    try:
        found = _locate(text, whole=frames is not None, missing=missing)
        return plan(without_empty(found), frames, missing)
    except OSError as error:
        fix = "Check the path and its permissions"
        raise InputError(f"Cannot look for '{text}': {error.strerror}", fix=fix) from None


def _locate(text: str, *, whole: bool, missing: Missing) -> FoundSequence:
    path = Path(os.path.expanduser(text))  # noqa: PTH111  (Path's raises without a home)
    if path.is_dir():
        return _only_sequence(path)
    if text.endswith(("/", os.sep)):
        raise _no_folder(text, path)
    if path.is_file():
        return _from_file(path, whole=whole)
    if names_view(text):
        raise no_view_named(text)
    if not path.parent.is_dir():
        raise _no_folder(text, path.parent)
    if not FramePattern.fits(text):
        raise _not_there(text, path)
    found = collect(FramePattern.parse(text), file_names(path.parent))
    if not found.files and missing != "wait":
        raise _not_there(text, path)
    return found


def _only_sequence(folder: Path) -> FoundSequence:
    found = sequences_in(folder)
    running = any(len(one.files) > 1 for one in found)  # then stills beside it are no rivals
    candidates = [one for one in found if one.pattern.width > 0 or not running]
    if len(candidates) == 1:
        return candidates[0]
    if candidates:
        fix = f"Name one: {_listed(candidates)}"
        raise InputError(f"The folder {folder} holds {len(candidates)} sequences", fix=fix)
    inside = _listed(entry for entry in sorted(folder.iterdir()) if entry.is_dir())
    fix = f"It has the folders {inside}" if inside else "Give the folder that holds the frames"
    raise InputError(f"The folder {folder} holds no pictures", fix=fix)


def _from_file(path: Path, *, whole: bool) -> FoundSequence:
    if path.suffix.lower() in MOVIE_SUFFIXES:
        fix = f"Write its frames out first: ffmpeg -i {path.name} {path.stem}.%04d.png"
        raise InputError(f"{path} is a movie, and frames are read from pictures", fix=fix)
    for found in group_names(path.parent, file_names(path.parent)):
        for frame, name in found.files.items():
            if name == path.name:
                return found if whole else FoundSequence(found.pattern, {frame: name})
    return FoundSequence(FramePattern.still(path), {1: path.name})


def _no_folder(text: str, folder: Path) -> InputError:
    parent = next(above for above in (folder, *folder.parents) if above.is_dir())
    missing = folder.relative_to(parent).parts[0]
    names = sorted(entry.name for entry in parent.iterdir() if entry.is_dir())
    close = difflib.get_close_matches(missing, names, n=_SHOWN, cutoff=0.6)
    fix = f"Did you mean {_listed(parent / name for name in close)}?" if close else ""
    if not fix:
        fix = f"In {parent} there are the folders {_listed(names)}" if names else "Check the path"
    if FramePattern.fits(str(folder)):
        fix = "The frame number must stand in the file name, not in a folder's"
    return InputError(f"There is no folder {folder}, so no frames match {text}", fix=fix)


def _not_there(text: str, path: Path) -> InputError:
    numbered = FramePattern.fits(text)
    what = f"No file or folder is named {text}"
    if numbered:
        what = f"No frames match {text}, such as {FramePattern.parse(text).path(1)}"
    elif ".." in path.name or path.name.startswith("."):
        return InputError(what, fix="If you typed $F4, put the path in single quotes")
    there = {Path(str(one.pattern)).name: str(one) for one in sequences_in(path.parent)}
    if path.suffix.lower() in MOVIE_SUFFIXES:
        names = file_names(path.parent)
        there |= {n: str(path.parent / n) for n in names if n.lower().endswith(MOVIE_SUFFIXES)}
    if not numbered:
        there |= {entry.name: str(entry) for entry in path.parent.iterdir() if entry.is_dir()}
    if not there:
        return InputError(what, fix=f"The folder {path.parent} holds no pictures")
    alike = sorted(there, key=lambda name: (-_likeness(name, path.name), name))
    return InputError(what, fix=f"In that place: {_listed(there[name] for name in alike)}")


def _likeness(name: str, other: str) -> float:
    return difflib.SequenceMatcher(None, name, other).ratio()


def _listed(things: Iterable[object]) -> str:
    names = [str(thing) for thing in things]
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
