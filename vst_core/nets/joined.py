"""What a network sees, row by row: its channels are joined and mirrored only where it looks.

Of an 8K frame the seven channels of the video network take 930 MB, and each border of mirrored
pixels would copy them. The planes that they are made of are there anyway.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor
from torch.nn import functional as F

__all__ = ["Joined"]


def _as_it_is(plane: Tensor) -> Tensor:
    return plane


@dataclass(frozen=True, kw_only=True, eq=False)
class Joined:
    """The channels that a network sees, of planes that stay apart until rows are asked for.

    Attributes:
        planes: B x C x H x W each, of any C.
        join: Makes of the same rows of every plane those of the channels, such as `vtn_input`.
        down: Of each row, which one of the planes it is.
        across: Likewise of each column.
        left: How many columns are mirrored before the planes' first.
    """

    planes: tuple[Tensor, ...]
    join: Callable[..., Tensor]
    down: Tensor
    across: Tensor
    left: int = 0

    @classmethod
    def of(cls, *planes: Tensor, join: Callable[..., Tensor] = _as_it_is) -> Joined:
        """Return planes that are joined so; a single one may be what the network sees."""
        height, width = planes[0].shape[-2:]
        down, across = torch.arange(height), torch.arange(width)
        return cls(planes=planes, join=join, down=down, across=across)

    @property
    def size(self) -> tuple[int, int]:
        """Height and width, with what is mirrored."""
        return len(self.down), len(self.across)

    def mirrored(self, left: int, right: int, top: int, bottom: int) -> Joined:
        """Return it with so many of its pixels mirrored around it, as `F.pad` does."""
        return replace(
            self,
            down=_mirrored(self.down, top, bottom),
            across=_mirrored(self.across, left, right),
            left=self.left + left,
        )

    def to(self, device: torch.device) -> Joined:
        """Return it on a device."""
        return replace(self, planes=tuple(plane.to(device) for plane in self.planes))

    def rows(self, top: int, bottom: int) -> Tensor:
        """Return some of its rows, B x channels x (bottom - top) x W."""
        index = self.down[top:bottom]
        inner = self.join(*(_rows(plane, index) for plane in self.planes))
        right = self.left + inner.shape[-1]
        if len(self.across) == inner.shape[-1]:
            return inner
        sides = self.across[: self.left], self.across[right:]
        before, after = (inner.index_select(3, side.to(inner.device)) for side in sides)
        return torch.cat((before, inner, after), dim=3)

    def whole(self) -> Tensor:
        """Return all of them."""
        return self.rows(0, len(self.down))


def _mirrored(index: Tensor, before: int, after: int) -> Tensor:
    # Only floating-point numbers can be mirrored; these are far from where they are no integers.
    return F.pad(index.double()[None], [before, after], mode="reflect")[0].long()


def _rows(plane: Tensor, index: Tensor) -> Tensor:
    first, count = int(index[0]), len(index)
    if torch.equal(index, torch.arange(first, first + count)):
        return plane.narrow(2, first, count)
    return plane.index_select(2, index.to(plane.device))
