# SPDX-License-Identifier: GPL-3.0-or-later
"""Which picture of its media a strip shows at which frame of the timeline. Plain arithmetic.

An *index* counts the pictures of the media from 0. The *content* are those that the strip can
show: trimming the media itself takes some away at both ends. The *handles* are the frames of the
timeline between which the strip is visible, the right one exclusive; beyond its content a strip
holds the first or last picture.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Timing"]


@dataclass(frozen=True)
class Timing:
    """A strip without retiming.

    Attributes:
        start: The timeline's frame that shows the first picture of the content.
        count: Pictures in the content, at least 1.
        trim: Index of the content's first picture in the media.
        left: First visible frame of the timeline.
        right: First frame that is not visible any more, beyond `left`.
    """

    start: int
    count: int
    trim: int
    left: int
    right: int

    def index(self, frame: int) -> int:
        """Return the index of the picture that the strip shows at a frame of the timeline.

        >>> still = Timing(start=10, count=5, trim=2, left=8, right=20)
        >>> [still.index(frame) for frame in (8, 10, 12, 14, 19)]
        [2, 2, 4, 6, 6]
        """
        return self.trim + min(max(frame - self.start, 0), self.count - 1)

    def frame(self, index: int) -> int:
        """Return the frame of the timeline at which a picture has its turn."""
        return self.start + index - self.trim

    def needed(self, handles: int = 0) -> range:
        """Return the indices of the pictures that are visible.

        Args:
            handles: How many more at either end, as far as there are any.
        """
        first = max(self.index(self.left) - handles, self.trim)
        last = min(self.index(self.right - 1) + handles, self.trim + self.count - 1)
        return range(first, last + 1)
