"""Several styles in one picture: every style by its own network, composed by mattes.

The variants are those of Goyal 2023 (section 5.2), with one difference: nothing is ever
painted on black. There a region was cut out before it was painted, and the network drew the
outline of the cut; that line was the halo. Here every network sees picture everywhere.

Each style goes on from its own earlier picture, not from the composite: so where the edge of a
mask moves, a style finds its own strokes there and not those of its neighbor.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import torch
from torch import Tensor

from vst_core.errors import UsageError, nearest
from vst_core.guidance import Earlier, Guidance, Stylized, guidance_of, named, part
from vst_core.resizing import resize_picture, resize_planes
from vst_core.stylizers.stylizer import START, Stylizer, StylizerState

__all__ = ["MASK_MODES", "OptimizedRegions", "RegionStylizer"]

_BLUR = 1 / 24
_MARGIN = 1 / 8
_MOST_ENLARGED = 4
_THERE = 0.05


class _View(Protocol):
    """What a style sees of a frame."""

    @property
    def picture(self) -> Tensor:
        """1 x 3 x H x W, what is stylized."""
        ...

    def part(self, planes: Tensor) -> Tensor:
        """Return what of a field over the frame, 1 x C x H x W, lies under the picture."""
        ...

    def see(self, guidance: Guidance, painted: Tensor | None) -> Guidance:
        """Return guidance for the picture that is seen."""
        ...

    def show(self, stylized: Tensor, around: Tensor) -> Tensor:
        """Return a plane of the picture over the frame, and what is around it."""
        ...

    def painted(self, frame: Tensor) -> Tensor:
        """Return 1 x 1 x H x W over the frame, 1 where the picture lies, else 0."""
        ...


@dataclass(frozen=True, eq=False)
class _Whole:
    """The whole frame, perhaps changed outside of the region."""

    picture: Tensor

    def part(self, planes: Tensor) -> Tensor:
        return planes

    def see(self, guidance: Guidance, painted: Tensor | None) -> Guidance:
        del painted
        return guidance

    def show(self, stylized: Tensor, around: Tensor) -> Tensor:
        del around
        return stylized

    def painted(self, frame: Tensor) -> Tensor:
        return torch.ones_like(frame[:, :1])


@dataclass(frozen=True, eq=False)
class _Enlarged:
    """A part of the frame, enlarged to the frame's size."""

    picture: Tensor
    rows: slice
    columns: slice

    def see(self, guidance: Guidance, painted: Tensor | None) -> Guidance:
        trust = guidance.trust if painted is None else guidance.trust * painted
        older = tuple(
            Earlier(warped=self._picture(each.warped), trust=self.part(each.trust))
            for each in guidance.older
        )
        return replace(
            guidance,
            warped=self._picture(guidance.warped),
            trust=self.part(trust),
            layers={
                name: self._picture(layer) if name.endswith("picture") else self.part(layer)
                for name, layer in guidance.layers.items()
            },
            older=older,
        )

    def show(self, stylized: Tensor, around: Tensor) -> Tensor:
        whole = around.clone()
        inside = whole[..., self.rows, self.columns]
        inside.copy_(resize_picture(stylized, (inside.shape[-2], inside.shape[-1])))
        return whole

    def painted(self, frame: Tensor) -> Tensor:
        painted = torch.zeros_like(frame[:, :1])
        painted[..., self.rows, self.columns] = 1
        return painted

    def _picture(self, picture: Tensor) -> Tensor:
        return resize_picture(picture[..., self.rows, self.columns], self._size)

    def part(self, planes: Tensor) -> Tensor:
        return resize_planes(planes[..., self.rows, self.columns], self._size)

    @property
    def _size(self) -> tuple[int, int]:
        return self.picture.shape[-2], self.picture.shape[-1]


def _whole(frame: Tensor, matte: Tensor) -> _View:
    del matte
    return _Whole(frame)


def _blurred(frame: Tensor, matte: Tensor) -> _View:
    from vst_core.masks import blur

    around = blur(frame, sigma=_BLUR * min(frame.shape[-2:])).clamp_(0, 1)
    return _Whole(around + matte * (frame - around))


def _enlarged(frame: Tensor, matte: Tensor) -> _View:
    height, width = frame.shape[-2:]
    there = matte[0, 0] > _THERE
    rows, columns = _reach(there.any(1)), _reach(there.any(0))
    if rows is None or columns is None:
        return _Whole(frame)
    share = max(
        (rows[1] - rows[0]) * (1 + 2 * _MARGIN) / height,
        (columns[1] - columns[0]) * (1 + 2 * _MARGIN) / width,
        1 / _MOST_ENLARGED,
    )
    if share >= 1:
        return _Whole(frame)
    down, across = _around(rows, share, height), _around(columns, share, width)
    part = frame[..., down, across]
    return _Enlarged(resize_picture(part, (height, width)), down, across)


MASK_MODES: dict[str, Callable[[Tensor, Tensor], _View]] = {
    "soft": _whole,
    "hard": _whole,
    "resized": _enlarged,
    "blurred": _blurred,
}
"""What a style sees of a frame (1 x 3 x H x W) where its matte (1 x 1 x H x W) is 1. How sharp
the mattes' edges are is decided where they are made."""


