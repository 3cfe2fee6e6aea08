# SPDX-License-Identifier: Apache-2.0
"""Styles as they are typed: names, weights, frames, and names in quotes.

muse:0.7,candy:0.3        two styles at once
muse@1,"a, b.jpg"@48      one after the other; a name with such signs stands in double quotes
art.mp4#12                a frame of a movie
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from .curve_text import curve_keys

__all__ = [
    "StylePart", "changed_names", "crossed_styles", "quoted_style", "split_commas", "style_parts",
]  # fmt: skip

_PART = re.compile(r'(?:"[^"]*"|[^,"]|")*')
_NUMBER = r"[0-9.]+(?:[eE][+-]?[0-9]+)?"
_STYLE = re.compile(
    r'\s*(?P<name>"(?:[^"]|"")*"|.*?)\s*'
    rf"(?::\s*(?P<weight>{_NUMBER})\s*)?(?P<frame>@-?[0-9]{{1,9}}(?::hold)?)?\s*",
    re.DOTALL,
)
_NEEDS_QUOTES = re.compile(r'[,:@"=]|^\s|\s$')


class StylePart(NamedTuple):
    """One style of a text.

    Attributes:
        name: Without quotes.
        weight: As it was typed; empty where none was.
        frame: Likewise, with its @.
    """

    name: str
    weight: str
    frame: str

    def __str__(self) -> str:
        weight = f":{self.weight}" if self.weight else ""
        return f"{quoted_style(self.name)}{weight}{self.frame}"


def split_commas(text: str) -> Iterator[str]:
    """Yield what commas outside of double quotes part; a quote that nothing closes is a sign.

    >>> list(split_commas('muse, "a, b.jpg":2,wave'))
    ['muse', ' "a, b.jpg":2', 'wave']
    """
    at = 0
    while at <= len(text):
        found = _PART.match(text, at)
        assert found is not None  # it matches nothing too
        yield found[0]
        at = found.end() + 1


def quoted_style(name: str) -> str:
    """Return a style's name as it is typed.

    >>> quoted_style("Monet, Water Lilies.jpg"), quoted_style("muse")
    ('"Monet, Water Lilies.jpg"', 'muse')
    """
    if not _NEEDS_QUOTES.search(name):
        return name
    return '"' + name.replace('"', '""') + '"'


def style_parts(text: str) -> list[StylePart]:
    """Return the styles of a text, in order.

    >>> style_parts('muse, "a, b.jpg":2@48')[1]
    StylePart(name='a, b.jpg', weight='2', frame='@48')
    """
    return [_part(piece) for piece in split_commas(text)]


def changed_names(text: str, change: Callable[[str], str]) -> str:
    """Return a text with every name changed."""
    return ",".join(str(part._replace(name=change(part.name))) for part in style_parts(text))


def crossed_styles(first: str, second: str, shares: Mapping[int, float]) -> str:
    """Return a style that goes from one to another as a value does.

    Args:
        first: A style or a mix.
        second: Likewise.
        shares: At each frame the share of the second, 0 to 1; at least one.

    >>> crossed_styles("muse", '"a, b.jpg"', {1: 0.0, 2: 0.5, 3: 1.0})
    'muse:1,"a, b.jpg":0@1,muse:0,"a, b.jpg":1@3'
    """
    keys = curve_keys({frame: min(max(share, 0.0), 1.0) for frame, share in shares.items()})
    mixes = [_mixed(first, second, share) for _, share in keys]
    if len(set(mixes)) == 1:
        return mixes[0]
    return ",".join(f"{mix}@{frame}" for mix, (frame, _) in zip(mixes, keys))


def _mixed(first: str, second: str, share: float) -> str:
    weights: dict[str, float] = {}
    for text, whole in ((first, 1 - share), (second, share)):
        parts = style_parts(text)
        given = [float(part.weight or 1) for part in parts]
        total = sum(given) or 1.0
        for part, weight in zip(parts, given):
            weights[part.name] = weights.get(part.name, 0.0) + whole * weight / total
    return ",".join(f"{quoted_style(name)}:{weight:.6g}" for name, weight in weights.items())


def _part(piece: str) -> StylePart:
    found = _STYLE.fullmatch(piece)
    assert found is not None  # everything is a name
    name = found["name"]
    if len(name) > 1 and name.startswith('"') and name.endswith('"'):
        name = name[1:-1].replace('""', '"')
    return StylePart(name, found["weight"] or "", found["frame"] or "")
