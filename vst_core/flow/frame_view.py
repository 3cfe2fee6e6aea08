"""A frame as a flow source sees it: its number, its picture, the channels of its file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass, field

from torch import Tensor

from vst_core.errors import InputError

__all__ = ["ChannelReader", "FrameView"]

ChannelReader = Callable[[int, Sequence[str], tuple[int, int]], Tensor]
"""Reads named channels of a frame's file, given the frame's number, the names and a size
(height, width); see `FrameView.channels`."""


@dataclass(frozen=True)
class FrameView:
    """One of the two frames that motion is asked for.

    Attributes:
        number: Of the frame.
        picture: B x 3 x H x W, RGB, display-referred sRGB in [0, 1], at the size of the work.
        canvas: Height and width of the whole picture in the file's own pixels: what is measured
            there (motion vectors) is scaled by H / height and W / width.
        read: Reads the frame's file; None where there is none.
    """

    number: int
    picture: Tensor
    _: KW_ONLY
    canvas: tuple[int, int] | None = None
    read: ChannelReader | None = field(default=None, repr=False)

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of the picture."""
        return (self.picture.shape[-2], self.picture.shape[-1])

    def channels(self, names: Sequence[str]) -> Tensor:
        """Return channels of the frame's own file, such as its depth or motion vectors.

        Args:
            names: In full (`ViewLayer.Depth.Z`), also behind the name of their part.

        Returns:
            1 x C x H x W, float32, on the picture's device, as the file has them: neither scaled
            nor clipped, not-a-number kept. Each pixel of a smaller picture gets the nearest value,
            not a mean of things that lie apart; outside the file's data window it is 0.

        Raises:
            InputError: The frame has no file of its own (a movie), the file has no such channel,
                or it is damaged.
        """
        if self.read is None:
            what = f"Frame {self.number} has no channels: it does not come from an EXR file"
            raise InputError(what, fix="Give the shot as EXR files, or choose another --flow.")
        return self.read(self.number, names, self.size).to(self.picture.device)[None]