class RegionStylizer:
    """Paints a picture in several styles.

    What travels to the next frame is not the composite but the picture of every style, each as
    the layer `<region>/picture`, with what its own method remembers.

    Args:
        stylizers: One for each region's style; None leaves its region as the picture is.
        mode: One of `MASK_MODES`.
        counts: How many styles each region mixes; None = one.

    Attributes:
        masks_decide: What a style sees depends on the mattes; else they only cut what it painted.

    Raises:
        UsageError: There is no such mode.
    """

    def __init__(
        self,
        stylizers: Sequence[Stylizer | None],
        *,
        mode: str,
        counts: Sequence[int] | None = None,
    ) -> None:
        if mode not in MASK_MODES:
            raise UsageError(f"There is no mask mode '{mode}'", fix=nearest(mode, MASK_MODES))
        self._stylizers = tuple(stylizers)
        self._counts = counts or [int(one is not None) for one in stylizers]
        self._view, self._in_parts = MASK_MODES[mode], mode == "resized"
        self.masks_decide = self._view is not _whole

    def stylize(
        self, frame: Tensor, guidance: Guidance | None, state: StylizerState = START
    ) -> Stylized:
        """Paint every style's picture, and their composite; `state` has the mattes."""
        mattes, looks = _mattes(state), state.look.split(self._counts)
        layers: dict[str, Tensor] = {}
        memory: dict[str, Tensor] = {}
        for region, (stylizer, matte) in enumerate(zip(self._stylizers, mattes, strict=True)):
            if stylizer is None:
                continue
            own = replace(
                state, memory=part(str(region), state.memory), look=looks[region], mattes=None
            )
            painted = self._paint(
                stylizer, frame, matte[None], guidance_of(str(region), guidance), own
            )
            layers |= named(str(region), {"picture": painted.picture, **painted.layers})
            memory |= named(str(region), painted.memory)
        picture = self.compose(Stylized(picture=frame, layers=layers), frame, mattes)
        return Stylized(picture=picture, layers=layers, memory=memory)

    def compose(self, stylized: Stylized, picture: Tensor, mattes: Tensor) -> Tensor:
        """Return the composite, 1 x 3 x H x W.

        Args:
            stylized: What `stylize` gave, at the size of the picture.
            picture: 1 x 3 x H x W, for regions that stay as they are.
            mattes: S x 1 x H x W, which sum to 1.
        """
        pictures = [
            picture if one is None else stylized.layers[f"{region}/picture"]
            for region, one in enumerate(self._stylizers)
        ]
        from vst_core.masks import composite

        return composite(pictures, mattes)

    def _paint(
        self,
        stylizer: Stylizer,
        frame: Tensor,
        matte: Tensor,
        guidance: Guidance | None,
        state: StylizerState,
    ) -> Stylized:
        """Return one style's picture over the whole frame.

        In the mode `resized` its layer `painted` is 1 where it is painted, else 0.
        """
        view = self._view(frame, matte)
        seen = None
        if guidance is not None:
            seen = view.see(guidance, guidance.layers.get("painted"))
        counts = None if state.weight is None else view.part(state.weight)
        stylized = stylizer.stylize(view.picture, seen, replace(state, weight=counts))
        if not self._in_parts:
            return stylized
        layers = {
            name: view.show(layer, frame if name.endswith("picture") else torch.zeros_like(layer))
            for name, layer in stylized.layers.items()
        }
        layers["painted"] = view.painted(frame)
        return replace(stylized, picture=view.show(stylized.picture, frame), layers=layers)


class OptimizedRegions:
    """Paints one picture, each region of it towards its own style (masked Gram losses).

    Strokes cross the edge of a region where the picture does, so there is nothing to hide.

    Args:
        stylizer: Opened with the styles of the regions that are painted.
        painted: For every region whether it is painted, or stays as the picture is.

    Attributes:
        masks_decide: See `RegionStylizer`.
    """

    masks_decide = True

    def __init__(self, stylizer: Stylizer, *, painted: Sequence[bool]) -> None:
        self._stylizer, self._painted = stylizer, tuple(painted)

    def stylize(
        self, frame: Tensor, guidance: Guidance | None, state: StylizerState = START
    ) -> Stylized:
        """Paint the picture; see `RegionStylizer`."""
        mattes = _mattes(state)[list(self._painted)]
        return self._stylizer.stylize(frame, guidance, replace(state, mattes=mattes))

    def compose(self, stylized: Stylized, picture: Tensor, mattes: Tensor) -> Tensor:
        """Return the painted picture with the regions that stay; see `RegionStylizer`."""
        pictures = [stylized.picture if painted else picture for painted in self._painted]
        from vst_core.masks import composite

        return composite(pictures, mattes)


def _mattes(state: StylizerState) -> Tensor:
    assert state.mattes is not None  # there are regions
    return state.mattes


def _reach(there: Tensor) -> tuple[int, int] | None:
    """Return the first index that is true, and the one after the last."""
    found = torch.nonzero(there)
    return (int(found[0]), int(found[-1]) + 1) if len(found) else None


def _around(reach: tuple[int, int], share: float, size: int) -> slice:
    """Return `share` of `size` indices around the middle of `reach`, inside 0 to size."""
    length = min(size, round(share * size))
    start = round((reach[0] + reach[1]) / 2 - length / 2)
    start = min(max(start, 0), size - length)
    return slice(start, start + length)
