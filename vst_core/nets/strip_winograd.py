"""3 x 3 convolutions of strips by Winograd's algorithm, out of matrix products alone.

F(6 x 6, 3 x 3) (Lavin and Gray 2016, "Fast algorithms for convolutional neural
networks", 4; the points are 0, +-1, +-2 and +-1/2): tiles of 8 x 8 pixels and the kernels are
transformed so that 64 products a pair of channels give 36 pixels, which take 324 otherwise. The
transformations are matrix products too, of 8 x 8 and 6 x 8 with very long rows: a library does
them in one pass over memory where sums of neighbors take twenty. Beside numbers of 1 the outcome
is off by 0.0001 at the most.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

__all__ = ["WinogradConv", "kernels_of", "pays"]

_IN, _OUT = 8, 6
_PIXELS = (
    (1.0, 0.0, -5.25, 0.0, 5.25, 0.0, -1.0, 0.0),
    (0.0, 1.0, 1.0, -4.25, -4.25, 1.0, 1.0, 0.0),
    (0.0, -1.0, 1.0, 4.25, -4.25, -1.0, 1.0, 0.0),
    (0.0, 0.5, 0.25, -2.5, -1.25, 2.0, 1.0, 0.0),
    (0.0, -0.5, 0.25, 2.5, -1.25, -2.0, 1.0, 0.0),
    (0.0, 2.0, 4.0, -2.5, -5.0, 0.5, 1.0, 0.0),
    (0.0, -2.0, 4.0, 2.5, -5.0, -0.5, 1.0, 0.0),
    (0.0, -1.0, 0.0, 5.25, 0.0, -5.25, 0.0, 1.0),
)
_KERNEL = (
    (1.0, 0.0, 0.0),
    (-2 / 9, -2 / 9, -2 / 9),
    (-2 / 9, 2 / 9, -2 / 9),
    (1 / 90, 1 / 45, 2 / 45),
    (1 / 90, -1 / 45, 2 / 45),
    (32 / 45, 16 / 45, 8 / 45),
    (32 / 45, -16 / 45, 8 / 45),
    (0.0, 0.0, 1.0),
)
_RESULT = (
    (1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0),
    (0.0, 1.0, -1.0, 2.0, -2.0, 1 / 2, -1 / 2, 0.0),
    (0.0, 1.0, 1.0, 4.0, 4.0, 1 / 4, 1 / 4, 0.0),
    (0.0, 1.0, -1.0, 8.0, -8.0, 1 / 8, -1 / 8, 0.0),
    (0.0, 1.0, 1.0, 16.0, 16.0, 1 / 16, 1 / 16, 0.0),
    (0.0, 1.0, -1.0, 32.0, -32.0, 1 / 32, -1 / 32, 1.0),
)
_FEWEST_CHANNELS = {"AVX2": 48, "AVX512": 128}
"""In and out, from which on it is faster, by what torch calls the processor's instructions."""
_TILES = 180
"""At a time: what is in work then fits into a processor's cache."""


def pays(kernel: Tensor) -> bool:
    """Whether it is faster here than the library's own convolution with O x I x K x K."""
    fewest = _FEWEST_CHANNELS.get(torch.backends.cpu.get_cpu_capability())
    if fewest is None or kernel.dtype != torch.float32 or kernel.device.type != "cpu":
        return False
    return kernel.shape[-1] == 3 and min(kernel.shape[:2]) >= fewest


def kernels_of(weight: Tensor) -> Tensor:
    """Return O x I x 3 x 3 transformed, 8 x 8 x I x O."""
    change = torch.tensor(_KERNEL, dtype=torch.float64)
    found = torch.einsum("ak,bl,oikl->abio", change, change, weight.double())
    return found.to(weight.dtype)


