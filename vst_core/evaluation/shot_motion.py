"""How well sources of motion see a shot: each frame against the one before, moved along.

What a stylizer does with motion is warp the frame before to the frame at hand, and believe it
where the trust mask does. So a source is judged by just that, on the shot itself, where no true
motion is known: the warp error is the mean of `|warp(previous, backward) - current|`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import torch
from torch import Tensor

from vst_core.errors import OutOfMemory
from vst_core.flow import FlowPair, FlowSource, FrameView
from vst_core.image import Window
from vst_core.motion import trust_mask, warp

__all__ = ["MovingShot", "SeenMotion", "WarpErrors", "judge_motion"]


class MovingShot(Protocol):
    """The frames of a shot, read one at a time."""

    @property
    def frames(self) -> tuple[int, ...]:
        """The numbers of those that are looked at, in order."""

    @property
    def canvas(self) -> Window:
        """What every picture covers."""

    def view(self, frame: int, device: torch.device) -> FrameView:
        """Return a frame as sources of motion see it.

        Raises:
            InputError: It cannot be used.
        """


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
    shot: MovingShot,
    sources: Sequence[FlowSource],
    *,
    trust: str,
    device: torch.device,
    on_pair: Callable[[tuple[SeenMotion, ...]], None],
) -> None:
    """Ask sources for the motion of a shot, and judge what each says.

    Two frames are in memory at a time, however long the shot is.

    Args:
        shot: Its frames.
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
