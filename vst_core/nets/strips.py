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
from torch.nn import functional as F

from vst_core.nets.folding import REFLECT, mirror, unpair
from vst_core.nets.layers import EPSILON, ConditionalNorm
from vst_core.nets.row_sums import RowSums

__all__ = ["STRIP", "Keeping", "Rows", "StripLayer", "rows_of"]

STRIP = 64
"""Rows of a convolution at a time."""
_CACHED = 2**19  # bytes that stay in a processor's cache

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


@dataclass(frozen=True, kw_only=True)
class _Convolution:
    """A convolution that is to be made, strip by strip.

    Attributes:
        make: Makes some rows of it; the ring's columns are among them.
        rows: How many there are.
        step: Rows of a strip.
        lines: Which rows of the ringed picture come from some of it.
    """

    make: Rows
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
        """Return the strip that begins at a row, without the ring's, and its first line."""
        last = min(first + self.step, self.rows)
        top, bottom = self.lines(first, last)
        above, below = max(0, 1 - top), max(0, bottom - height - 1)
        made = self.make(first, last)
        return top + above, made[:, :, above : made.shape[2] - below]


class StripLayer:
    """A convolution, conditional instance norm, and ReLU, from one ringed picture to another.

    Args:
        kernel: O x I x K x K; of a layer that doubles, 4 O x I x 2 x 2 for the small picture.
        norm: Of a single style.
        stride: 1, or 2 to halve the size.
    """

    def __init__(self, kernel: Tensor, norm: ConditionalNorm, *, stride: int = 1) -> None:
        self._kernel, self._stride = kernel, stride
        self._scale, self._shift = norm.scale.detach()[0].clone(), norm.shift.detach()[0].clone()

    def entering(self, x: Rows, keeping: Keeping) -> Rows:
        """Return what is made of a picture that is as much larger as the kernels reach.

        Its border is the ring as well at the left and right, but not above and below. Unless there
        is room, the rows are made anew whenever they are asked for.
        """
        reach = self._kernel.shape[-1] - 1

        def make(first: int, last: int) -> Tensor:
            return F.conv2d(x(first, last + reach), self._kernel)

        made = _Convolution(make=make, rows=keeping.height, step=2 * STRIP, lines=_behind_the_ring)
        return self._rows(made, keeping)

    def of(self, x: Rows, keeping: Keeping, *, into: Tensor | None = None) -> Tensor:
        """Return all of what is made of a picture with a kernel of 3 x 3.

        Args:
            x: The picture.
            keeping: Of the result.
            into: Memory for it where there is little.
        """
        return self._kept(self._convolution(x, keeping), keeping, into)

    def add_to(self, found: Tensor, x: Tensor, keeping: Keeping) -> None:
        """Add what is made of a picture, without ReLU, to another one; fill the ring of that.

        Where there is little memory, the picture's is used.
        """
        made, sums = self._convolution(rows_of(x), keeping), RowSums(keeping.weight)
        if keeping.roomy:
            strips = list(_summed(made.all(keeping.height), sums))
        else:
            for top, strip in _late(_summed(made.all(keeping.height), sums)):
                x[:, :, top : top + strip.shape[2]] = strip
            strips = [(1, x[:, :, 1:-1])]
        norm = self._norm(sums)
        for top, strip in strips:
            norm.add(strip, found[:, :, top : top + strip.shape[2]])
        mirror(found, REFLECT)

    def _convolution(self, x: Rows, keeping: Keeping) -> _Convolution:
        stride = self._stride

        def make(first: int, last: int) -> Tensor:
            rows = x(first * stride, (last - 1) * stride + 3)
            return F.conv2d(rows, self._kernel, None, stride, (0, stride))

        return _Convolution(make=make, rows=keeping.height, step=STRIP, lines=_behind_the_ring)

    def doubled(self, x: Rows, keeping: Keeping) -> Tensor:
        """Return all of what a layer that doubles makes of a picture."""
        return self._kept(self._doubling(x, keeping, STRIP // 2), keeping)

    def doubling(self, x: Rows, keeping: Keeping) -> Rows:
        """Return the rows of that; unless there is room, they are made anew."""
        return self._rows(self._doubling(x, keeping, STRIP), keeping)

    def _doubling(self, x: Rows, keeping: Keeping, step: int) -> _Convolution:
        def make(first: int, last: int) -> Tensor:
            return unpair(F.conv2d(x(first, last + 1), self._kernel))

        return _Convolution(
            make=make, rows=keeping.height // 2 + 1, step=step, lines=lambda a, b: (2 * a, 2 * b)
        )

    def _rows(self, made: _Convolution, keeping: Keeping) -> Rows:
        if keeping.roomy:
            return rows_of(self._kept(made, keeping))
        sums = RowSums(keeping.weight)
        for _ in _summed(made.all(keeping.height), sums):
            pass
        return _Remade(made, keeping.height, self._norm(sums)).rows

    def _kept(self, made: _Convolution, keeping: Keeping, into: Tensor | None = None) -> Tensor:
        """Put strips together, normed; where there is room, they are normed on their way there."""
        sums, strips = RowSums(keeping.weight), []
        for top, strip in _summed(made.all(keeping.height), sums):
            into = _ringed(strip, keeping.height) if into is None else into
            place = into[:, :, top : top + strip.shape[2]]
            strips.append((strip if keeping.roomy else place.copy_(strip), place))
        assert into is not None  # there are strips
        norm = self._norm(sums)
        for strip, place in strips:
            norm(strip, place)
        return mirror(into, REFLECT)

    def _norm(self, sums: RowSums) -> _Norm:
        mean, variance = sums.statistics()
        return _Norm(scale=self._scale, shift=self._shift, mean=mean, variance=variance)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Norm:
    """The norm of one picture. Its rows are taken in parts that stay in a processor's cache."""

    scale: Tensor
    shift: Tensor
    mean: Tensor
    variance: Tensor

    def __call__(self, x: Tensor, out: Tensor) -> None:
        """Fill `out`, which may be `x`, with the normed rows, and ReLU behind it."""
        for some, there in _parts(x, out):
            self._normed(some, there)
            there.relu_()

    def add(self, x: Tensor, to: Tensor) -> None:
        """Norm rows in place and add them to others."""
        for some, there in _parts(x, to):
            self._normed(some, some)
            there.add_(some)

    def _normed(self, x: Tensor, out: Tensor) -> None:
        numbers = (self.scale, self.shift, self.mean, self.variance)
        into = (out, torch.empty(0), torch.empty(0))
        torch.native_batch_norm(x, *numbers, False, 0.0, EPSILON, out=into)


class _Remade:
    """A ringed picture whose rows are made anew; they are asked for from top to bottom."""

    def __init__(self, made: _Convolution, height: int, norm: _Norm) -> None:
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
            self._norm(strip, strip)
            mirror(strip, REFLECT, rows=False)
            self._strips[first] = (top, strip)
        return self._strips[first]


def rows_of(x: Tensor) -> Rows:
    """Return the rows of a ringed picture that is there."""
    return lambda top, bottom: x[:, :, top:bottom]


def _behind_the_ring(first: int, last: int) -> tuple[int, int]:
    return first + 1, last + 1


def _summed(strips: Iterable[tuple[int, Tensor]], sums: RowSums) -> Iterator[tuple[int, Tensor]]:
    """Yield strips that have been added to the sums."""
    for top, strip in strips:
        sums.add(strip[..., 1:-1])
        yield top, strip


def _parts(*rows: Tensor) -> Iterator[tuple[Tensor, ...]]:
    """Yield the same few rows of each."""
    one = rows[0]
    count = max(1, _CACHED // (one.shape[1] * one.shape[3] * one.itemsize))
    return zip(*(torch.split(each, count, dim=2) for each in rows), strict=True)


def _late(strips: Iterable[tuple[int, Tensor]]) -> Iterator[tuple[int, Tensor]]:
    """Yield each one when the next has been made."""
    waiting = None
    for strip in strips:
        if waiting is not None:
            yield waiting
        waiting = strip
    if waiting is not None:
        yield waiting


def _ringed(rows: Tensor, height: int) -> Tensor:
    """Return room for a picture of the kind of some of its rows."""
    size = (*rows.shape[:2], height + 2, rows.shape[3])
    kind, device = rows.dtype, rows.device
    return torch.empty(size, dtype=kind, device=device, memory_format=torch.channels_last)
