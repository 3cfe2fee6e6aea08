"""The formats of picture files, and what each holds: the table that checks and help come from."""

from __future__ import annotations

from dataclasses import dataclass

from vst_core.errors import UsageError

__all__ = [
    "DEPTHS",
    "FILE_FORMATS",
    "MOVIE_SUFFIXES",
    "PAINTING_SUFFIXES",
    "PHOTOGRAPH_SUFFIXES",
    "PICTURE_SUFFIXES",
    "PREVIEW_SUFFIXES",
    "Depth",
    "FileFormat",
    "format_of_suffix",
]


@dataclass(frozen=True, kw_only=True)
class FileFormat:
    """One format that can be written.

    Attributes:
        option: Its value for ``--format``: its usual suffix, without the dot.
        name: The name that OpenImageIO has for it.
        label: Its name for people.
        hint: What it is for.
        suffixes: Of its files, the usual one first.
        depths: Values of ``--depth`` that it holds.
        from_float: The depth taken for input of another format in floating point.
        from_integer: The depth taken for other integers.
        alpha: It holds transparency.
        layers: It holds further channels and parts, and windows.
        on_screen: Any program shows it: it will do for a preview.
    """

    option: str
    name: str
    label: str
    hint: str
    suffixes: tuple[str, ...]
    depths: tuple[str, ...]
    from_float: str
    from_integer: str
    alpha: bool = True
    layers: bool = False
    on_screen: bool = False

    def check_depth(self, asked: str, *, place: str) -> None:
        """Refuse a depth that the format does not hold.

        Args:
            asked: One of `DEPTHS`, or auto, which always may be.
            place: What the depth is wanted of, for the message.

        Raises:
            UsageError: It holds others.
        """
        if asked != "auto" and asked not in self.depths:
            fix = f"{self.label} files can have: auto, {', '.join(self.depths)}"
            raise UsageError(f"--depth cannot be {asked} for {place}", fix=fix)


@dataclass(frozen=True, kw_only=True)
class Depth:
    """How fine the numbers in a file are: its value for ``--depth``, and words for people."""

    name: str
    label: str
    hint: str = ""

    @property
    def formats(self) -> tuple[FileFormat, ...]:
        """The formats that hold it."""
        return tuple(one for one in FILE_FORMATS if self.name in one.depths)


FILE_FORMATS = (
    FileFormat(
        option="exr",
        name="openexr",
        label="OpenEXR",
        hint="Keeps highlights, layers and metadata.",
        suffixes=(".exr",),
        depths=("half", "float"),
        from_float="half",
        from_integer="half",
        layers=True,
    ),
    FileFormat(
        option="png",
        name="png",
        label="PNG",
        hint="Exact, display colors.",
        suffixes=(".png",),
        depths=("8", "16"),
        from_float="16",
        from_integer="8",
        on_screen=True,
    ),
    FileFormat(
        option="jpg",
        name="jpeg",
        label="JPEG",
        hint="Small, not exact; for a look.",
        suffixes=(".jpg", ".jpeg"),
        depths=("8",),
        from_float="8",
        from_integer="8",
        alpha=False,
        on_screen=True,
    ),
    FileFormat(
        option="tif",
        name="tiff",
        label="TIFF",
        hint="For grading and print.",
        suffixes=(".tif", ".tiff"),
        depths=("8", "16", "float"),
        from_float="16",
        from_integer="8",
        on_screen=True,
    ),
    FileFormat(
        option="dpx",
        name="dpx",
        label="DPX",
        hint="For film and grading.",
        suffixes=(".dpx",),
        depths=("8", "10", "12", "16"),
        from_float="10",
        from_integer="10",
    ),
)

DEPTHS = (
    Depth(name="half", label="16-bit float", hint="The usual one."),
    Depth(name="float", label="32-bit float", hint="Large files."),
    Depth(name="8", label="8 bits"),
    Depth(name="10", label="10 bits"),
    Depth(name="12", label="12 bits"),
    Depth(name="16", label="16 bits"),
)

PREVIEW_SUFFIXES = tuple(suffix for one in FILE_FORMATS if one.on_screen for suffix in one.suffixes)
"""Of pictures that any program shows."""

PHOTOGRAPH_SUFFIXES = (*PREVIEW_SUFFIXES, ".webp", ".bmp")
"""What counts as a photograph in a folder of them; Pillow reads them all."""

PICTURE_SUFFIXES = (
    *(suffix for one in FILE_FORMATS for suffix in one.suffixes),
    *(".cin", ".hdr", ".tga", ".bmp", ".webp", ".ppm", ".pgm", ".sgi", ".jp2"),
)
"""What counts as a frame in a folder of them; a pattern may name any other."""

MOVIE_SUFFIXES = (
    *(".mov", ".mp4", ".m4v", ".mkv", ".avi", ".webm", ".mxf", ".gif"),
    *(".mpg", ".mpeg", ".m2v", ".ts", ".mts", ".m2ts", ".vob", ".dv"),
    *(".wmv", ".asf", ".flv", ".ogv", ".3gp", ".3g2", ".h264", ".h265", ".y4m", ".nut"),
)
"""What counts as a movie, whatever is in it."""

PAINTING_SUFFIXES = (*PICTURE_SUFFIXES, ".gif", ".psd")
"""A style that ends so is meant as the path of a painting."""


def format_of_suffix(suffix: str) -> FileFormat | None:
    """Return the format that files of a suffix are written in; None where there is none.

    >>> format_of_suffix(".JPEG").option
    'jpg'
    """
    wanted = suffix.lower()
    return next((one for one in FILE_FORMATS if wanted in one.suffixes), None)
