"""Which points of two views belong together, as the files say: Nuke's disparity.

`disparityL.x`, `.y` lie on the pixels of the left view and point, in pixels, y up, to the same
point in the right view; `disparityR` the other way (Foundry, Ocula, O_DisparityGenerator). Other
programs write `disparity` into each view.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from vst_core.flow import FlowPair
from vst_core.image import Window, channel_windows
from vst_core.motion import invert, warp
from vst_core.video.inputs import Input

__all__ = ["Disparity", "find_disparity"]

_AXES = (("x", "y"), ("X", "Y"))
_FITS = 0.9


@dataclass(frozen=True, kw_only=True)
class Disparity:
    """Where the disparity lies; one of the two is enough.

    Attributes:
        first: The channels, x and y, on the first view, in its files; they point to the second.
        second: Those on the second view, in its files.
    """

    first: tuple[str, str] | None
    second: tuple[str, str] | None

    def __str__(self) -> str:
        return ", ".join(
            names[0].rpartition(".")[0] for names in (self.first, self.second) if names
        )

    def between(
        self, frame: int, inputs: tuple[Input, Input], *, canvas: Window, size: tuple[int, int]
    ) -> FlowPair:
        """Return the way between the views of a frame: forward lives on the first one.

        Args:
            frame: Its number.
            inputs: Of both views.
            canvas: What the pictures cover.
            size: Their height and width.

        Raises:
            InputError: The channels are not there in this frame.
        """
        found = [
            None if names is None else _flow(source, frame, names, canvas, size)
            for source, names in zip(inputs, (self.first, self.second), strict=True)
        ]
        forward, backward = found
        if forward is None:
            assert backward is not None  # one of them is there
            forward = invert(backward)
        return FlowPair(forward=forward, backward=invert(forward) if backward is None else backward)


def fits(first: Tensor, second: Tensor, way: FlowPair) -> bool:
    """Whether the views come nearer to each other by what a disparity says.

    Args:
        first: 1 x 3 x h x w.
        second: The same size.
        way: Between them.
    """
    known = way.backward.isfinite().all(1, keepdim=True)
    if not bool(known.any()):
        return False
    moved = warp(first, way.backward.nan_to_num())
    error, plain = ((second - one).abs() * known for one in (moved, first))
    return float(error.mean()) <= _FITS * float(plain.mean()) or float(plain.mean()) < 1 / 255


def find_disparity(
    views: tuple[str, str], first: Path, second: Path, *, apart: bool
) -> Disparity | None:
    """Return where the disparity of two views lies; None where there is none.

    Args:
        views: Their names.
        first: A file of the first view.
        second: One of the second view; the same where both lie in one.
        apart: Each view has files of its own.
    """
    found = [
        _channels(tuple(channel_windows(path)), view, leads=view == views[0], apart=apart)
        for path, view in zip((first, second), views, strict=True)
    ]
    return Disparity(first=found[0], second=found[1]) if any(found) else None


def _channels(
    known: Sequence[str], view: str, *, leads: bool, apart: bool
) -> tuple[str, str] | None:
    lettered = f"disparity{view[0].upper()}"
    layers = [f"{view}.disparity", f"disparity.{view}", f"{view}.{lettered}", f"{lettered}.{view}"]
    layers += [lettered, *(["disparity"] if apart or leads else [])]
    for layer in layers:
        for across, down in _AXES:
            names = (f"{layer}.{across}", f"{layer}.{down}")
            if set(names) <= set(known):
                return names
    return None


def _flow(
    source: Input, frame: int, names: tuple[str, str], canvas: Window, size: tuple[int, int]
) -> Tensor:
    """Return 1 x 2 x h x w in pixels of the work, y down."""
    planes = source.channels(frame, names, canvas=canvas, size=size)
    scale = planes.new_tensor([size[1] / canvas.width, -size[0] / canvas.height])
    return (planes * scale.view(2, 1, 1))[None].to(torch.float32)
