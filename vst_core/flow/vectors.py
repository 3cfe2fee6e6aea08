"""Motion vectors of a renderer: what it knows, where others have to guess."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce

import torch
import torch.nn.functional as F
from torch import Tensor

from vst_core.errors import UsageError
from vst_core.flow.frame_view import FrameView
from vst_core.flow.source import FlowPair, FlowSettings
from vst_core.flow.vector_layout import VectorChannels, VectorFiles
from vst_core.motion import compose, invert, warp

__all__ = ["VectorFlow", "open_vectors"]

_STEP = 1.05
"""Neighboring depths that differ by more are two surfaces."""
_NEARER = 0.9
"""What was seen at less than this part of a point's depth stood in front of it."""


class VectorFlow:
    """Flow from motion vectors.

    Frames that are not neighbors get the composition of the steps between them, which asks for
    the files of the frames between. Where a file has one direction only, the other is its
    inverse. Points that no vector can be trusted for become not-a-number, which no trust mask
    trusts: mixed pixels at the edges of objects, what the inverse does not reach, and, where depth
    is known, what was behind something nearer in the other frame.

    Args:
        files: Where the vectors are.
    """

    name = "vectors"

    def __init__(self, files: VectorFiles) -> None:
        self._files = files

    def between(self, previous: FrameView, current: FrameView) -> FlowPair:
        """Return the motion between two frames; see `FlowSource.between`.

        Raises:
            InputError: A file is absent or damaged, or lacks the channels.
        """
        first, last = sorted((previous, current), key=lambda view: view.number)
        steps = [
            self._step(replace(first, number=number)) for number in range(first.number, last.number)
        ]
        up, down = [step.forward for step in steps], [step.backward for step in steps]
        if not steps:  # A frame and itself.
            still = current.picture.new_zeros(1, 2, *current.size)
            return FlowPair(forward=still, backward=still)
        there, back = reduce(compose, up), reduce(compose, reversed(down))
        if previous.number <= current.number:
            return FlowPair(forward=there, backward=back)
        return FlowPair(forward=back, backward=there)

    def _step(self, view: FrameView) -> FlowPair:
        """Return the motion between a frame and the next one."""
        layout, following = self._files.layout, replace(view, number=view.number + 1)
        forward = self._way(layout.forward, view)
        backward = self._way(layout.backward, following)
        own, other = (self._plane(layout.depth, one) for one in (view, following))
        if forward is None:
            assert backward is not None  # a layout has one or the other
            forward = invert(backward, depth=other)
        elif backward is None:
            backward = invert(forward, depth=own)
        return FlowPair(
            forward=self._sound(forward, view, (own, other)),
            backward=self._sound(backward, following, (other, own)),
        )

    def _sound(
        self, flow: Tensor, view: FrameView, depths: tuple[Tensor | None, Tensor | None]
    ) -> Tensor:
        """Return flow on a frame, not-a-number where it cannot be trusted.

        Args:
            flow: On the frame.
            view: The frame.
            depths: Of the frame, and of the one that the flow points to.
        """
        own, other = depths
        index = self._plane(self._files.layout.index, view)
        mixed = _edges_of_objects(index) if index is not None else _edges_of_depth(own)
        if mixed is not None:
            flow = flow.masked_fill(mixed, torch.nan)
        if own is not None and other is not None:
            seen = warp(other, flow.nan_to_num())
            flow = flow.masked_fill(seen < own * _NEARER, torch.nan)
        return flow

    def _way(self, way: VectorChannels | None, view: FrameView) -> Tensor | None:
        """Return the vectors of a direction that lie on a frame, in pixels of its picture."""
        if way is None:
            return None
        height, width = view.canvas or view.size
        factors = (way.scale[0] * view.size[1] / width, way.scale[1] * view.size[0] / height)
        scale = view.picture.new_tensor(factors).view(1, 2, 1, 1)
        flow = self._read(way.names, view) * scale
        return flow.masked_fill(~flow.isfinite().all(dim=1, keepdim=True), torch.nan)

    def _plane(self, name: str, view: FrameView) -> Tensor | None:
        return self._read((name,), view) if name else None

    def _read(self, names: tuple[str, ...], view: FrameView) -> Tensor:
        stored = replace(view, number=view.number + int(self._files.layout.late))
        return stored.channels(names, path=self._files.path(stored.number))


def open_vectors(argument: str, settings: FlowSettings) -> VectorFlow:
    """Open the source `vectors`; what follows the name has no meaning for it.

    Raises:
        UsageError: Nobody said where the vectors are: only a run over frames knows their files.
    """
    del argument
    if settings.vectors is None:
        what = "The flow source 'vectors' needs the frames' own files"
        raise UsageError(what, fix="Use it with vst-seq, or --flow dis here.")
    return VectorFlow(settings.vectors)


def _edges_of_objects(index: Tensor) -> Tensor:
    """Return where a pixel or a neighbor of it belongs to another object, or to two."""
    return _most(index) - _least(index) > 0.5


def _edges_of_depth(depth: Tensor | None) -> Tensor | None:
    """Return where neighboring depths lie far apart."""
    if depth is None:
        return None
    far = depth.nan_to_num(posinf=1e30, neginf=0.0).clamp(0, 1e30)
    return _most(far) > _least(far) * _STEP


def _most(plane: Tensor) -> Tensor:
    return F.max_pool2d(plane, 3, stride=1, padding=1)


def _least(plane: Tensor) -> Tensor:
    return -F.max_pool2d(-plane, 3, stride=1, padding=1)
