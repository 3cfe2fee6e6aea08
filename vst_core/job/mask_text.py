"""Regions: which part of the picture has which style, as it is typed.

    in/mask.%04d.png                          the style's; what is outside has --style-outside
    in/car.%04d.png=candy,in/sky.####.exr=wave       a style each; the rest has --style
    alpha                                     the alpha of the picture itself
    layer:ViewLayer.IndexOB.X:3=candy         a channel of the picture's file, where it is 3
    in/passes.%04d.exr:matte.G=wave           a channel of a file of masks
    crypto:Hero,Sword*=candy                  objects by their names, see `matte_text`

Where masks overlap, the one that is named first lies on top.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from vst_core.errors import UsageError
from vst_core.job.matte_text import MATTE_MASK, MatteName, parse_matte_names

__all__ = ["KEEP", "Box", "Mask", "parse_box", "parse_masks", "region_styles"]

KEEP = "none"
"""The style of a region that stays as the picture is."""

_SYNTAX = (
    "Write in/mask.%04d.png, or a style for each: in/car.%04d.png=candy,in/sky.%04d.png=wave; "
    "alpha, layer:NAME and crypto:NAME are the picture's own"
)
_LAYER, _MATTES = "layer:", "crypto:"
_PART = re.compile(rf"(?:{MATTE_MASK.pattern})?[^,]*")
_ALPHA = "alpha"
_TAIL = re.compile(r"(?P<place>.{2,}?):(?P<channel>[^/\\:]+)(?::(?P<number>[0-9]{1,9}))?")


@dataclass(frozen=True, kw_only=True)
class Mask:
    """Where a mask comes from.

    Attributes:
        source: ``file``: pictures of its own. ``layer``: a channel of the picture's file.
            ``crypto``: objects by name from Cryptomatte. ``alpha``: the picture's alpha.
            ``made``: found by the engine (`--segment`).
        place: The pattern of the files; empty where the picture's own file is meant.
        channel: The channel to read; empty = the brightest of the colors.
        number: Where the channel has this value the mask is 1, elsewhere 0; None = the
            channel's values are the mask.
        style: The style inside; empty where none was named.
        layer: The layer of mattes, or the beginning of the first name; see `parse_matte_names`.
        names: Of the objects.
    """

    source: Literal["file", "layer", "crypto", "alpha", "made"]
    place: str = ""
    channel: str = ""
    number: int | None = None
    style: str = ""
    layer: MatteName | None = None
    names: tuple[MatteName, ...] = ()

    @property
    def has_files(self) -> bool:
        """Whether it comes from files beside the pictures."""
        return bool(self.place)

    def __str__(self) -> str:
        if self.source in ("alpha", "made"):
            return self.source
        if self.source == "crypto":
            layer = f"{self.layer.text}:" if self.layer else ""
            names = ",".join(name.text for name in self.names)
            return f"{self.place}{':' * self.has_files}crypto:{layer}{names}"
        number = "" if self.number is None else f":{self.number}"
        channel = f":{self.channel}" if self.channel else ""
        return f"{self.place or 'layer'}{channel}{number}"


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels of the picture, from its upper left corner, y down."""

    x: int
    y: int
    width: int
    height: int


def parse_masks(text: str) -> tuple[Mask, ...]:
    """Read masks as they are typed, see the head of this file; empty = no masks.

    Commas part masks, and the names of objects. The style of a mask may be a mix
    (`car.png=muse:0.7,candy:0.3`), so after a mask with a style every further file needs its own
    `=style`.

    Raises:
        UsageError: A mask or a style has no name.

    >>> [(str(mask), mask.style) for mask in parse_masks("car.%04d.png=candy,alpha=muse,wave")]
    [('car.%04d.png', 'candy'), ('alpha', 'muse,wave')]
    """
    if not text.strip():
        return ()
    parts: list[str] = []
    for part in _split(text):
        own = "=" in part or part.strip() == _ALPHA or part.strip().startswith((_LAYER, _MATTES))
        if parts and "=" in parts[-1] and not own:
            parts[-1] += f",{part}"
        else:
            parts.append(part)
    return tuple(_mask(part, text) for part in parts)


