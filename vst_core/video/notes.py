"""What a person should know about a movie before working with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vst_core.video.facts import MovieFacts

__all__ = ["notes_on"]

_TRANSFERS = {16: "PQ", 18: "HLG"}


def notes_on(facts: MovieFacts) -> tuple[str, ...]:
    """Return the notes, a sentence or two each."""
    return tuple(f"{facts.path.name} {note}" for note in _notes(facts))


def _notes(facts: MovieFacts) -> Iterator[str]:
    if not facts.even:
        yield (
            f"has a variable frame rate, {float(facts.rate):.3f} frames per second on the mean: "
            f"its pictures are numbered 1 to {facts.frames}, each once, and in a movie that is "
            "made of it each is shown when it was."
        )
    if facts.interlaced:
        yield (
            "is interlaced: both fields of a frame are painted as one picture. Where that shows, "
            "deinterlace it first: ffmpeg -i IN -vf bwdif=send_frame OUT"
        )
    if facts.turn.slanted:
        yield "asks to be shown at an angle that is no right one: its pictures stay as they are."
    if facts.colours.transfer in _TRANSFERS:
        kind = _TRANSFERS[facts.colours.transfer]
        yield (
            f"is HDR ({kind}): its numbers are taken as those of a plain display. Convert it to "
            "SDR first, or name its colours with --colorspace and a config (--ocio) that has them."
        )
