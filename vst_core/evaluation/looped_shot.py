"""A shot made up for endurance: it moves, repeats, never ends, and its motion is known exactly.

What a recurrent method does to a shot in a thousand frames cannot be seen on the short sequences
that flow benchmarks have. Here a camera drifts, rolls and breathes over a painted plane, and a disc
passes in front of it; after `loop` frames everything is as it was, but for the grain.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from vst_core.flow import FlowPair, FrameView
from vst_core.motion import warp
from vst_core.resizing import resize_planes

__all__ = ["LoopedShot"]

_MARGIN = 0.25
_SHAPES = 90
_OCTAVES = (6, 24, 96)


@dataclass(frozen=True, kw_only=True)
class LoopedShot:
    """Frames and motion; it is a flow source of its own frames.

    Attributes:
        width: In pixels, 32 or more.
        height: In pixels, 32 or more.
        loop: Frames until it repeats.
        grain: Standard deviation of the grain, which never repeats.
        seed: Another one is another picture.
    """

    width: int = 320
    height: int = 180
    loop: int = 50
    grain: float = 1.5 / 255
    seed: int = 0

    @property
    def name(self) -> str:
        """Of the motion."""
        return "exact"

    def frame(self, number: int) -> Tensor:
        """Return a frame, float32 1 x 3 x H x W in [0, 1]; any number, the same ones each time."""
        plane, points = self._plane, self._grid(self._plane.shape)
        seen = warp(plane, _applied(self._camera(number), points) - points)
        rows, columns = (
            (plane.shape[d] - size) // 2 for d, size in ((2, self.height), (3, self.width))
        )
        picture = seen[..., rows : rows + self.height, columns : columns + self.width]
        place = self._on_disc(number)
        cover = (self._radius - place.norm(dim=1, keepdim=True) + 0.5).clamp(0, 1)
        picture = cover * self._disc_colors(place) + (1 - cover) * picture
        generator = torch.Generator().manual_seed(1_000_003 * self.seed + number)
        noise = torch.randn(picture.shape, generator=generator) * self.grain
        grainy: Tensor = picture + noise
        return grainy.clamp(0, 1)

    def between(self, previous: FrameView, current: FrameView) -> FlowPair:
        """Return the exact motion between two frames, by their numbers."""
        device = current.picture.device
        return FlowPair(
            forward=self._motion(previous.number, current.number).to(device),
            backward=self._motion(current.number, previous.number).to(device),
        )

    def _motion(self, here: int, there: int) -> Tensor:
        """Where each point of one frame is in another, less where it is: 1 x 2 x H x W."""
        points = self._grid((1, 3, self.height, self.width))
        plane = _applied(torch.linalg.inv(self._camera(there)) @ self._camera(here), points)
        disc = _applied(self._disc(there) @ torch.linalg.inv(self._disc(here)), points)
        on_disc = self._on_disc(here).norm(dim=1, keepdim=True) <= self._radius
        return torch.where(on_disc, disc, plane) - points

    def _turn(self, number: int) -> float:
        return 2 * math.pi * (number % self.loop) / self.loop

    def _camera(self, number: int) -> Tensor:
        """From a frame to the plane, 3 x 3, both measured from their middle."""
        turn, reach = self._turn(number), 0.06 * self.width
        shift = (reach * math.sin(turn), 0.5 * reach * (math.cos(turn) - 1))
        return _affine(0.05 * math.sin(turn), 1 + 0.04 * math.sin(2 * turn), shift)

    def _disc(self, number: int) -> Tensor:
        """From the disc to a frame."""
        turn = self._turn(number)
        shift = (0.28 * self.width * math.cos(turn), 0.2 * self.height * math.sin(turn))
        return _affine(0.6 * math.sin(turn), 1.0, shift)

    def _on_disc(self, number: int) -> Tensor:
        points = self._grid((1, 3, self.height, self.width))
        return _applied(torch.linalg.inv(self._disc(number)), points)

    @property
    def _radius(self) -> float:
        return 0.16 * self.height

    def _disc_colors(self, place: Tensor) -> Tensor:
        """Four fields of two colors, 1 x 3 x H x W."""
        checks = (place[:, :1] * place[:, 1:] > 0).float()
        light, dark = (
            place.new_tensor(c).view(1, 3, 1, 1) for c in ((0.9, 0.75, 0.2), (0.15, 0.2, 0.5))
        )
        return checks * light + (1 - checks) * dark

    @staticmethod
    def _grid(shape: torch.Size | tuple[int, ...]) -> Tensor:
        """Points of a picture, 1 x 2 x H x W, measured from its middle."""
        down, across = (torch.arange(side) - (side - 1) / 2 for side in shape[-2:])
        y, x = torch.meshgrid(down, across, indexing="ij")
        return torch.stack((x, y))[None]

    @cached_property
    def _plane(self) -> Tensor:
        """Shapes of every size on a ground that fades from light to dark, with some texture."""
        sides = (self.height, self.width)
        height, width = (side + 2 * math.ceil(_MARGIN * max(sides)) // 2 * 2 for side in sides)
        generator = torch.Generator().manual_seed(self.seed)
        points = self._grid((1, 3, height, width))
        fade = (points[:, 1:] / height + 0.5).clamp(0, 1)
        plane = torch.tensor([0.55, 0.7, 0.9]).view(1, 3, 1, 1) * (1 - 0.6 * fade)
        for place in range(_SHAPES):
            numbers = torch.rand(8, generator=generator)
            size = height * (0.35 * (1 - place / _SHAPES) ** 2 + 0.03)
            plane = torch.where(_shape(points, numbers, size), numbers[5:].view(1, 3, 1, 1), plane)
        for octave in _OCTAVES:
            noise = torch.rand(1, 3, octave, 2 * octave, generator=generator) - 0.5
            plane = plane + 0.12 * resize_planes(noise, (height, width))
        return plane.clamp(0, 1)


def _shape(points: Tensor, numbers: Tensor, size: float) -> Tensor:
    """Where a rectangle or an ellipse lies, 1 x 1 x H x W."""
    half = points.new_tensor(points.shape[:1:-1]).view(1, 2, 1, 1) / 2
    middle = (2 * numbers[:2].view(1, 2, 1, 1) - 1) * half
    turn = float(numbers[2]) * math.pi
    x, y = (points - middle).unbind(dim=1)
    u, v = x * math.cos(turn) + y * math.sin(turn), y * math.cos(turn) - x * math.sin(turn)
    v = v / (0.3 + 0.7 * float(numbers[3]))
    inside = (
        torch.maximum(u.abs(), v.abs()) < size if numbers[4] > 0.5 else torch.hypot(u, v) < size
    )
    return inside[:, None]


def _affine(angle: float, scale: float, shift: tuple[float, float]) -> Tensor:
    c, s = scale * math.cos(angle), scale * math.sin(angle)
    rows = [[c, -s, shift[0]], [s, c, shift[1]], [0.0, 0.0, 1.0]]
    return torch.tensor(rows, dtype=torch.float64)


def _applied(matrix: Tensor, points: Tensor) -> Tensor:
    """Return where a 3 x 3 matrix takes points, 1 x 2 x H x W."""
    moved = torch.einsum("ij,bjhw->bihw", matrix[:2, :2], points.double())
    return (moved + matrix[:2, 2].view(1, 2, 1, 1)).float()
