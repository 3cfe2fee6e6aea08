"""What a method is to the runner."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import torch
from torch import Tensor

from vst_core.styles import StyleCard

__all__ = ["Earlier", "Guidance", "Stylizer", "StylizerSettings"]


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """One earlier frame, seen from now.

    Attributes:
        warped: 1 x 3 x H x W, the earlier stylized frame warped to now, in [0, 1].
        trust: 1 x 1 x H x W in [0, 1], 1 where `warped` can be trusted.
    """

    warped: Tensor
    trust: Tensor


@dataclass(frozen=True, kw_only=True)
class Guidance:
    """What is known of other frames, and of this one from earlier passes.

    Attributes:
        warped: 1 x 3 x H x W, the previous stylized frame warped to now, in [0, 1].
        trust: 1 x 1 x H x W in [0, 1], 1 where `warped` can be trusted.
        older: Frames further back, nearest first, for methods that ask for them.
        last: 1 x 3 x H x W in [0, 1], this frame as the pass before left it, for methods of
            several passes. Their previous frame is the neighbour from which the pass comes.
        number: Of the pass, from 1.
    """

    warped: Tensor
    trust: Tensor
    older: tuple[Earlier, ...] = ()
    last: Tensor | None = None
    number: int = 1


@dataclass(frozen=True, kw_only=True)
class StylizerSettings:
    """What a method is opened with.

    Attributes:
        styles: Cards and weights, from `vst_core.styles.find_mix`.
        device: Where the network runs.
        precision: Number type of its convolutions.
    """

    styles: tuple[tuple[StyleCard, float], ...]
    device: torch.device = field(default_factory=lambda: torch.device("cpu"))
    precision: torch.dtype = torch.float32


class Stylizer(Protocol):
    """A method. It holds no memory of earlier frames: all it knows of them is guidance."""

    recurrent: bool
    """Whether guidance is used; if not, the runner need not compute any."""

    def stylize(self, frame: Tensor, guidance: Guidance | None) -> Tensor:
        """Stylize one frame.

        Args:
            frame: 1 x 3 x H x W working picture in [0, 1]; H, W >= 16.
            guidance: None at the start of a shot.

        Returns:
            1 x 3 x H x W in [0, 1], float32, on the frame's device.
        """
        ...
