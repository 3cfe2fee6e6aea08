"""How the pictures of a run were understood: which layer, which colors, and what is in doubt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vst_core.image import Header, Plate

__all__ = ["Understood", "layer_changes", "understood"]


@dataclass(frozen=True, kw_only=True)
class Understood:
    """How the first frame was understood.

    Attributes:
        layer: What is painted; empty where the file has no layers with names.
        layers: All that have color.
        space: The name of its color space.
        notes: What a person should know, a sentence or two each.
    """

    layer: str
    layers: tuple[str, ...]
    space: str
    notes: tuple[str, ...]


def understood(plate: Plate, *, changes: str = "", clipped: bool = False) -> Understood:
    """Return how a frame was understood.

    Args:
        plate: The frame.
        changes: From `layer_changes`.
        clipped: Nobody has chosen the output's format, and it ends at white.
    """
    header = plate.header
    bright = "may hold light above white, which the result cannot: --format exr keeps it"
    said = (header.note, plate.space.note, bright if clipped else "")
    notes = tuple(f"{header.path.name} {note}." for note in said if note)
    named = tuple(name for name in header.layers if name)
    return Understood(
        layer=(header.layer.name or "unlayered") if named else "",
        layers=header.layers if named else (),
        space=plate.space.name,
        notes=(*notes, changes) if changes else notes,
    )


def layer_changes(headers: Sequence[Header]) -> str:
    """Return a sentence on the first frame whose layer is another than the first frame's."""
    first = headers[0]
    for header in headers:
        if (header.layer.name, header.has_alpha) != (first.layer.name, first.has_alpha):
            return (
                f"{header.path.name} has other layers than {first.path.name}: there "
                f"{_told(header)} is painted, not {_told(first)}."
            )
    return ""


def _told(header: Header) -> str:
    alpha = "with alpha" if header.has_alpha else "without alpha"
    return f"{header.layer.name or 'the unlayered one'} ({alpha})"
