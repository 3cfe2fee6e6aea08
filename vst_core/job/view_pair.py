"""The two views of a stereo job: their names, and what cannot be done in two."""

from __future__ import annotations

import re

from vst_core.catalog import METHODS
from vst_core.errors import UsageError
from vst_core.frames import with_view

__all__ = ["check_views", "output_of_views", "parse_views"]

_NAME = re.compile(r"[A-Za-z_][\w-]{0,60}", re.ASCII)
_FIX = "Name two, the one that leads first, such as left,right"


def parse_views(text: str) -> tuple[str, ...]:
    """Return the names of two views, the one that leads first; nothing where there is none.

    >>> parse_views("left, right")
    ('left', 'right')

    Raises:
        UsageError: It is not two different names.
    """
    if not text.strip():
        return ()
    names = tuple(name.strip() for name in text.split(","))
    if len(names) != 2 or len(set(names)) != 2 or not all(map(_NAME.fullmatch, names)):
        raise UsageError(f"--views cannot be '{text}'", fix=_FIX)
    return names


def output_of_views(output: str, views: str) -> str:
    """Return an output as it is for the leading view, where there are views.

    Raises:
        UsageError: They are not two names.
    """
    names = parse_views(views)
    return with_view(output, names[0]) if names else output


def check_views(
    views: str, *, method: str, makes_movie: bool, parted: bool, out_layer: str
) -> None:
    """Refuse what cannot be done in two views.

    Args:
        views: Of a job.
        method: Of it.
        makes_movie: Its output is a movie.
        parted: It has regions.
        out_layer: For its paint.

    Raises:
        UsageError: It cannot; or they are not two names.
    """
    if not parse_views(views):
        return
    able = [one.name for one in METHODS if one.needs_flow and one.temporal == "causal"]
    if method not in able:
        what = f"--method {method} does not begin with what another picture became"
        raise UsageError(f"--views is not for it: {what}", fix=f"Use {' or '.join(able)}.")
    for flag, there in (("--mask or --segment", parted), ("--out-layer", bool(out_layer))):
        if there:
            fix = "Leave one of them out, or make each view by itself: --layer"
            raise UsageError(f"--views and {flag} exclude each other", fix=fix)
    if makes_movie:
        raise UsageError("--views is for frames, and the output is a movie", fix="Name a folder")
