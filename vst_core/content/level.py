"""A frame's level: how strong it is against a normal picture, taken out and given back.

The networks divide the contrast of every picture by itself (instance norm), so a frame that has
faded to a tenth, or holds nothing but grain, would be painted as boldly as any other. So a frame
is brought to a normal level, painted there, and what the paint has changed is given back at the
level that the frame had:

    normal = (frame - offset) / gain
    result = frame + opacity * gain * (painted - normal)

With a gain of 1 that is the paint itself; where a frame has no contrast it is the frame itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from vst_core.content.cells import Cells

__all__ = ["NORMAL", "NOTHING", "Level", "contrast", "first_level"]

NOTHING = 0.006
"""The contrast below which a frame holds nothing: one and a half steps of 8 bits."""

_ORDINARY, _BEGINNING = 0.35, 0.8
_FAINT, _PLAIN = 0.05, 0.2
_EXTREME = 0.04
_ROOM = 0.05
_DEEP, _HAZY = 0.35, 0.7  # how far from black a picture's darkest parts are, against its lightest
_DAY, _DIMMEST = 0.3, 0.2
_BLACK, _LIT = 0.012, 0.04
_FULL = 0.2
_SAME = 1e-6
_LUMA = (0.2126, 0.7152, 0.0722)


@dataclass(frozen=True, kw_only=True)
class Level:
    """How a frame came from a normal picture: `frame = gain * normal + offset`.

    Attributes:
        gain: Its contrast against that of the normal picture, above 0.
        offset: Of red, green and blue, in [0, 1]-pictures: above 0 in fog and in a dissolve to
            white, 0 in a fade to black.
        guessed: The shot began with another level than the normal one, which can only be guessed
            from its first frame.
    """

    gain: float
    offset: tuple[float, float, float] = (0.0, 0.0, 0.0)
    guessed: bool = False

    @property
    def is_normal(self) -> bool:
        """Whether there is nothing to take out."""
        return abs(self.gain - 1) < _SAME and max(map(abs, self.offset)) < _SAME

    @property
    def opacity(self) -> float:
        """How much of the paint is given back: very faint frames are left to themselves."""
        return min(1.0, self.gain / _FULL)

    def normal(self, frame: Tensor) -> Tensor:
        """Return a frame (1 x 3 x H x W) at the normal level, in [0, 1]."""
        if self.is_normal:
            return frame
        return ((frame - self._offset(frame)) / self.gain).clamp_(0, 1)

    def recorded(self, normal: Tensor) -> Tensor:
        """Return a picture at the normal level (1 x 3 x H x W) as it was recorded."""
        if self.is_normal:
            return normal
        return normal * self.gain + self._offset(normal)

    def give_back(self, painted: Tensor, frame: Tensor) -> Tensor:
        """Return what was painted at the normal level at the level of the frame.

        What of the frame lies beyond the normal picture's range, as a lamp in the night does,
        stays what it is.

        Args:
            painted: 1 x 3 x H x W in [0, 1].
            frame: The same size, the frame itself.
        """
        if self.is_normal:
            return painted
        change = painted - self.normal(frame)
        return (frame + self.opacity * self.gain * change).clamp_(0, 1)

    def after(self, change: Level) -> Level:
        """Return the level of a frame whose normal picture has itself changed by `change`."""
        offsets = zip(self.offset, change.offset, strict=True)
        red, green, blue = (own + self.gain * more for own, more in offsets)
        gain = self.gain * change.gain
        return Level(gain=gain, offset=(red, green, blue), guessed=self.guessed)

    def _offset(self, like: Tensor) -> Tensor:
        return torch.tensor(self.offset, dtype=like.dtype, device=like.device).view(1, 3, 1, 1)


NORMAL = Level(gain=1.0)
"""Of a frame that is painted as it is."""


def contrast(cells: Cells) -> float:
    """Return the largest difference between light and dark in any channel, 0 to 1."""
    low, high = _ends(cells)
    return float((high - low).max())


def first_level(cells: Cells) -> Level:
    """Return the level of the first frame of a shot, which has nothing to be compared with.

    A frame with a third of the full contrast or more, and as light as most pictures of the day,
    is normal. What has less contrast is taken to be a dull picture, and stays so; what has next to
    none, to be a picture that is yet to come up. What is darker is a night, and stays one: of 250
    photographs one in eight is. By candy, whose days are as light as their photographs, six nights
    are painted 0.9 to 1.7 times as light; at the normal level they were 2.1 to 4.8 times.
    """
    low, high = _ends(cells)
    found = float((high - low).max())
    share = min(max((found - _FAINT) / (_PLAIN - _FAINT), 0.0), 1.0)
    dull = max(found, 1e-4) / (_BEGINNING + share * (_ORDINARY - _BEGINNING))
    fixed = _fixed(low, high, found)
    gain = min(1.0, max(dull, _least_gain(low, high, fixed)), _brightness(cells))
    red, green, blue = (float(value) * (1 - gain) for value in fixed)
    level = Level(gain=gain, offset=(red, green, blue))
    return replace(level, guessed=not level.is_normal)


def _fixed(low: Tensor, high: Tensor, found: float) -> Tensor:
    """Return the color that the level leaves alone: black or white in most fades, else a fog's."""
    below, above = float(low.mean()), float(1 - high.mean())
    fog = (low / (1 - min(found, 0.99))).clamp(0, 1)
    from_black = 1 - _ramp(below / max(below + found, 1e-6))
    from_white = 1 - _ramp(above / max(above + found, 1e-6))
    return (fog * (1 - from_black)).lerp(torch.ones_like(fog), from_white * (1 - from_black))


def _least_gain(low: Tensor, high: Tensor, fixed: Tensor) -> float:
    """Return the smallest gain with which the normal picture keeps its lights and its darks."""
    lights = (high - fixed) / (1 - _ROOM - fixed).clamp_min(_ROOM)
    darks = (fixed - low) / (fixed - _ROOM).clamp_min(_ROOM)
    return float(torch.maximum(lights, darks).max())


def _ramp(share: float) -> float:
    return min(max((share - _DEEP) / (_HAZY - _DEEP), 0.0), 1.0)


def _brightness(cells: Cells) -> float:
    """Return how bright a picture is against one of the day, 0 to 1; a night stays a night.

    What is black says nothing: it may be the surroundings of a title.
    """
    colors = cells.seen
    luma = colors @ torch.tensor(_LUMA, dtype=torch.float64)
    lit = ((colors.amax(1) - _BLACK) / (_LIT - _BLACK)).clamp(0, 1)
    if float(lit.sum()) == 0:
        return 1.0
    mean = float((luma * lit).sum() / lit.sum())
    return min(1.0, max(_DIMMEST, (mean / _DAY) ** 2))


def _ends(cells: Cells) -> tuple[Tensor, Tensor]:
    """Return the mean of the darkest and of the lightest cells, 3 values each.

    A mean over some cells follows a small light that comes up smoothly; a percentile jumps.
    """
    colors = cells.seen
    if not len(colors):
        return torch.zeros(3).double(), torch.zeros(3).double()
    some = max(1, round(_EXTREME * len(colors)))
    ordered = colors.sort(dim=0).values
    return ordered[:some].mean(0), ordered[-some:].mean(0)
