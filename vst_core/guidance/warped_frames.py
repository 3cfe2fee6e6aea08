"""What a method is told of other frames: warped to now, with the trust in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from torch import Tensor

from vst_core.content import NORMAL, Level

__all__ = ["Earlier", "Guidance", "PreviousFrame"]


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """One earlier frame, seen from now.

    Attributes:
        warped: 1 x 3 x H x W, the earlier stylized frame warped to now, in [0, 1].
        trust: 1 x 1 x H x W in [0, 1], 1 where `warped` can be trusted.
        layers: Its further planes (1 x C x H x W), warped the same way.
    """

    warped: Tensor
    trust: Tensor
    layers: Mapping[str, Tensor] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Guidance:
    """What is known of other frames, and of this one from earlier passes.

    Attributes:
        warped: 1 x 3 x H x W, the previous stylized frame warped to now, in [0, 1].
        trust: 1 x 1 x H x W in [0, 1], 1 where `warped` can be trusted.
        layers: Further planes of that frame (1 x C x H x W), warped the same way; see
            `Stylized.layers`.
        older: Frames further back, nearest first, for methods that ask for them.
        previous_pass: 1 x 3 x H x W in [0, 1], this frame as the pass before left it, for methods
            of several passes. Their previous frame is the neighbor from which the pass comes.
        previous_layers: The layers of that.
        pass_number: Of the pass, from 1.
    """

    warped: Tensor
    trust: Tensor
    layers: Mapping[str, Tensor] = field(default_factory=dict)
    older: tuple[Earlier, ...] = ()
    previous_pass: Tensor | None = None
    previous_layers: Mapping[str, Tensor] = field(default_factory=dict)
    pass_number: int = 1


@dataclass(frozen=True, kw_only=True)
class PreviousFrame:
    """A frame that was made, as later ones see it.

    Attributes:
        frame: Its number.
        picture: 1 x 3 x h x w, the working picture at the size of the work, float32.
        stylized: The same size: as it came from the method, not read back from a file.
        layers: Further planes of it, 1 x C x h x w; see `Stylized.layers`.
        level: Of the frame; both pictures are at the normal one.
        weight: 1 x 1 x h x w in [0, 1], what of the frame was seen; all of it where None.
    """

    frame: int
    picture: Tensor
    stylized: Tensor
    layers: Mapping[str, Tensor] = field(default_factory=dict)
    level: Level = NORMAL
    weight: Tensor | None = None
