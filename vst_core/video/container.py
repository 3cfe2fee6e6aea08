"""Opening movie files that may be anything, and turning every failure into an `InputError`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from vst_core.errors import InputError

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.stream import Stream
    from av.video.stream import VideoStream

__all__ = [
    "fraction",
    "marks_for",
    "marks_of",
    "open_movie",
    "picture_stream",
    "reading",
    "unreadable",
]

_MARKS = ("language", "title")
_HANDLERS = ("VideoHandler", "SoundHandler", "TimeCodeHandler")  # FFmpeg's, which say nothing
_QUICKTIME = {
    **{"cze": "ces", "deu": "ger", "ell": "gre", "fre": "fra", "isl": "ice", "nld": "dut"},
    **{"rum": "ron", "slo": "slk", "sqi": "alb", "swe": "sve", "zho": "chi"},
}
"""Codes of languages that FFmpeg's MOV writer knows by another name, and else drops."""
_DAMAGED = "Is it complete? Copy it again, and play it to see."
_NO_MOVIE = "it is not a movie, or its table of contents is missing"


class _Ratio(Protocol):
    """A rate as PyAV gives it: of its own type or a `Fraction`, by release."""

    @property
    def numerator(self) -> int: ...

    @property
    def denominator(self) -> int: ...


def open_movie(path: Path) -> InputContainer:
    """Open a movie for reading.

    Raises:
        InputError: It is absent, empty, a folder, or no movie; names the file.
    """
    import av

    if not path.exists():
        raise InputError(f"{path}: no such file", fix="Check the path.")
    if path.is_dir():
        raise InputError(f"{path}: is a folder, not a movie", fix="Name a file inside it.")
    if not path.stat().st_size:
        raise InputError(f"{path}: is empty (0 bytes)", fix="Render or copy it again.")
    with reading(path):
        return av.open(str(path), metadata_errors="replace")  # titles in any encoding


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn the library's errors in the body into one that names the file.

    Raises:
        InputError: The body failed.
    """
    import av

    try:
        yield
    except av.FFmpegError as error:
        damaged = isinstance(error, av.error.InvalidDataError)
        detail = _NO_MOVIE if damaged else error.strerror or str(error)
        raise unreadable(path, detail) from error


def unreadable(path: Path, detail: str) -> InputError:
    """Return the error for a file that could not be read, with the reason."""
    return InputError(f"{path}: cannot be read as a movie ({detail})", fix=_DAMAGED)


def picture_stream(path: Path, container: InputContainer) -> VideoStream:
    """Return the stream that is the movie's picture; the cover picture of a song is none.

    Raises:
        InputError: There is none, or nothing here can decode it.
    """
    found = [one for one in container.streams.video if not _is_cover(one)]
    if not found:
        kinds = ", ".join(sorted({stream.type for stream in container.streams})) or "nothing"
        what = f"{path}: holds no moving picture (but {kinds})"
        fix = "If it should be a movie, its table of contents is damaged: copy it again."
        raise InputError(what, fix=fix)
    best = container.streams.best("video")
    chosen = next((one for one in found if best is not None and one.index == best.index), found[0])
    # Not pix_fmt: PyAV 17 ends the process where there is none.
    if chosen.codec_context is None or chosen.codec_context.format is None:
        raise unreadable(path, "its pictures cannot be decoded")
    return chosen


def fraction(ratio: _Ratio | None) -> Fraction | None:
    """Return a rate as a `Fraction`; None where it is absent or makes no sense."""
    if ratio is None or ratio.denominator <= 0 or ratio.numerator <= 0:
        return None
    return Fraction(int(ratio.numerator), int(ratio.denominator))


def marks_of(stream: Stream) -> dict[str, str]:
    """Return what a track says of itself to people: its language and its title."""
    notes = {name.lower(): text for name, text in stream.metadata.items()}
    named = notes.get("name") or notes.get("handler_name", "")  # as in MOV and MP4 files
    if named not in ("", *_HANDLERS):
        notes.setdefault("title", named)
    return {name: notes[name] for name in _MARKS if notes.get(name, "und") != "und"}


def marks_for(suffix: str, marks: Mapping[str, str]) -> dict[str, str]:
    """Return the same as a kind of file has it: MOV has old codes of languages, MP4 no titles."""
    written = dict(marks)
    if suffix.lower() == ".mov" and "language" in written:
        written["language"] = _QUICKTIME.get(written["language"], written["language"])
    if suffix.lower() in (".mp4", ".m4v") and "title" in written:
        written["handler_name"] = written["title"]
    return written


def _is_cover(stream: VideoStream) -> bool:
    from av.stream import Disposition

    return bool(stream.disposition & Disposition.attached_pic)
