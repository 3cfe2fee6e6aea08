"""Mixes of styles and lists of earlier frames, as they are typed."""

from __future__ import annotations

import math
import re
from typing import TypeAlias

from vst_core.errors import UsageError
from vst_core.hosts.style_text import split_commas

__all__ = ["Mix", "parse_indices", "parse_mix"]

Mix: TypeAlias = tuple[tuple[str, float], ...]
"""Styles, each with its share; the shares sum to 1."""

_QUOTED = re.compile(r'"(?P<name>(?:[^"]|"")*)"\s*(?::(?P<weight>.*))?')

_FURTHEST = 64  # frames back: so many pictures are held in memory


def parse_mix(text: str) -> tuple[tuple[str, float], ...]:
    """Read ``muse``, ``muse:0.7,candy:0.3`` or ``muse,candy`` (equal shares).

    A style is a name or the path of a card or painting, in double quotes where it holds signs of
    this text (see `vst_core.hosts.style_text`). Weights may have any sum.

    Returns:
        Each style with its share, in the order given; the shares sum to 1.

    Raises:
        UsageError: A style has no name, comes twice, or the weights make no sense.

    >>> parse_mix("muse:3,candy:1")
    (('muse', 0.75), ('candy', 0.25))
    """
    parts = [_style_and_weight(part.strip()) for part in split_commas(text)]
    names = [name for name, _ in parts]
    weights = [weight for _, weight in parts]
    fix = "Write a name, or a mix such as muse:0.7,candy:0.3"
    if not all(names):
        raise UsageError(f"The style '{text}' lacks a name", fix=fix)
    if len(set(names)) < len(names):
        raise UsageError(f"The style '{text}' names one style twice", fix=fix)
    given = [weight for weight in weights if weight is not None]
    if not given:
        return tuple((name, 1 / len(names)) for name in names)
    if len(given) < len(names):
        raise UsageError(f"The style '{text}' gives a weight to some styles only", fix=fix)
    total = sum(given)
    if min(given) < 0 or not math.isfinite(total) or total < 1e-6:
        fix = "Weights are 0 or more, and at least one is more"
        raise UsageError(f"The weights in the style '{text}' cannot be mixed", fix=fix)
    return tuple((name, weight / total) for name, weight in zip(names, given, strict=True))


def parse_indices(text: str) -> tuple[int, ...]:
    """Read ``1,2,4``: how many frames back each of several earlier frames lies.

    Returns:
        The numbers, nearest first; 1 is always among them.

    Raises:
        UsageError: Something is not such a number.

    >>> parse_indices("4, 2")
    (1, 2, 4)
    """
    found = {1}
    for part in filter(None, (part.strip() for part in text.split(","))):
        plain = part.isascii() and part.isdecimal() and len(part) < 10
        if not plain or not 1 <= int(part) <= _FURTHEST:
            what = f"'{part}' in --long-term {text} is not the distance of an earlier frame"
            raise UsageError(what, fix=f"Write numbers from 1 to {_FURTHEST}, such as 1,2,4")
        found.add(int(part))
    return tuple(sorted(found))


def _style_and_weight(part: str) -> tuple[str, float | None]:
    quoted = _QUOTED.fullmatch(part)
    if quoted:
        name, weight = quoted["name"].replace('""', '"'), quoted["weight"]
        return (name, None) if weight is None else (name, _weight(weight, part))
    name, colon, weight = part.rpartition(":")
    if not colon or "/" in weight or "\\" in weight:  # the colon of a Windows drive
        return part, None
    return name.strip(), _weight(weight, part)


def _weight(text: str, part: str) -> float:
    try:
        return float(text)
    except ValueError:
        fix = "Write numbers, such as muse:0.7,candy:0.3"
        raise UsageError(f"'{text}' in the style '{part}' is not a weight", fix=fix) from None
