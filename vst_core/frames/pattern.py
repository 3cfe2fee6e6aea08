"""`FramePattern`: a file name with a place for the frame number."""

from __future__ import annotations

import os
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from vst_core.errors import UsageError

__all__ = ["FramePattern"]

_PLACE = re.compile(r"%0?[0-9]{0,2}d|\$F[0-9]{0,2}|#+|@+")


@dataclass(frozen=True)
class FramePattern:
    """A folder, and the pieces of the names of numbered files in it.

    Attributes:
        folder: Where the files lie.
        head: The name before the number, such as ``shot.``.
        width: The number's digits at least, zeros in front: 4 for ``%04d``; 1 = unpadded;
            0 = a name without a number, the same for every frame.
        tail: The name after the number, such as ``.exr``.
        sign_apart: Negative frames are written ``-0003`` instead of printf's ``-003``, where
            the sign takes a digit's place. Both are read.
    """

    folder: Path
    head: str
    width: int
    tail: str
    sign_apart: bool = False

    @classmethod
    def parse(cls, text: str) -> FramePattern:
        """Read ``in/shot.%04d.exr``, ``in/####.exr``, ``in/@@@@.exr``, ``in/shot.$F4.exr``.

        One ``#`` or ``@`` stands for one digit. ``%d``, ``$F``, ``#`` and ``@`` mean unpadded.
        Of several such places in a name the last is the frame's, the others are plain text.

        Raises:
            UsageError: The file name has no place for a number.
        """
        path = Path(os.path.expanduser(text))  # noqa: PTH111  (Path's raises without a home)
        places = list(_PLACE.finditer(path.name))
        if not places:
            fix = "Write %04d, #### or $F4 where the number stands, as in in/shot.%04d.exr"
            raise UsageError(f"The file name in '{text}' has no place for a frame number", fix=fix)
        from fileseq.constants import PAD_STYLE_HASH1
        from fileseq.filesequence import FileSequence

        place = places[-1]
        width = FileSequence.getPaddingNum(place.group(), pad_style=PAD_STYLE_HASH1)
        return cls(path.parent, path.name[: place.start()], max(width, 1), path.name[place.end() :])

    @classmethod
    def still(cls, path: Path) -> FramePattern:
        """Return the pattern of a file without a number: one name for every frame."""
        stem, dot, suffix = path.name.rpartition(".")
        head, tail = (stem, dot + suffix) if stem else (path.name, "")
        return cls(path.parent, head, 0, tail)

    @staticmethod
    def fits(text: str) -> bool:
        """Whether the file name in `text` has a place for a frame number."""
        return _PLACE.search(Path(text).name) is not None

    def number(self, name: str) -> int | None:
        """Return the frame of the file `name`, or None when the name does not belong here.

        Accents count the same whether composed (Linux, Windows) or decomposed (macOS).
        """
        head, tail, name = (_composed(part) for part in (self.head, self.tail, name))
        if self.width == 0:
            return 1 if name == head + tail else None
        if len(name) <= len(head) + len(tail) or not name.startswith(head):
            return None
        if not name.endswith(tail):
            return None
        return self._read(name[len(head) : len(name) - len(tail)])

    def name(self, frame: int) -> str:
        """Return the file name of `frame`, whether or not there is such a file."""
        if self.width == 0:
            return self.head + self.tail
        width = self.width + (self.sign_apart and frame < 0)
        return f"{self.head}{frame:0{width}d}{self.tail}"

    def path(self, frame: int) -> Path:
        """Return the path of `frame`, whether or not there is such a file."""
        return self.folder / self.name(frame)

    def _read(self, number: str) -> int | None:
        sign = number.startswith("-")
        digits = number[sign:]
        if not digits.isascii() or not digits.isdigit() or (sign and not int(digits)):
            return None
        exact = len(digits) == self.width or (sign and len(digits) == self.width - 1)
        overflow = len(digits) > self.width and digits[0] != "0"
        return int(number) if exact or overflow else None

    def __str__(self) -> str:
        place = {0: "", 1: "%d"}.get(self.width, f"%0{self.width}d")
        return str(self.folder / f"{self.head}{place}{self.tail}")


def _composed(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFC", text)
