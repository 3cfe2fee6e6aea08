# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading a strip: which pictures it shows, and whether they can be taken straight from disk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import bpy

from .. import versions
from .modifiers import can_be_copied
from .timing import Timing

__all__ = [
    "Source", "StripError", "as_rendered", "media_signature", "movie_path", "obstacle", "owner_of",
    "read_strip", "shows_scene", "walk",
]  # fmt: skip

_NOT_SEEN = {"SOUND": "A sound strip has no pictures", "ADJUSTMENT": "An adjustment strip has no "
             "pictures of its own: put it into a meta strip with what it adjusts"}  # fmt: skip


class StripError(Exception):
    """A strip cannot be stylized; one line for a person."""


@dataclass(frozen=True)
class Source:
    """What a strip shows.

    Attributes:
        kind: ``files``: pictures on disk. ``movie``: one file. ``render``: whatever it is, a
            second Blender renders it, as many pictures as there are visible frames.
        timing: Where the pictures lie on the timeline.
        files: The picture at each index of the media (``files``), or the movie.
        why: Why it has to be rendered, in words; empty where it has not.
        baked: Its modifiers will be in the rendered pictures, for lack of a way to copy them.
    """

    kind: Literal["files", "movie", "render"]
    timing: Timing
    files: tuple[Path, ...] = ()
    why: str = ""
    baked: bool = False


def obstacle(strip: Any) -> str:
    """Return why a strip cannot be stylized, as far as a look at it tells; empty if it can."""
    if strip is None:
        return "Select a movie or image strip"
    return _NOT_SEEN.get(strip.type, "")


def read_strip(strip: Any, scene: Any) -> Source:
    """Find out what a strip shows and how its pictures are got at.

    Raises:
        StripError: It has no pictures, or its files are not there.
    """
    if problem := obstacle(strip):
        raise StripError(problem)
    why = _why_rendered(strip)
    if not why:
        timing = versions.timing_of(strip)
        files = (movie_path(strip),) if strip.type == "MOVIE" else _pictures(strip)
        if strip.type == "IMAGE":
            return Source("files", timing, files)
        if not _stretched(strip, files[0]):
            return Source("movie", timing, files)
        why = "it is stretched to the scene's frame rate"
    return as_rendered(strip, scene, why)


def as_rendered(strip: Any, scene: Any, why: str) -> Source:
    """Return what a strip shows if it is rendered, whatever it is.

    Raises:
        StripError: It cannot be rendered now.
    """
    if versions.metas_open(scene.sequence_editor):
        raise StripError("Leave the meta strip first (Tab): this strip has to be rendered")
    left, right = versions.handles(strip)
    baked = not can_be_copied(strip)
    return Source("render", Timing(left, right - left, 0, left, right), why=why, baked=baked)


def media_signature(strip: Any) -> list[object]:
    """Return what a strip's pictures are made of, apart from where it lies and what is trimmed."""
    names = ("filepath", "directory", "use_reverse_frames", "strobe", "use_deinterlace",
             "use_multiview", "stream_index")  # fmt: skip
    elements = [one.filename for one in strip.elements] if strip.type == "IMAGE" else []
    keys = [(key.timeline_frame - versions.start_of(strip)) for key in versions.retiming(strip)]
    return [*(getattr(strip, name, None) for name in names), elements, keys]


def movie_path(strip: Any) -> Path:
    """Return the file of a movie strip.

    Raises:
        StripError: It is not there.
    """
    path = Path(bpy.path.abspath(strip.filepath, library=strip.id_data.library))
    if not path.is_file():
        raise StripError(f"The movie {path} is not there")
    return path


def owner_of(strip: Any, editor: Any) -> Any:
    """Return the meta strip that directly holds a strip, or else the sequence editor."""
    for candidate in versions.strips_all_of(editor):
        if candidate.type == "META" and any(one == strip for one in versions.strips_of(candidate)):
            return candidate
    return editor


def walk(strip: Any) -> Iterator[Any]:
    """Yield a strip and all that it is made of: what a meta holds, what an effect uses."""
    yield strip
    inside = list(versions.strips_of(strip)) if strip.type == "META" else []
    inputs = [getattr(strip, name, None) for name in ("input_1", "input_2")]
    for one in [*inside, *(found for found in inputs if found is not None)]:
        yield from walk(one)


def shows_scene(strip: Any) -> bool:
    """Return whether a 3D scene is among what a strip shows."""
    return any(one.type == "SCENE" for one in walk(strip))


def _why_rendered(strip: Any) -> str:
    if strip.type not in ("MOVIE", "IMAGE"):
        return "it is no plain movie or image strip"
    reasons = (
        (versions.is_retimed(strip), "it is retimed"),
        (strip.use_reverse_frames, "it runs backwards"),
        (strip.strobe > 1, "it is strobed"),
        (strip.use_deinterlace, "it is deinterlaced"),
        (strip.use_multiview, "it is stereo"),
        (getattr(strip, "stream_index", 0) > 0, "it shows another stream of its file"),
        (not can_be_copied(strip), "its modifiers cannot be copied"),
    )
    return next((words for holds, words in reasons if holds), "")


def _pictures(strip: Any) -> tuple[Path, ...]:
    folder = Path(bpy.path.abspath(strip.directory, library=strip.id_data.library))
    files = tuple(folder / element.filename for element in strip.elements)
    missing = [path for path in files if not path.is_file()]
    if missing:
        more = f" (and {len(missing) - 1} more)" if missing[1:] else ""
        raise StripError(f"The picture {missing[0]} is not there{more}")
    return files


def _stretched(strip: Any, path: Path) -> bool:
    """Whether a movie was fitted to the scene's rate when it was added, which leaves no trace."""
    shown = versions.timing_of(strip).count + versions.trims(strip)
    clip = bpy.data.movieclips.load(str(path))
    try:
        return bool(int(clip.frame_duration) != shown)
    finally:
        bpy.data.movieclips.remove(clip)