def region_styles(
    masks: Sequence[Mask], *, style: str, outside: str
) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Return the styles of a picture with masks, and which of them each region has.

    A mask without a style has `style`. What no mask covers has `outside`; where that is empty
    it has `style` if every mask named its own, else it stays as the picture is (`KEEP`).

    Args:
        masks: At least one.
        style: The job's style.
        outside: The job's style outside; may be empty.

    Returns:
        The styles, each once; and for every mask, and last for what is outside of all, the
        index of its style.

    Raises:
        UsageError: No region has a style.

    >>> region_styles(parse_masks("car.%04d.png"), style="muse", outside="candy")
    (('muse', 'candy'), (0, 1))
    """
    rest = outside or (style if all(mask.style for mask in masks) else KEEP)
    named = [*((mask.style or style).strip() for mask in masks), rest.strip()]
    styles = tuple(dict.fromkeys(named))
    if styles == (KEEP,):
        fix = "Name a style: --mask in/mask.%04d.png --style muse"
        raise UsageError("Every region keeps the picture as it is", fix=fix)
    return styles, tuple(styles.index(name) for name in named)


def parse_box(text: str) -> Box | None:
    """Read ``x,y,width,height`` in pixels; empty = None.

    Raises:
        UsageError: The text is no box.

    >>> parse_box("40,30,200,120")
    Box(x=40, y=30, width=200, height=120)
    """
    if not text.strip():
        return None
    numbers = re.fullmatch(r"\s*(\d{1,6})\s*,\s*(\d{1,6})\s*,\s*(\d{1,6})\s*,\s*(\d{1,6})\s*", text)
    box = Box(*(int(number) for number in numbers.groups())) if numbers else None
    if box is None or not box.width or not box.height:
        fix = "Write x,y,width,height in pixels from the upper left corner, such as 40,30,200,120"
        raise UsageError(f"--segment-box cannot be '{text}'", fix=fix)
    return box


def _split(text: str) -> list[str]:
    """Return what commas part, but for those among and inside the names of objects."""
    parts, at = [], 0
    while at <= len(text):
        found = _PART.match(text, at)
        assert found is not None  # it matches nothing too
        parts.append(found[0])
        at = found.end() + 1
    return parts


def _mattes(part: str, found: re.Match[str], text: str) -> Mask:
    equals, style = part[found.end() :][:1], part[found.end() + 1 :].strip()
    if equals and not style:
        raise UsageError(f"A mask in '{text}' lacks its style", fix=_SYNTAX)
    rest = "" if equals == "=" else part[found.end() :]
    layer, names = parse_matte_names(found["names"] + rest)
    place = (found["place"] or "").strip()
    return Mask(source="crypto", place=place, layer=layer, names=names, style=style)


def _mask(part: str, text: str) -> Mask:
    mattes = MATTE_MASK.match(part)
    if mattes is not None:
        return _mattes(part, mattes, text)
    place, equals, style = (piece.strip() for piece in part.partition("="))
    if not place or (equals and not style):
        raise UsageError(
            f"A mask in '{text}' lacks its {'style' if place else 'file'}", fix=_SYNTAX
        )
    if place == _ALPHA:
        return Mask(source="alpha", style=style)
    split = _TAIL.fullmatch(place)
    in_picture = place.startswith(_LAYER)
    if split is None and in_picture:
        raise UsageError(f"The mask '{place}' names no channel", fix=_SYNTAX)
    if split is None:
        return Mask(source="file", place=place, style=style)
    return Mask(
        source="layer" if in_picture else "file",
        place="" if in_picture else split["place"],
        channel=split["channel"].strip(),
        number=int(split["number"]) if split["number"] else None,
        style=style,
    )
