"""What a method is told of other frames: warped to now, with the trust in it."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from vst_core.content import NORMAL, Level

__all__ = ["Earlier", "Guidance", "PreviousFrame"]


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
class PreviousFrame:
    """A frame that was made, as later ones see it.

    Attributes:
        frame: Its number.
        picture: 1 x 3 x h x w, the working picture at the size of the work, float32.
        stylized: The same size: as it came from the method, not read back from a file.
        level: Of the frame; both pictures are at the normal one.
    """

    frame: int
    picture: Tensor
    stylized: Tensor
    level: Level = NORMAL
