"""Whether motion vectors fit the pictures, and if not, with which scale and signs they would.

Programs disagree on signs, axes and units, and a wrong guess smears the paint without a word. So
a few neighboring frames are compared with and without the motion.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch.nn.functional as F
from torch import Tensor

from vst_core.flow.frame_view import FrameView
from vst_core.flow.vector_layout import VectorFiles, VectorLayout
from vst_core.motion import inside, warp

__all__ = ["VectorCheck", "check_vectors"]

_STILL = 1e-3
"""Mean difference (of 1) below which nothing moves, so that nothing can be judged."""
_BETTER = 0.95
"""Vectors can fit only where they leave at most this part of the plain difference."""
_SURE = 0.3
"""Where they leave no more than this part, no other reading is looked for."""
_CLEARLY = 0.7
"""Another reading is right where it leaves at most this part of what the first leaves."""
_LONGEST = 480
_SCALES = tuple(2 ** (step / 2) for step in range(-8, 9))
_FINE = tuple(2 ** (step / 16) for step in range(-6, 7))
_SIMPLE = (1, 2, 10, 100)
_AS_GOOD = 1.03
"""A scale that a person would have typed is taken, where it is as good as the best to this."""
_SWAPPED = 1.15
"""Axes are rarely exchanged: that reading has to be better by so much."""


@dataclass(frozen=True, kw_only=True)
class VectorCheck:
    """How well the vectors fit.

    Attributes:
        plain: Mean difference of the pictures of neighboring frames, of 1, where vectors are known.
        warped: The same after the one was moved to the other.
        still: Nothing moves: the vectors are neither right nor wrong.
        zero: All of them are 0, though the pictures move.
        better: A reading that fits clearly better, where there is one.
        better_warped: What that leaves.
    """

    plain: float
    warped: float
    still: bool = False
    zero: bool = False
    better: VectorLayout | None = None
    better_warped: float = 0.0

    @property
    def fits(self) -> bool:
        """Whether the vectors can be used."""
        if self.still:
            return True
        return not self.zero and self.better is None and self.warped <= _BETTER * self.plain


@dataclass(frozen=True, eq=False)
class _Sample:
    """Two pictures and the vectors from the second to the first, at a small size.

    Attributes:
        target: 1 x 3 x h x w, what the vectors lie on.
        other: 1 x 3 x h x w, what they point to.
        vectors: 1 x 2 x h x w, in pixels of that size, as the layout reads them.
    """

    target: Tensor
    other: Tensor
    vectors: Tensor

    def difference(self, flow: Tensor | None) -> tuple[float, float]:
        """Return the sum of the differences, and the number of pixels that it is over."""
        known = self.vectors.isfinite().all(dim=1, keepdim=True).float()
        other = self.other
        if flow is not None:
            known = known * inside(flow.nan_to_num())
            other = warp(other, flow.nan_to_num())
        error = ((other - self.target).abs().mean(dim=1, keepdim=True) * known).sum()
        return float(error), float(known.sum())


def check_vectors(files: VectorFiles, pairs: Sequence[tuple[FrameView, FrameView]]) -> VectorCheck:
    """Compare neighboring frames with and without the motion that vectors tell.

    Args:
        files: The vectors.
        pairs: Neighboring frames, the earlier one first; none where there is nothing to compare.

    Raises:
        InputError: A file is absent or damaged, or lacks the channels.
    """
    samples = [_sample(files, *pair) for pair in pairs]
    plain = _mean(samples, None)
    if not samples or plain < _STILL:
        return VectorCheck(plain=plain, warped=plain, still=True)
    if not any(bool(sample.vectors.nan_to_num().any()) for sample in samples):
        return VectorCheck(plain=plain, warped=plain, zero=True)
    warped = _mean(samples, lambda vectors: vectors)
    if warped <= _SURE * plain:
        return VectorCheck(plain=plain, warped=warped)
    swap, x, y, least = _best(samples)
    fits = least <= _BETTER * plain and least <= _CLEARLY * warped
    layout = files.layout.swapped() if swap else files.layout
    return VectorCheck(
        plain=plain,
        warped=warped,
        better=layout.scaled(x, y) if fits else None,
        better_warped=least if fits else 0.0,
    )


def _sample(files: VectorFiles, before: FrameView, now: FrameView) -> _Sample:
    layout, late = files.layout, int(files.layout.late)
    way, target, other = (
        (layout.backward, now, before) if layout.backward else (layout.forward, before, now)
    )
    assert way is not None  # a layout has one or the other
    number = target.number + late
    stored = FrameView(number, target.picture, canvas=target.canvas, read=target.read)
    height, width = target.canvas or target.size
    raw = stored.channels(way.names, path=files.path(number)).float()
    factors = (way.scale[0] * target.size[1] / width, way.scale[1] * target.size[0] / height)
    vectors = raw * raw.new_tensor(factors).view(1, 2, 1, 1)
    shrink = min(1.0, _LONGEST / max(target.size))
    size = (max(1, round(target.size[0] * shrink)), max(1, round(target.size[1] * shrink)))
    seen, elsewhere = (
        F.interpolate(one.picture, size=size, mode="bilinear", antialias=True)
        for one in (target, other)
    )
    small = F.interpolate(vectors, size=size, mode="nearest-exact") * shrink
    return _Sample(target=seen, other=elsewhere, vectors=small)


def _mean(samples: Sequence[_Sample], flow: Callable[[Tensor], Tensor] | None) -> float:
    """Return the mean difference over all samples, with a function of their vectors as flow."""
    found = [
        sample.difference(None if flow is None else flow(sample.vectors)) for sample in samples
    ]
    return sum(error for error, _ in found) / max(sum(count for _, count in found), 1.0)


def _best(samples: Sequence[_Sample]) -> tuple[bool, float, float, float]:
    """Return the reading with the least difference: axes swapped, scale of x and y, difference."""

    def error(swap: bool, x: float, y: float) -> float:
        def flow(vectors: Tensor) -> Tensor:
            turned = vectors.flip(1) if swap else vectors
            return turned * turned.new_tensor((x, y)).view(1, 2, 1, 1)

        return _mean(samples, flow)

    _, swap, x, y = min(
        (error(swap, x, y) * (_SWAPPED if swap else 1), swap, x, y)
        for swap, x, y in _readings(_SCALES)
    )
    fine = min((error(swap, x * factor, y * factor), factor) for factor in _FINE)
    least, factor = fine
    for digits in _SIMPLE:
        plain = (_rounded(x * factor, digits), _rounded(y * factor, digits))
        found = error(swap, *plain)
        if found <= _AS_GOOD * least:
            break
    return swap, *plain, found


def _readings(scales: Sequence[float]) -> Iterator[tuple[bool, float, float]]:
    for swap in (False, True):
        for x_sign in (1, -1):
            for y_sign in (1, -1):
                for scale in scales:
                    yield swap, x_sign * scale, y_sign * scale


def _rounded(number: float, steps: int) -> float:
    """Return the nearest number that is a whole count of steps, so many to a leading digit.

    >>> [_rounded(-2.6831, steps) for steps in (1, 2, 10)]
    [-3.0, -2.5, -2.7]
    """
    step = 10.0 ** math.floor(math.log10(abs(number))) / steps
    return float(f"{round(number / step) * step:.4g}")
