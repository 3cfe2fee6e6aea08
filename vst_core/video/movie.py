"""`Movie`: any frame of a movie file as a plate."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from vst_core.errors import InputError
from vst_core.image import Header, Plate, ReadSettings, Window, decoded_header, decoded_plate
from vst_core.video.facts import examine
from vst_core.video.pixels import colors_of, rgb_of

if TYPE_CHECKING:
    from av.video.frame import VideoFrame

__all__ = ["Movie"]


class Movie:
    """A movie that frames can be read from, in any order and from any thread.

    Frame numbers begin at 1: frame n is the n-th picture that a player shows, index n - 1
    where somebody counts from 0.

    Args:
        path: The file.

    Attributes:
        facts: What it is.

    Raises:
        InputError: It is no movie, or damaged beyond use; names the file.
    """

    def __init__(self, path: Path) -> None:
        self._decoder, self.facts = examine(path)

    def header(self, *, layer: str = "", number: int = 1) -> Header:
        """Return the header of a frame; frames share all but the timecode.

        Raises:
            InputError: A layer was asked for; a movie has none with a name.
        """
        facts = self.facts
        timecode = facts.timecode_of(number)
        return decoded_header(
            facts.path,
            kind="movie",
            size=facts.size,
            bits=facts.colors.layout.bits,
            alpha=facts.colors.layout.alpha,
            rate=facts.rate,
            pixel_aspect=facts.pixel_aspect,
            timecode=timecode.packed if timecode else None,
            layer=layer,
        )

    def read(self, number: int, *, canvas: Window | None, settings: ReadSettings) -> Plate:
        """Return frame `number`, 1 being the first, upright.

        Raises:
            InputError: It is damaged, or of another size than the first.
            UsageError: Color space or config are not known.
        """
        frame = self._decoder.frame(number)
        self._check_size(frame)
        colors = colors_of(self.facts.path, frame)
        pixels = self.facts.turn.apply(rgb_of(frame, colors))
        if pixels.shape[2] == 4 and not self.facts.colors.layout.alpha:
            pixels = pixels[..., :3]
        header = self.header(layer=settings.layer, number=number)
        return decoded_plate(header, pixels, canvas=canvas, settings=settings)

    def close(self) -> None:
        """Close the file."""
        self._decoder.close()

    def _check_size(self, frame: VideoFrame) -> None:
        size = (frame.width, frame.height)
        if size != self.facts.stored:
            one, other = _size_text(*size), _size_text(*self.facts.stored)
            what = f"{self.facts.path}: its pictures change size, from {other} to {one}"
            raise InputError(what, fix="Choose the frames of one size with --frames.")


def _size_text(width: int, height: int) -> str:
    return f"{width} x {height}"
