r"""Cryptomatte in the text of a mask: names of objects, quoted where they hold signs of the text.

crypto:Hero,Sword=candy                   these objects of the picture's own file
crypto:CryptoMaterial:Skin*=candy         a layer of them, and a wildcard: * ? [abc]
crypto:"a, b",has_\*=candy                in quotes, and behind a \, a sign is only a sign
in/crypto.%04d.exr:crypto:Hero=candy      of files beside the pictures
"""

from __future__ import annotations

import fnmatch
import glob
import re
from collections.abc import Collection
from dataclasses import dataclass

from vst_core.errors import UsageError

__all__ = ["MATTE_MASK", "MatteName", "parse_matte_names", "quoted_name"]

_QUOTED = r'"(?:[^"\\]|\\.)*"'
_STARTS = r"crypto:|layer:"
MATTE_MASK = re.compile(
    rf"\s*(?:(?P<place>[^,=\"]+?):)?crypto:"
    rf"(?P<names>(?:{_QUOTED}|\\.|[^\"\\,=]|,(?!\s*(?:{_STARTS})))*)"
)
"""The head of a mask of mattes: where its files are, and its names, up to the style."""

_PIECE = re.compile(rf"(?P<quoted>{_QUOTED})|\\(?P<escaped>.)|(?P<cut>[,:])|(?P<plain>[^\"\\])")
_NEEDS_QUOTES = re.compile(r'[,:="\\*?\[]|^\s|\s$|^$')


@dataclass(frozen=True)
class MatteName:
    """A name of an object, as it was typed.

    Attributes:
        text: The name itself.
        pattern: What names are matched with, as for `fnmatch`.
    """

    text: str
    pattern: str

    @property
    def is_wildcard(self) -> bool:
        """Whether it can stand for other names than its own."""
        return self.pattern != glob.escape(self.text)

    def find(self, names: Collection[str]) -> tuple[str, ...]:
        """Return those of `names` that it stands for; upper and lower case differ."""
        return tuple(
            name
            for name in names
            if name == self.text or (self.is_wildcard and fnmatch.fnmatchcase(name, self.pattern))
        )

    def behind(self, other: MatteName) -> MatteName:
        """Return the name of both, which a colon parts."""
        return MatteName(f"{other.text}:{self.text}", f"{other.pattern}:{self.pattern}")


def parse_matte_names(text: str) -> tuple[MatteName | None, tuple[MatteName, ...]]:
    r"""Read names as they are typed.

    Returns:
        What stands before the first colon, a layer where the file has one of this name, else the
        beginning of the first name (None = no colon outside of quotes); and the names.

    Raises:
        UsageError: A quote is not closed, or a name is empty.

    >>> parse_matte_names(r'Skin*,"a, b"')[1][1].text
    'a, b'
    """
    layer, names, at = None, [_Name()], 0
    while at < len(text):
        found = _PIECE.match(text, at)
        if found is None:
            fix = 'Write "a name, with a comma"; a quote inside as \\"'
            raise UsageError(f"The names of mattes '{text}' end inside a quote", fix=fix)
        if found["cut"] == ",":
            names.append(_Name())
        elif found["cut"] and len(names) == 1 and layer is None:
            layer = names.pop().done(text)
            names.append(_Name())
        else:
            names[-1].add(found)
        at = found.end()
    return layer, tuple(name.done(text) for name in names)


def quoted_name(name: str) -> str:
    r"""Return a name as it is typed in a mask.

    >>> quoted_name('say "hi", twice')
    '"say \\"hi\\", twice"'
    """
    if not _NEEDS_QUOTES.search(name):
        return name
    return '"' + re.sub(r'(["\\])', r"\\\1", name) + '"'


class _Name:
    """A name as it grows."""

    def __init__(self) -> None:
        self._text, self._pattern = "", ""
        self._end = 0  # up to here, spaces are meant

    def add(self, found: re.Match[str]) -> None:
        """Add a piece of the text; a colon that parts nothing is a sign like others."""
        plain = found["plain"] or found["cut"]
        if plain:
            if not self._text and plain.isspace():
                return
            self._text, self._pattern = self._text + plain, self._pattern + plain
            return
        meant = found["escaped"] or re.sub(r"\\(.)", r"\1", found["quoted"][1:-1])
        self._text, self._pattern = self._text + meant, self._pattern + glob.escape(meant)
        self._end = len(self._text)

    def done(self, text: str) -> MatteName:
        """Return the name without spaces at its end that nobody quoted."""
        spare = len(self._text) - max(self._end, len(self._text.rstrip()))
        name = self._text[: len(self._text) - spare]
        if not name:
            fix = "Write crypto:Hero,Sword=candy; `vst mattes frame.exr` lists the names"
            raise UsageError(f"The mattes '{text}' lack a name", fix=fix)
        return MatteName(name, self._pattern[: len(self._pattern) - spare])
