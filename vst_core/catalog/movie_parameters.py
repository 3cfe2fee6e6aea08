"""Movie files: which codecs results can be written with, and the settings of such files."""

from __future__ import annotations

from dataclasses import dataclass

from vst_core.catalog.parameter import Choice, Parameter
from vst_core.errors import UsageError, nearest

__all__ = ["CODECS", "MOVIE_OUTPUTS", "MOVIE_PARAMETERS", "Codec", "pick_codec"]


@dataclass(frozen=True, kw_only=True)
class Codec:
    """A way to write a movie.

    Attributes:
        name: As in ``--codec``.
        label: What people call it.
        hint: What it is for.
        suffixes: Of the files that hold it; for the first ones it is the usual codec.
        depth: Bits of the frames that it is made of.
        alpha: It keeps transparency.
    """

    name: str
    label: str
    hint: str
    suffixes: tuple[str, ...]
    depth: str
    alpha: bool = False


CODECS = (
    Codec(
        name="h264",
        label="H.264",
        hint="Small and good to look at (CRF 16, 8 bits, 4:2:0); plays everywhere.",
        suffixes=(".mp4", ".m4v", ".mkv", ".mov"),
        depth="8",
    ),
    Codec(
        name="prores",
        label="ProRes 422 HQ",
        hint="For editing: 10 bits, every frame by itself, large.",
        suffixes=(".mov", ".mkv"),
        depth="16",
    ),
    Codec(
        name="prores4444",
        label="ProRes 4444",
        hint="For compositing: full color and alpha, larger still.",
        suffixes=(".mov", ".mkv"),
        depth="16",
        alpha=True,
    ),
)

MOVIE_OUTPUTS = (".mov", ".mp4", ".m4v", ".mkv")
"""What an output ends with that is to be a movie instead of a folder of frames."""

MOVIE_PARAMETERS = (
    Parameter(
        name="codec",
        label="Movie codec",
        hint="How a movie is written, where the output is one (.mov, .mp4, .mkv) and no folder.",
        type="choice",
        default="auto",
        choices=(
            Choice(
                "auto",
                "As the file",
                "H.264 for .mp4 and .mkv, ProRes for .mov (4444 where there is alpha).",
            ),
            *(Choice(codec.name, codec.label, codec.hint) for codec in CODECS),
        ),
        group="output",
        affects="result",
    ),
    Parameter(
        name="fps",
        label="Movie frame rate",
        hint="Frames a second of the movie that is written: 24, 23.976, 30000/1001. Empty means "
        "as the input says, or 24 where it says nothing.",
        type="string",
        default="",
        group="output",
        affects="result",
    ),
    Parameter(
        name="sound",
        label="Keep the sound",
        hint="Copy the sound of a movie into the movie that is made of it, unchanged.",
        type="boolean",
        default=True,
        group="output",
        affects="result",
    ),
)


def pick_codec(asked: str, suffix: str, *, alpha: bool) -> Codec:
    """Return the codec of a movie.

    Args:
        asked: From ``--codec``: a name, or ``auto``.
        suffix: Of the file, such as ``.mov``.
        alpha: The frames are transparent in places.

    Raises:
        UsageError: Files of this kind do not hold that codec.
    """
    fitting = [codec for codec in CODECS if suffix.lower() in codec.suffixes]
    if asked == "auto":
        wanted = "h264" if suffix.lower() != ".mov" else "prores4444" if alpha else "prores"
        return next(codec for codec in fitting if codec.name == wanted)
    for codec in fitting:
        if codec.name == asked:
            return codec
    fix = nearest(asked, (codec.name for codec in fitting))
    raise UsageError(f"--codec {asked} does not go into {suffix} files", fix=fix)