class WinogradConv:
    """A convolution of strips that have a border of one pixel.

    Args:
        kernels: From `kernels_of`.
        bias: O, added to what is made.
    """

    def __init__(self, kernels: Tensor, bias: Tensor | None = None) -> None:
        self._kernels, self._bias = kernels, bias
        self._pixels, self._result = torch.tensor(_PIXELS), torch.tensor(_RESULT)

    def __call__(self, x: Tensor) -> Tensor:
        """Map 1 x I x (H + 2) x (W + 2) to 1 x O x H x W, both channels last."""
        height, width, outputs = x.shape[2] - 2, x.shape[3] - 2, self._kernels.shape[-1]
        rows = x[0].permute(1, 2, 0)
        found = rows.new_empty(height, width, outputs)
        # As many as hold the border, too: then all tiles are equally far apart in memory.
        across = -(-(width + 2) // _OUT)
        step = _OUT * max(1, _TILES // across)
        for top in range(0, height, step):
            products = self._products(rows[top : top + step + _IN - _OUT], across)
            self._put_together(products, found[top : top + step])
        return found.permute(2, 0, 1)[None]

    def _products(self, rows: Tensor, across: int) -> Tensor:
        """Return what is multiplied of (H + 2) x (W + 2) x I, 8 x 8 x down x across x O."""
        channels, down = rows.shape[-1], -(-(len(rows) - 2) // _OUT)
        count = down * across
        found = rows.new_empty(_IN, _IN, count, self._kernels.shape[-1])
        halves = self._transformed(rows, count * _OUT * channels)
        # The windows of neighboring tiles overlap.
        apart = (_OUT * channels, channels, 1)
        for half, kernels, into in zip(halves, self._kernels, found, strict=True):
            windows = half.as_strided((count, _IN, channels), apart)
            tiles = torch.bmm(self._pixels.expand(count, _IN, _IN), windows)
            torch.bmm(tiles.transpose(0, 1), kernels, out=into)
        if self._bias is not None:
            found[1, 1] += self._bias  # the one product that stands once in each of the pixels
        return found.view(_IN, _IN, down, across, -1)

    def _transformed(self, rows: Tensor, size: int) -> tuple[Tensor, ...]:
        """Return the eight parts of the rows of tiles, transformed down but not across.

        Args:
            rows: (H + 2) x (W + 2) x I.
            size: Of a part without what the last window sees beyond it.
        """
        flat, down = rows.flatten(1), -(-(len(rows) - 2) // _OUT)
        length, beyond = flat.shape[1], (_IN - _OUT) * rows.shape[-1]
        halves = flat.new_empty(_IN, size + beyond)
        halves[:, size:] = 0
        lines = halves[:, :size].view(_IN, down, -1)
        lines[..., length:] = 0
        for tile in range(down):
            some = flat[_OUT * tile : _OUT * tile + _IN]
            torch.mm(self._pixels[:, : len(some)], some, out=lines[:, tile, :length])
        return halves.unbind()

    def _put_together(self, products: Tensor, found: Tensor) -> None:
        """Fill H x W x O with the pixels of what is multiplied."""
        rows = self._result @ products.view(_IN, -1)
        both = self._result @ rows.view(_OUT, _IN, -1)
        pixels = both.view(_OUT, _OUT, *products.shape[2:]).permute(2, 0, 3, 1, 4)
        height, width, outputs = found.shape
        for down, lines, high in _parted(height):
            for across, columns, wide in _parted(width):
                some = pixels[down, :high, across, :wide]
                found[lines, columns].view(len(some), high, -1, wide, outputs).copy_(some)


def _parted(length: int) -> Iterator[tuple[slice, slice, int]]:
    """Yield the whole tiles of a side, their pixels, and how many each has; and what is left."""
    whole = length // _OUT
    if whole:
        yield slice(0, whole), slice(0, whole * _OUT), _OUT
    if length > whole * _OUT:
        yield slice(whole, whole + 1), slice(whole * _OUT, length), length - whole * _OUT
