"""Nuke's ``%V`` and ``%v``, which stand for a view such as left, and are no name of a file."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from vst_core.errors import UsageError
from vst_core.frames.pattern import FramePattern

__all__ = ["names_view", "no_view_named", "with_view"]

_VIEW = re.compile("%[Vv]")
_EXAMPLES = {"%V": "left", "%v": "l"}
_SHOWN = 6


def names_view(text: str) -> bool:
    """Whether a path has a place for a view's name."""
    return _VIEW.search(text) is not None


def no_view_named(text: str) -> UsageError:
    """Return the error for a path that leaves the view open, with the views that are there."""
    token = next(iter(_VIEW.findall(text)))
    what = f"'{token}' in '{text}' stands for a view, and a job has one"
    there = list(dict.fromkeys(_views(Path(os.path.expanduser(text)))))  # noqa: PTH111
    filled = [with_view(text, view) for view in there] or [with_view(text, _EXAMPLES[token])]
    named = ", ".join(filled[:_SHOWN])
    both = " Both views: --views left,right"
    return UsageError(what, fix=f"Name it{', such as' * (not there)}: {named}.{both}")


def with_view(text: str, view: str) -> str:
    """Return a path with a view's name, or its first letter, in the place for it.

    >>> with_view("in/%V/shot_%v.%04d.exr", "left")
    'in/left/shot_l.%04d.exr'
    """
    return _VIEW.sub(lambda match: view if match.group() == "%V" else view[:1], text)


def _views(path: Path) -> Iterator[str]:
    """Yield the views whose folders or files are there."""
    place = next(index for index, part in enumerate(path.parts) if _VIEW.search(part))
    folder, last = Path(*path.parts[:place]), place == len(path.parts) - 1
    like = _like(path.parts[place])
    for entry in sorted(folder.iterdir()) if folder.is_dir() else ():
        match = like.fullmatch(entry.name)
        if match is not None and entry.is_dir() != last:
            yield match["view"]


def _like(part: str) -> re.Pattern[str]:
    """Return what names of files or folders look like, by a part of a path."""
    head, number, tail = part, "", ""
    if FramePattern.fits(part):
        pattern = FramePattern.parse(part)
        head, number, tail = pattern.head, "-?[0-9]+", pattern.tail
    text = f"{re.escape(head)}{number}{re.escape(tail)}"
    return re.compile(_VIEW.sub("(?P<view>[^.]+)", text, count=1).replace("%V", "[^.]+"))
