"""Contact sheets: frames in a grid with captions, so that people can look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

from vst_core.errors import UsageError
from vst_core.evaluation.report import FrameFigures
from vst_core.evaluation.seen import FrameTransition, Seen
from vst_core.image import write_picture
from vst_core.motion import warp
from vst_core.resizing import resize_picture

__all__ = ["Cell", "SheetMaker", "difference_picture", "evenly_spread", "reduced", "write_sheet"]

_GAP = 8
_CAPTION = 20
_FONT_SIZE = 14
_PAPER, _INK = (24, 24, 24), (230, 230, 230)
_GAIN = 4.0
_UNTRUSTED = (0.10, 0.16, 0.35)


@dataclass(frozen=True)
class Cell:
    """One picture of a sheet.

    Attributes:
        picture: 1 x 3 x H x W in [0, 1], already of the size in which it is shown.
        caption: One line below it, cut where its column ends.
    """

    picture: Tensor
    caption: str


def write_sheet(path: Path | str, rows: Sequence[Sequence[Cell]]) -> None:
    """Write rows of captioned pictures as one JPEG, PNG or TIFF, atomically.

    Columns are as wide as their widest picture, rows as high as their highest.

    Raises:
        UsageError: There is no picture, or the format does not hold 8 bits.
        OutputError: The file cannot be written.
    """
    if not any(rows):
        raise UsageError("A contact sheet without a picture", fix="Give at least one frame")
    widths = [max(_width(row, column) for row in rows) for column in range(max(map(len, rows)))]
    heights = [max((cell.picture.shape[-2] for cell in row), default=0) for row in rows]
    size = (
        sum(widths) + _GAP * (len(widths) + 1),
        sum(heights) + (_GAP + _CAPTION) * len(rows) + _GAP,
    )
    sheet = Image.new("RGB", size, _PAPER)
    top = _GAP
    for row, height in zip(rows, heights, strict=True):
        _draw_row(sheet, row, widths, top=top, height=height)
        top += height + _CAPTION + _GAP
    pixels = torch.from_numpy(np.array(sheet, dtype=np.float32) / 255.0)
    write_picture(path, pixels.permute(2, 0, 1)[None])


def difference_picture(now: Tensor, transition: FrameTransition) -> Tensor:
    """Return how far a stylized frame is from the warped one before, four times as bright.

    What is black holds still. Pixels that cannot be compared are dark blue.

    Args:
        now: 1 x 3 x H x W in [0, 1].
        transition: From the frame before.
    """
    warped = warp(transition.before, transition.motion.backward)
    difference = (now - warped).abs().mul(_GAIN).clamp(0, 1)
    unknown = now.new_tensor(_UNTRUSTED).view(1, 3, 1, 1)
    return torch.where(transition.motion.trust > 0, difference, unknown)


def evenly_spread(frames: Sequence[int], count: int) -> tuple[int, ...]:
    """Return up to `count` of the frames, the first and the last among them.

    >>> evenly_spread(range(1, 11), 4)
    (1, 4, 7, 10)
    """
    if count >= len(frames):
        return tuple(frames)
    last = len(frames) - 1
    return tuple(frames[round(place * last / max(count - 1, 1))] for place in range(count))


def reduced(picture: Tensor, width: int) -> Tensor:
    """Return a picture, 1 x 3 x H x W, of at most this width, on the processor."""
    height, found = picture.shape[-2:]
    if found <= width:
        return picture.cpu()
    size = (max(1, round(height * width / found)), width)
    return resize_picture(picture, size).cpu()


@dataclass(kw_only=True)
class SheetMaker:
    """Collects rows of source, result and difference while a sequence is measured.

    Pictures are reduced as they come, so only thumbnails are kept.

    Attributes:
        frames: Which frames to show.
        width: Of a picture on the sheet, in pixels.
    """

    frames: Sequence[int]
    width: int = 480
    _columns: list[tuple[Cell, Cell, Cell]] = field(default_factory=list, init=False)

    def add(self, seen: Seen, figures: FrameFigures) -> None:
        """Take a frame, if it is one of those to show."""
        if seen.frame not in self.frames:
            return
        difference = torch.zeros_like(seen.out)
        if seen.transition is not None:
            difference = difference_picture(seen.out, seen.transition)
        labels = (f"{seen.frame}: source", "result", _difference_label(figures))
        pictures = (seen.source, seen.out, difference)
        cells = [
            Cell(reduced(one, self.width), label)
            for one, label in zip(pictures, labels, strict=True)
        ]
        self._columns.append((cells[0], cells[1], cells[2]))

    def write(self, path: Path | str) -> None:
        """Write the sheet: a row of sources, one of results, one of differences.

        Raises:
            UsageError: No frame was taken, or the format does not hold 8 bits.
            OutputError: The file cannot be written.
        """
        write_sheet(path, list(zip(*self._columns, strict=True)))


def _difference_label(figures: FrameFigures) -> str:
    if figures.m2 is None:
        return "nothing to compare with"
    return f"difference to the warped frame before, x{_GAIN:.0f}: M2 {figures.m2:.4f}"


def _width(row: Sequence[Cell], column: int) -> int:
    return row[column].picture.shape[-1] if column < len(row) else 0


def _draw_row(
    sheet: Image.Image, row: Sequence[Cell], widths: Sequence[int], *, top: int, height: int
) -> None:
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(_FONT_SIZE)
    left = _GAP
    for cell, width in zip(row, widths, strict=False):
        sheet.paste(_as_image(cell.picture), (left, top))
        caption = _shortened(cell.caption, width, pen, font)
        pen.text((left, top + height + 2), caption, fill=_INK, font=font)
        left += width + _GAP


def _shortened(
    text: str,
    width: int,
    pen: ImageDraw.ImageDraw,
    font: ImageFont.FreeTypeFont | ImageFont.ImageFont,
) -> str:
    """Return the text, or as much of it as fits into a width in pixels, with an ellipsis."""
    if pen.textlength(text, font=font) <= width:
        return text
    count = len(text)
    while count and pen.textlength(f"{text[:count].rstrip()}…", font=font) > width:
        count -= 1
    return f"{text[:count].rstrip()}…"


def _as_image(picture: Tensor) -> Image.Image:
    pixels = picture[0].permute(1, 2, 0).mul(255).round().clamp(0, 255).to(torch.uint8)
    return Image.fromarray(pixels.cpu().numpy())
