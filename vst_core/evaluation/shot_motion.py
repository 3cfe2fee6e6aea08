"""How well sources of motion see a shot: each frame against the one before, moved along.

What a stylizer does with motion is warp the frame before to the frame at hand, and believe it
where the trust mask does. So a source is judged by just that, on the shot itself, where no true
motion is known: the warp error is the mean of `|warp(previous, backward) - current|`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor

from vst_core.errors import InputError, OutOfMemory
from vst_core.flow import FlowPair, FlowSource, FrameView
from vst_core.frames import FrameRange, FrameSequence, Missing, find_sequence
from vst_core.image import ReadSettings, Window, read_header, read_plate, sample_channels
from vst_core.motion import trust_mask, warp

__all__ = ["SeenMotion", "ShotFrames", "WarpErrors", "find_shot", "judge_motion"]

_SMALLEST = 16


@dataclass(frozen=True, kw_only=True)
class ShotFrames:
    """The frames of a shot, read one at a time.

    Attributes:
        sequence: Their files.
        frames: The numbers of those that are looked at, two or more.
        canvas: The display window of the first: all have its size.
        settings: How they are read.
    """

    sequence: FrameSequence
    frames: tuple[int, ...]
    canvas: Window
    settings: ReadSettings = field(default_factory=ReadSettings)

    def view(self, frame: int, device: torch.device) -> FrameView:
        """Return a frame as sources of motion see it.

        Raises:
            InputError: It cannot be used, or has another size than the first.
        """
        path = self.sequence.source(frame)
        window = read_header(path, layer=self.settings.layer).display_window
        size = (self.canvas.height, self.canvas.width)
        if (window.height, window.width) != size:
            raise InputError(
                f"Sizes differ: {path} is {window.width} x {window.height}, the first frame "
                f"{size[1]} x {size[0]}",
                fix="Leave it out with --frames, or give a shot of one size.",
            )
        picture = read_plate(path, canvas=window, settings=self.settings).picture
        return FrameView(frame, picture.to(device), canvas=size, read=self._channels)

    def _channels(
        self, number: int, names: Sequence[str], *, size: tuple[int, int], path: Path | None
    ) -> Tensor:
        file = path or self.sequence.source(number)
        return sample_channels(file, names, canvas=self.canvas, size=size, display=self.canvas)


def find_shot(
    text: str,
    *,
    frames: FrameRange | None = None,
    missing: Missing = "error",
    first: int | None = None,
    settings: ReadSettings | None = None,
) -> ShotFrames:
    """Find the frames of a shot.

    Args:
        text: A pattern, a folder, or a file of a sequence.
        frames: Those to look at; None = all.
        missing: As for `find_sequence`.
        first: Look at only this many, from the first.
        settings: Layer and color.

    Raises:
        InputError: Nothing matches, frames are missing, or there are fewer than two.
        UsageError: The frames make no sense.
    """
    settings = settings or ReadSettings()
    sequence = find_sequence(text, frames=frames, missing=missing)
    numbers = tuple(sequence.frames)[:first]
    if len(numbers) < 2:
        raise InputError(
            f"{sequence} gives {len(numbers)} frame, and motion is between two",
            fix="Give a folder or a pattern such as in/shot.%04d.exr, and 2 frames or more.",
        )
    canvas = read_header(sequence.source(numbers[0]), layer=settings.layer).display_window
    if min(canvas.width, canvas.height) < _SMALLEST:
        what = f"{sequence} is {canvas.width} x {canvas.height}"
        raise InputError(what, fix=f"Motion needs {_SMALLEST} x {_SMALLEST} or more.")
    return ShotFrames(sequence=sequence, frames=numbers, canvas=canvas, settings=settings)


class WarpErrors(NamedTuple):
    """How far a frame is from the one before, moved along; errors in 255ths, mean of R, G, B.

    Attributes:
        trusted: The share of pixels that the trust mask believes, in [0, 1].
        on_trusted: The mean error, each pixel weighed by its trust; None where none is trusted.
        on_all: The mean error over every pixel.
        unmoved: The same, had nothing been moved.
        explained: The share of `unmoved` that goes away where the warp is trusted: 1 is perfect,
            below 0 does harm; None where nothing moves. Only this ranks sources: the errors alone
            favor those that find look-alikes in the wrong place (DIS on Sintel's market_5, wrong
            by 17 px where RAFT-small is by 5, has the lower errors and explains less).
    """

    trusted: float
    on_trusted: float | None
    on_all: float
    unmoved: float
    explained: float | None


@dataclass(frozen=True, kw_only=True)
class SeenMotion:
    """What one source saw between two frames.

    Attributes:
        source: Its name.
        previous: The frame before.
        current: The frame that it is brought to.
        flow: Between the two.
        trust: `1 x 1 x H x W` in [0, 1], on the current frame.
        errors: Of the warp.
    """

    source: str
    previous: FrameView
    current: FrameView
    flow: FlowPair
    trust: Tensor
    errors: WarpErrors


@torch.inference_mode()
def judge_motion(
    shot: ShotFrames,
    sources: Sequence[FlowSource],
    *,
    trust: str,
    device: torch.device,
    on_pair: Callable[[tuple[SeenMotion, ...]], None],
) -> None:
    """Ask sources for the motion of a shot, and judge what each says.

    Two frames are in memory at a time, however long the shot is.

    Args:
        shot: From `find_shot`.
        sources: One or more.
        trust: The trust test, of `TRUST_VARIANTS`.
        device: Where pictures are warped.
        on_pair: Called with what each source saw, for every pair of neighbors in turn.

    Raises:
        InputError: A frame, or what a source reads, cannot be used.
        OutOfMemory: The device has too little memory.
        UsageError: There is no such trust test.
    """
    try:
        previous = shot.view(shot.frames[0], device)
        for number in shot.frames[1:]:
            current = shot.view(number, device)
            on_pair(tuple(_seen(source, previous, current, trust) for source in sources))
            previous = current
    except torch.OutOfMemoryError as error:
        what = f"{device} has too little memory for {shot.canvas.width} x {shot.canvas.height}"
        raise OutOfMemory(what, fix="Use --device cpu.") from error


def _seen(source: FlowSource, previous: FrameView, current: FrameView, variant: str) -> SeenMotion:
    flow = source.between(previous, current)
    trust = trust_mask(flow.forward, flow.backward, variant=variant)
    return SeenMotion(
        source=source.name,
        previous=previous,
        current=current,
        flow=flow,
        trust=trust,
        errors=_errors(previous.picture, current.picture, flow.backward, trust),
    )


def _errors(previous: Tensor, current: Tensor, backward: Tensor, trust: Tensor) -> WarpErrors:
    moved, unmoved = (_difference(one, current) for one in (warp(previous, backward), previous))
    before = unmoved.sum(dtype=torch.float64).item()
    gained = ((unmoved - moved) * trust).sum(dtype=torch.float64).item()
    weight = trust.sum(dtype=torch.float64).item()
    believed = (moved * trust).sum(dtype=torch.float64).item()
    return WarpErrors(
        trusted=weight / trust.numel(),
        on_trusted=believed / weight if weight else None,
        on_all=moved.mean(dtype=torch.float64).item(),
        unmoved=before / trust.numel(),
        explained=gained / before if before else None,
    )


def _difference(one: Tensor, other: Tensor) -> Tensor:
    """Return `B x 1 x H x W`, in 255ths."""
    return (one - other).abs().mean(dim=1, keepdim=True) * 255
