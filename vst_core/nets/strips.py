"""Layers over strips of whole rows, with the statistics of the whole picture.

A picture is *ringed*: it carries the border of one pixel that the next convolution wants. Rows are
counted with the ring: 0 is its upper line, 1 the picture's first.

A convolution is always done in the same strips of `STRIP` rows, whether what it makes is kept or
not: oneDNN adds its products in another order for pictures of other heights, now and then. So the
bytes are the same however much memory there is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from vst_core.nets.convolving import StripConv
from vst_core.nets.folding import REFLECT, mirror, unpair
from vst_core.nets.layers import ConditionalNorm
from vst_core.nets.row_sums import RowSums
from vst_core.nets.strip_norm import StripNorm

__all__ = ["STRIP", "Cut", "Keeping", "Rows", "StripLayer", "rows_of"]

STRIP = 64
"""Rows of a convolution at a time."""

Rows = Callable[[int, int], Tensor]
"""Gives rows of a ringed picture, from one to another."""


@dataclass(frozen=True, kw_only=True)
class Keeping:
    """How what a layer makes is kept.

    Attributes:
        height: Rows of it, without the ring.
        roomy: There is memory for all of it twice; else there is little.
        weight: What of it counts for the norm, 1 x 1 x height x W; all of it where None.
    """

    height: int
    roomy: bool = True
    weight: Tensor | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Cut:
    """A ringed picture whose channels are still to be multiplied and moved, by the next kernels.

    Attributes:
        rows: Of what ReLU has cut off; see `StripNorm.cut`.
        gain: By which they are multiplied, C; 1 where None.
        offset: By which they are moved after that, C; 0 where None. An instance norm behind the
            next convolution would take it away again.
        kept: The whole picture, where it is kept.
    """

    rows: Rows
    gain: Tensor | None = None
    offset: Tensor | None = None
    kept: Tensor | None = None


@dataclass(frozen=True, kw_only=True)
class _Convolution:
    """A convolution that is to be made, strip by strip.

    Attributes:
        make: Makes some rows of it.
        sided: The ring's columns are among what is made.
        rows: How many there are.
        step: Rows of a strip.
        lines: Which rows of the ringed picture come from some of it.
    """

    make: Rows
    sided: bool
    rows: int
    step: int
    lines: Callable[[int, int], tuple[int, int]]

    @property
    def strips(self) -> range:
        return range(0, self.rows, self.step)

    def all(self, height: int) -> Iterator[tuple[int, Tensor]]:
        """Yield all strips; see `strip`."""
        return (self.strip(first, height) for first in self.strips)

    def strip(self, first: int, height: int) -> tuple[int, Tensor]:
        """Return the strip that begins at a row, without the ring's rows, and its first line."""
        last = min(first + self.step, self.rows)
        top, bottom = self.lines(first, last)
        above, below = max(0, 1 - top), max(0, bottom - height - 1)
        made = self.make(first, last)
        return top + above, made[:, :, above : made.shape[2] - below]

    def summed(self, keeping: Keeping, sums: RowSums) -> Iterator[tuple[int, Tensor]]:
        """Yield all strips when they have been added to the sums."""
        for top, strip in self.all(keeping.height):
            sums.add(strip[..., 1:-1] if self.sided else strip)
            yield top, strip


@dataclass(frozen=True, kw_only=True, eq=False)
class _Shape:
    """Which rows a convolution takes and makes.

    Attributes:
        takes: From the rows that it makes to those of what it sees.
        lines: See `_Convolution`.
        sided: See `_Convolution`.
        ending: What is done with what it made.
    """

    takes: Callable[[int, int], tuple[int, int]]
    lines: Callable[[int, int], tuple[int, int]] = lambda first, last: (first + 1, last + 1)
    sided: bool = True
    ending: Callable[[Tensor], Tensor] = lambda x: x


