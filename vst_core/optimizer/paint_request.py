"""What one picture is painted from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from vst_core.optimizer.targets import TemporalTarget

__all__ = ["PaintRequest"]


@dataclass(frozen=True, kw_only=True)
class PaintRequest:
    """What one picture is painted from, on the painter's device and free for gradients.

    Attributes:
        frame: The content.
        start: What to begin with, if it is given.
        temporal: Earlier frames to hold to.
        regions: S x 1 x H x W, a matte for each style.
        weight: 1 x 1 x H x W, what of the frame is picture; all of it where None.
        home: Where the finished picture goes.
    """

    frame: Tensor
    start: Tensor | None
    temporal: tuple[TemporalTarget, ...]
    regions: Tensor | None
    weight: Tensor | None
    home: torch.device

    @classmethod
    def of(
        cls,
        frame: Tensor,
        start: Tensor | None,
        temporal: Sequence[TemporalTarget],
        regions: Tensor | None,
        device: torch.device,
        *,
        weight: Tensor | None = None,
    ) -> PaintRequest:
        """Bring everything to `device`; the arguments are those of `Painter.paint`."""

        def here(picture: Tensor) -> Tensor:
            # A clone: what was made in inference mode takes no part in derivatives.
            return picture.to(device, torch.float32).clone()

        return cls(
            frame=here(frame),
            start=None if start is None else here(start),
            temporal=tuple(
                TemporalTarget(warped=here(e.warped), trust=here(e.trust), weight=e.weight)
                for e in temporal
            ),
            regions=None if regions is None else here(regions),
            weight=None if weight is None else here(weight),
            home=frame.device,
        )
