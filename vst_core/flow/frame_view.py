"""A frame as a flow source sees it: its number, its picture, the channels of its file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass, field
from pathlib import Path
from typing import Protocol

from torch import Tensor

from vst_core.errors import InputError

__all__ = ["ChannelReader", "FrameView"]


class ChannelReader(Protocol):
    """Reads the channels of files that belong to frames; see `FrameView.channels`."""

    def __call__(
        self, number: int, names: Sequence[str], *, size: tuple[int, int], path: Path | None
    ) -> Tensor:
        """Return C x H x W.

        Args:
            number: Of the frame.
            names: Of the channels.
            size: H and W.
            path: A file beside the frame's own; None = its own.
        """


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

    def channels(self, names: Sequence[str], *, path: Path | None = None) -> Tensor:
        """Return channels of the frame's own file, such as its depth or motion vectors.

        Args:
            names: In full (`ViewLayer.Depth.Z`), also behind the name of their part.
            path: Another file that shows the same view, of whatever size; None = the frame's own.

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
        channels = self.read(self.number, names, size=self.size, path=path)
        return channels.to(self.picture.device)[None]
