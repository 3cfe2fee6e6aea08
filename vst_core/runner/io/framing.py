"""What of a frame is picture: not its bars, nor what is transparent or outside of its window."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from vst_core.content import NO_BARS, Bars, find_bars
from vst_core.image import Plate, ReadSettings, Window, alpha_of
from vst_core.runner.errors_at_frame import at_frame
from vst_core.runner.io.inputs import Input

__all__ = ["counts_of", "framed", "steady_bars"]

_LOOKS = 5


def steady_bars(
    source: Input, frames: Sequence[int], *, canvas: Window, settings: ReadSettings
) -> Bars:
    """Return the bars that all of a few frames of a job have, spread over it.

    Args:
        source: Where they come from.
        frames: The numbers of those that are there.
        canvas: Of the working pictures.
        settings: How they are read.

    Raises:
        InputError: A frame cannot be read.
    """
    last = len(frames) - 1
    places = sorted({round(last * place / (_LOOKS - 1)) for place in range(_LOOKS)})
    steady: Bars | None = None
    for place in places:
        with at_frame(frames[place]):
            plate = source.plate(frames[place], canvas=canvas, settings=settings)
        if _seen(plate) is not None:
            return NO_BARS  # what is transparent says itself that it is no picture
        found = find_bars(plate.picture)
        if found is not None:
            steady = found if steady is None else steady.common(found)
        if steady is not None and not steady:
            break
    return steady or NO_BARS


def counts_of(plate: Plate, *, bars: Bars) -> Tensor | None:
    """Return what counts of a frame, 1 x 1 x H x W in [0, 1] on its canvas; None where all does.

    Args:
        plate: The frame.
        bars: Those of the shot; what of them is lit in this frame is picture all the same.
    """
    counts = _seen(plate)
    own = _bars_here(plate.picture, bars)
    if not own:
        return counts
    between = own.weight(plate.canvas.height, plate.canvas.width)
    return between if counts is None else counts * between


def framed(output: Tensor, picture: Tensor, *, bars: Bars) -> Tensor:
    """Return a finished frame with the bars that it had.

    Args:
        output: 1 x 3 x H x W, painted all over.
        picture: The same size, the frame as it was read.
        bars: Those of the shot.
    """
    own = _bars_here(picture, bars)
    if not own:
        return output
    between = own.weight(picture.shape[-2], picture.shape[-1])
    return torch.where(between > 0, output, picture)


def _bars_here(picture: Tensor, bars: Bars) -> Bars:
    if not bars:
        return bars
    found = find_bars(picture)
    return bars if found is None else bars.common(found)


def _seen(plate: Plate) -> Tensor | None:
    """Return alpha over the canvas, 0 outside of the data window; None where it is 1 all over."""
    window, canvas = plate.header.data_window, plate.canvas
    alpha = alpha_of(plate)
    if window == canvas and (alpha is None or bool((alpha >= 1).all())):
        return None
    seen = np.zeros((canvas.height, canvas.width), np.float32)
    both = window.intersection(canvas)
    if both is not None:
        inside = 1.0 if alpha is None else np.clip(alpha, 0, 1)[both.slices_in(window)]
        seen[both.slices_in(canvas)] = inside
    return torch.from_numpy(seen)[None, None]