class StripLayer:
    """A convolution, conditional instance norm, and ReLU, from one ringed picture to another.

    Args:
        weight: O x I x K x K; of a layer that doubles, 4 O x I x 2 x 2 for the small picture.
        norm: Of a single style.
        precision: Of the pictures.
        stride: 1, or 2 to halve the size.
    """

    def __init__(
        self, weight: Tensor, norm: ConditionalNorm, *, precision: torch.dtype, stride: int = 1
    ) -> None:
        scale, shift = norm.scale.detach()[0], norm.shift.detach()[0]
        # What is turned round before the norm as well as in it stays as it is.
        turned = torch.where(scale < 0, -1.0, 1.0).repeat(len(weight) // len(scale))
        weight = weight.detach() * turned[:, None, None, None]
        self._conv = StripConv(weight, precision=precision, stride=stride)
        self._scale, self._shift, self._stride = scale.abs(), shift.clone(), stride

    def entering(self, x: Rows, keeping: Keeping) -> Cut:
        """Return what is made of a picture that is as much larger as the kernels reach.

        Its border is the ring as well at the left and right, but not above and below. Unless there
        is room, the rows are made anew whenever they are asked for.
        """
        reach = self._conv.reach
        shape = _Shape(takes=lambda first, last: (first, last + reach))
        made = self._made(Cut(rows=x), shape, rows=keeping.height, step=2 * STRIP)
        return self._rows(made, keeping)

    def of(self, x: Cut, keeping: Keeping, *, into: Tensor | None = None) -> Cut:
        """Return all of what is made of a picture with a kernel of 3 x 3.

        Args:
            x: The picture.
            keeping: Of the result.
            into: Memory for it where there is little.
        """
        return self._kept(self._usual(x, keeping), keeping, into)

    def whole(self, x: Cut, keeping: Keeping) -> Tensor:
        """Return the same with nothing left to be done to it."""
        return self._put(self._usual(x, keeping), keeping, None, StripNorm.whole)[0]

    def add_to(self, found: Tensor, x: Cut, keeping: Keeping) -> None:
        """Add what is made of a picture, without ReLU, to another one; fill the ring of that.

        Where there is little memory, the picture's is used.
        """
        made, sums = self._usual(x, keeping), RowSums(keeping.weight, centered=True)
        if keeping.roomy:
            strips = list(made.summed(keeping, sums))
        else:
            assert x.kept is not None  # it has been made by `of`
            for top, strip in _late(made.summed(keeping, sums)):
                _place(x.kept, top, strip).copy_(strip)
            strips = [(1, x.kept[:, :, 1:-1])]
        norm = self._norm(sums)
        for top, strip in strips:
            norm.add(strip, _place(found, top, strip))
        mirror(found, REFLECT)

    def doubled(self, x: Cut, keeping: Keeping) -> Cut:
        """Return all of what a layer that doubles makes of a picture."""
        return self._kept(self._doubling(x, keeping, STRIP // 2), keeping)

    def doubling(self, x: Cut, keeping: Keeping) -> Cut:
        """Return the rows of that; unless there is room, they are made anew."""
        return self._rows(self._doubling(x, keeping, STRIP), keeping)

    def _usual(self, x: Cut, keeping: Keeping) -> _Convolution:
        stride = self._stride
        shape = _Shape(
            takes=lambda first, last: (first * stride, (last - 1) * stride + 3), sided=False
        )
        return self._made(x, shape, rows=keeping.height, step=STRIP)

    def _doubling(self, x: Cut, keeping: Keeping, step: int) -> _Convolution:
        shape = _Shape(
            takes=lambda first, last: (first, last + 1),
            lines=lambda first, last: (2 * first, 2 * last),
            ending=unpair,
        )
        return self._made(x, shape, rows=keeping.height // 2 + 1, step=step)

    def _made(self, x: Cut, shape: _Shape, *, rows: int, step: int) -> _Convolution:
        """Return the convolution, what its first row is on average taken away from all of it.

        So what is alike everywhere costs no digits, and the sums need no other care.
        """
        first = x.rows(*shape.takes(0, 1))
        near = self._conv.line_mean(first, x.gain).view(-1, len(self._scale))
        bias = -near.mean(0).repeat(len(near))
        convolve = self._conv.with_(x.gain, bias)

        def make(first: int, last: int) -> Tensor:
            return shape.ending(convolve(x.rows(*shape.takes(first, last))))

        return _Convolution(make=make, sided=shape.sided, rows=rows, step=step, lines=shape.lines)

    def _rows(self, made: _Convolution, keeping: Keeping) -> Cut:
        if keeping.roomy:
            return self._kept(made, keeping)
        sums = RowSums(keeping.weight, centered=True)
        for _ in made.summed(keeping, sums):
            pass
        norm = self._norm(sums)
        remade = _Remade(made, keeping.height, norm)
        return Cut(rows=remade.rows, gain=norm.gain, offset=norm.offset)

    def _kept(self, made: _Convolution, keeping: Keeping, into: Tensor | None = None) -> Cut:
        found, norm = self._put(made, keeping, into, StripNorm.cut)
        return Cut(rows=rows_of(found), gain=norm.gain, offset=norm.offset, kept=found)

    def _put(
        self,
        made: _Convolution,
        keeping: Keeping,
        into: Tensor | None,
        normed: Callable[[StripNorm, Tensor, Tensor], None],
    ) -> tuple[Tensor, StripNorm]:
        """Put strips together, normed; where there is room, they are normed on their way there."""
        sums, strips = RowSums(keeping.weight, centered=True), []
        for top, strip in made.summed(keeping, sums):
            into = _ringed(strip, keeping.height, made.sided) if into is None else into
            place = _place(into, top, strip)
            if keeping.roomy:
                strips.append((strip, place))
                continue
            place.copy_(strip)
            rows = into[:, :, top : top + strip.shape[2]]
            strips.append((rows, rows))
        assert into is not None  # there are strips
        norm = self._norm(sums)
        for strip, place in strips:
            normed(norm, strip, place)
        return mirror(into, REFLECT), norm

    def _norm(self, sums: RowSums) -> StripNorm:
        mean, variance = sums.statistics()
        return StripNorm(scale=self._scale, shift=self._shift, mean=mean, variance=variance)


class _Remade:
    """A ringed picture whose rows are made anew; they are asked for from top to bottom."""

    def __init__(self, made: _Convolution, height: int, norm: StripNorm) -> None:
        self._made, self._height, self._norm = made, height, norm
        self._strips: dict[int, tuple[int, Tensor]] = {}

    def rows(self, top: int, bottom: int) -> Tensor:
        """Return rows, ring included."""
        last = self._height + 1
        found = self._inner(max(top, 1), min(bottom, last))
        if top == 0:
            found = torch.cat((found[:, :, 1:2], found), dim=2)
        if bottom > last:
            found = torch.cat((found, found[:, :, -2:-1]), dim=2)
        return found

    def _inner(self, top: int, bottom: int) -> Tensor:
        parts = []
        for first in self._made.strips:
            begin, end = self._made.lines(first, min(first + self._made.step, self._made.rows))
            if begin < bottom and end > top:
                begin, strip = self._strip(first)
                parts.append(strip[:, :, max(0, top - begin) : bottom - begin])
        return torch.cat(parts, dim=2) if len(parts) > 1 else parts[0]

    def _strip(self, first: int) -> tuple[int, Tensor]:
        if first not in self._strips:
            before = first - self._made.step
            self._strips = {key: self._strips[key] for key in self._strips if key == before}
            top, strip = self._made.strip(first, self._height)
            self._norm.cut(strip, strip)
            mirror(strip, REFLECT, rows=False)
            self._strips[first] = (top, strip)
        return self._strips[first]


def rows_of(x: Tensor) -> Rows:
    """Return the rows of a ringed picture that is there."""
    return lambda top, bottom: x[:, :, top:bottom]


def _late(strips: Iterable[tuple[int, Tensor]]) -> Iterator[tuple[int, Tensor]]:
    """Yield each one when the next has been made."""
    waiting = None
    for strip in strips:
        if waiting is not None:
            yield waiting
        waiting = strip
    if waiting is not None:
        yield waiting


def _ringed(rows: Tensor, height: int, sided: bool) -> Tensor:
    """Return room for a picture of the kind of some of its rows."""
    width = rows.shape[3] + (0 if sided else 2)
    size = (*rows.shape[:2], height + 2, width)
    kind, device = rows.dtype, rows.device
    return torch.empty(size, dtype=kind, device=device, memory_format=torch.channels_last)


def _place(ringed: Tensor, top: int, strip: Tensor) -> Tensor:
    """Return where a strip belongs in a picture, from a line on."""
    place = ringed[:, :, top : top + strip.shape[2]]
    return place if place.shape == strip.shape else place[..., 1:-1]
