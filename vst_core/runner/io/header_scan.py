"""Reads the headers of a sequence: one size, one canvas."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import reduce
from itertools import repeat
from pathlib import Path

from vst_core.errors import InputError
from vst_core.frames import holds_something
from vst_core.image import Header, Window
from vst_core.runner.errors_at_frame import at_frame
from vst_core.runner.io.understood import layer_changes
from vst_core.video.inputs import Input

__all__ = ["SMALLEST", "HeaderScan", "same_size", "scan_headers", "work_size"]

SMALLEST = 16
"""Fewest pixels a side that networks and flow sources take."""

_THREADS = 8


@dataclass(frozen=True, kw_only=True)
class HeaderScan:
    """What all frames share.

    Attributes:
        canvas: The window that every working picture covers.
        display: The display window of every frame.
        first: The header of the first frame to make.
        changes: What to say where frames have other layers than the first.
    """

    canvas: Window
    display: Window
    first: Header
    changes: str = ""


def scan_headers(source: Input, *, layer: str = "") -> HeaderScan:
    """Read every header of the sequence.

    The canvas is the union of the data windows of *all* files on disk, so that frames whose
    data windows move share one coordinate frame, and so that a part of a sequence is made on
    the same canvas as the whole. Files that are not among the frames to make do not count
    when they are damaged or of another size.

    Raises:
        InputError: A frame to make cannot be read or is of another size than the first; or
            the canvas is smaller than `SMALLEST`.
    """
    sequence = source.sequence
    wanted: dict[Path, int] = {}
    for frame in sequence.frames:
        wanted.setdefault(sequence.source(frame), frame)
    absent = {sequence.path(frame) for frame in sequence.missing}
    here = {path for path in wanted if path not in absent or holds_something(path)}
    wanted = {path: frame for path, frame in wanted.items() if path in here}
    others = [sequence.path(frame) for frame in sequence.files]
    with ThreadPoolExecutor(_THREADS) as pool:
        headers = list(pool.map(_read, repeat(source), wanted, wanted.values(), repeat(layer)))
        beside = list(pool.map(_try, repeat(source), set(others) - set(wanted), repeat(layer)))
    first = headers[0]
    for frame, header in zip(wanted.values(), headers, strict=True):
        same_size(header, frame, first.display_window, sequence.frames[0])
    alike = [h for h in beside if h is not None and h.display_window == first.display_window]
    canvas = _canvas([*headers, *alike], first)
    return HeaderScan(
        canvas=canvas, display=first.display_window, first=first, changes=layer_changes(headers)
    )


def work_size(canvas: Window, scale: float) -> tuple[int, int]:
    """Return the (height, width) at which networks and flow work, `SMALLEST` or more."""
    height, width = round(canvas.height * scale), round(canvas.width * scale)
    return max(height, SMALLEST), max(width, SMALLEST)


def _read(source: Input, path: Path, frame: int, layer: str) -> Header:
    with at_frame(frame):
        return source.header(path, layer=layer)


def _try(source: Input, path: Path, layer: str) -> Header | None:
    try:
        return source.header(path, layer=layer)
    except InputError:
        return None


def same_size(header: Header, frame: int, there: Window, first_frame: int) -> None:
    """Make sure that a frame has the display window of the first.

    Raises:
        InputError: It has another.
    """
    here = header.display_window
    if here == there:
        return
    both = (here.width, here.height) == (there.width, there.height)
    with at_frame(frame):
        raise InputError(
            f"{header.path} is {_size(here, placed=both)}, "
            f"but frame {first_frame} is {_size(there, placed=both)}",
            fix="Frames of one sequence need one size (display window): render it again, "
            "or choose with --frames.",
        )


def _size(window: Window, *, placed: bool) -> str:
    place = f" at ({window.x}, {window.y})" if placed else ""
    return f"{window.width} x {window.height}{place}"


def _canvas(headers: Iterable[Header], first: Header) -> Window:
    canvas = reduce(Window.union, (header.data_window for header in headers))
    if min(canvas.width, canvas.height) < SMALLEST:
        # Renderers crop an empty frame to a pixel: then what is meant to be seen counts.
        canvas = canvas.union(first.display_window)
    if min(canvas.width, canvas.height) < SMALLEST:
        raise InputError(
            f"{first.path}: frames of {canvas.width} x {canvas.height} are too small to stylize",
            fix=f"Give frames of at least {SMALLEST} x {SMALLEST} pixels.",
        )
    return canvas
