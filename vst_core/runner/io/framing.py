"""What of a frame is picture: not its bars, nor what is transparent or outside of its window."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from vst_core.content import NO_BARS, Bars, find_bars, letterbox
from vst_core.errors import InputError
from vst_core.frames import holds_something
from vst_core.image import Plate, ReadSettings, Window, alpha_of, exposure_of, typical_light
from vst_core.runner.errors_at_frame import at_frame
from vst_core.video.inputs import Input

__all__ = ["Framing", "counts_of", "framed", "look_at_shot", "look_over"]

_LOOKS = 5
_FULLER = 1.1


@dataclass(frozen=True, kw_only=True)
class Framing:
    """What of the frames of a run is picture.

    Attributes:
        bars: What of every frame is a black bar.
        backdrop: The frame that shows most, where others show clearly less: it stands behind
            what they show (see `vst_core.runner.loop.backdrop`). None where all show alike.
        backdrop_key: Of what that frame shows; empty without one.
        exposure: See `vst_core.image.exposure_of`.
    """

    bars: Bars = NO_BARS
    backdrop: int | None = None
    backdrop_key: str = ""
    exposure: float = 1.0

    @property
    def key_parts(self) -> dict[str, str]:
        """What it adds to what decides the frames' bytes."""
        parts = {"bars": str(self.bars)} if self.bars else {}
        parts |= {"backdrop": self.backdrop_key} if self.backdrop_key else {}
        return parts | ({} if self.exposure == 1 else {"exposure": f"{self.exposure:g}"})


def look_at_shot(source: Input, *, canvas: Window, settings: ReadSettings, waits: bool) -> Framing:
    """Look at all of a shot, so that a part of it has the framing of the whole.

    Args:
        source: Where its frames come from.
        canvas: Of the working pictures.
        settings: How they are read.
        waits: Frames are still to come. Then only the first counts: a run that goes on later has
            to find the same.

    Raises:
        InputError: A frame to make cannot be read.
    """
    sequence = source.sequence
    there = [frame for frame in sequence.files if holds_something(sequence.path(frame))]
    return look_over(source, there[:1] if waits else there, canvas=canvas, settings=settings)


def look_over(
    source: Input, frames: Sequence[int], *, canvas: Window, settings: ReadSettings
) -> Framing:
    """Look at a few frames, spread over those that are there.

    Bars are what all of them have as such. What is transparent says itself that it is no picture.

    Args:
        source: Where they come from.
        frames: Their numbers; one that is not to be made may be damaged.
        canvas: Of the working pictures.
        settings: How they are read.

    Raises:
        InputError: A frame to make cannot be read.
    """
    found, exposure = _judged(_looks(source, frames, canvas, settings))
    if exposure == 1:
        return found
    exposed = replace(settings, exposure=exposure)
    found, _ = _judged(_looks(source, frames, canvas, exposed))
    return replace(found, exposure=exposure)


def _looks(
    source: Input, frames: Sequence[int], canvas: Window, settings: ReadSettings
) -> Iterator[tuple[int, Plate]]:
    last = len(frames) - 1
    for place in sorted({round(last * look / (_LOOKS - 1)) for look in range(_LOOKS)}):
        frame = frames[place]
        try:
            with at_frame(frame):
                plate = source.plate(frame, canvas=canvas, settings=settings)
        except InputError:
            if frame in source.sequence.frames:
                raise
            continue
        yield frame, plate


def _judged(looks: Iterable[tuple[int, Plate]]) -> tuple[Framing, float]:
    """Return what is picture in some frames, and the exposure of their light."""
    steady: Bars | None = None
    lights: list[float] = []
    shown: list[tuple[float, int, str]] = []
    for frame, plate in looks:
        light, seen = typical_light(plate), _seen(plate)
        if light is not None:
            lights.append(light)
        if seen is not None or plate.header.has_alpha:
            share = 1.0 if seen is None else float(seen.mean())
            shown.append((share, frame, _key(plate, seen)))
            continue
        found = find_bars(plate.picture)
        if found is not None:
            steady = found if steady is None else steady.common(found)
        if steady is not None and not steady and plate.space.referred != "scene":
            break
    if not shown:
        return Framing(bars=steady or NO_BARS), exposure_of(lights)
    most, least = max(shown), min(shown)
    if most[0] > _FULLER * least[0]:
        return Framing(backdrop=most[1], backdrop_key=most[2]), exposure_of(lights)
    return Framing(), exposure_of(lights)


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


def _key(plate: Plate, seen: Tensor | None) -> str:
    """Return a digest of what a frame shows."""
    hashed = hashlib.sha256(plate.picture.numpy().tobytes())
    if seen is not None:
        hashed.update(seen.numpy().tobytes())
    return hashed.hexdigest()[:16]


def _bars_here(picture: Tensor, bars: Bars) -> Bars:
    """Return those of the shot that the frame has, and its own where there is no doubt."""
    found = find_bars(picture) if bars else None
    steady = bars if found is None else bars.common(found)
    return steady.together(letterbox(picture))


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
