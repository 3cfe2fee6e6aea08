"""A decoded frame in any of FFmpeg's pixel formats as planes of whole numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from vst_core.video.container import unreadable

if TYPE_CHECKING:
    from av.video.frame import VideoFrame

__all__ = ["Layout", "layout_of", "planes_of"]

Planes: TypeAlias = tuple[NDArray[Any], ...]

_PLANAR = re.compile(
    r"(?:(?P<grey>gray|ya)|(?P<rgb>gbr)(?P<rgb_alpha>a?)p"
    r"|yuv(?P<alpha>a?)(?P<full>j?)(?P<sampling>4[0-9]{2})p)(?P<bits>[89]|1[0246])?(?:le)?"
)
# Luma samples for a chroma sample: across, down.
_SAMPLINGS = {
    "444": (1, 1),
    "440": (1, 2),
    "422": (2, 1),
    "420": (2, 2),
    "411": (4, 1),
    "410": (4, 4),
}


@dataclass(frozen=True, kw_only=True)
class Layout:
    """What the planes of a format hold.

    Attributes:
        name: FFmpeg's, of a planar format of native byte order, or of gray beside its alpha (ya8).
        kind: "yuv", "gbr" (the planes are green, blue, red) or "grey".
        bits: Of the numbers.
        alpha: There is a last plane with alpha.
        across: Luma samples for a chroma sample along a row.
        down: The same along a column.
        jpeg: The full range is part of the format's name.
    """

    name: str
    kind: str
    bits: int
    alpha: bool
    across: int = 1
    down: int = 1
    jpeg: bool = False


def layout_of(path: Path, frame: VideoFrame) -> Layout:
    """Return the planar layout that holds every number of a frame.

    Packed, half-planar, palette and big-endian formats have one of the same depth and sampling,
    to which `planes_of` brings them without changing a number.

    Raises:
        InputError: There is none (raw sensor data, frames on a graphics card).
    """
    planar = _parsed(frame.format.name) or _parsed(_planar_name(frame))
    if planar is None or frame.format.is_bayer:
        raise unreadable(path, f"its pixel format is {frame.format.name}")
    return planar


def planes_of(frame: VideoFrame, layout: Layout) -> Planes:
    """Return the planes, each h x w of its own size."""
    if frame.format.name != layout.name:
        # The range is named on both sides, so that no number is stretched on the way.
        full = frame.color_range == 2
        kept = 2 if full else 1
        frame = frame.reformat(
            format=layout.name, src_color_range=kept, dst_color_range=kept, interpolation="POINT"
        )
    kind = np.dtype("<u2" if layout.bits > 8 else "u1")
    if layout.kind == "grey" and layout.alpha:  # side by side in one plane
        pairs = np.frombuffer(memoryview(frame.planes[0]), kind).reshape(frame.height, -1)
        return pairs[:, 0 : 2 * frame.width : 2], pairs[:, 1 : 2 * frame.width : 2]
    return tuple(
        np.frombuffer(memoryview(plane), kind).reshape(plane.height, -1)[:, : plane.width]
        for plane in frame.planes
    )


def _parsed(name: str) -> Layout | None:
    match = _PLANAR.fullmatch(name)
    if match is None:
        return None
    bits = int(match["bits"] or 8)
    if match["grey"]:
        return Layout(name=name, kind="grey", bits=bits, alpha=match["grey"] == "ya")
    if match["rgb"]:
        return Layout(name=name, kind="gbr", bits=bits, alpha=bool(match["rgb_alpha"]))
    across, down = _SAMPLINGS.get(match["sampling"], (0, 0))
    if not across:
        return None
    return Layout(
        name=name,
        kind="yuv",
        bits=bits,
        alpha=bool(match["alpha"]),
        across=across,
        down=down,
        jpeg=bool(match["full"]),
    )


def _planar_name(frame: VideoFrame) -> str:
    form = frame.format
    parts = form.components
    bits = max((part.bits for part in parts), default=8)
    if form.is_rgb or form.has_palette:
        alpha = form.has_palette or len(parts) in (2, 4)
        return f"gbr{'a' * alpha}p{'16le' if bits > 8 else ''}"
    if len(parts) == 2:
        return "ya16le" if bits > 8 else "ya8"
    if len(parts) < 2:
        return "gray16le" if bits > 8 else "gray"
    sampling = (64 // max(form.chroma_width(64), 1), 64 // max(form.chroma_height(64), 1))
    name = next((name for name, known in _SAMPLINGS.items() if known == sampling), "")
    depth = f"{bits}le" if bits > 8 else ""
    return f"yuv{'a' * (len(parts) == 4)}{name}p{depth}"
