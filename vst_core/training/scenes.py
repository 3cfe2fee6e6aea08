"""Moving scenes made from stills, with exact flow and exact disocclusion.

A scene is a background photograph and up to two cut-outs of other photographs, each layer
moving by a smooth flow of its own, under changing light. Because every layer's flow is
made and not estimated, the flow of the visible surface is exact, and a pixel is visible
in both frames exactly when the same layer is seen at both ends of its flow.

Beside the exact flow a scene holds an *estimated* one, wrong in the ways in which flow
sources are wrong (smeared over edges, drifting by fractions of a pixel), and the trust
mask that the run-time tests would have made of it: thin, ragged, and sometimes mistaken.
A network trained on smooth blobs instead leaves dotted strokes beside moving edges.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional as F

from vst_core.motion import inside, motion_boundary_mask, warp

__all__ = ["Scene", "StillSource", "blob_mattes", "make_scene", "white_noise"]

_MARGIN = 32


class StillSource(Protocol):
    """Where scenes take their stills from."""

    def crops(self, count: int, size: int, *, random: np.random.Generator) -> Tensor:
        """Return `count` random crops, count x 3 x size x size in [0, 1]."""
        ...


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A batch of moving scenes of the same length.

    Attributes:
        frames: One B x 3 x S x S picture in [0, 1] a moment.
        exact: Backward flow of every moment but the first, B x 2 x S x S in pixels.
        visible: B x 1 x S x S, 1 where the surface was seen a moment before as well.
        estimated: `exact` as a flow source would have estimated it.
        trust: `visible` as the run-time tests would have judged, in [0, 1].
    """

    frames: tuple[Tensor, ...]
    exact: tuple[Tensor, ...]
    visible: tuple[Tensor, ...]
    estimated: tuple[Tensor, ...]
    trust: tuple[Tensor, ...]


def make_scene(
    photographs: StillSource, *, count: int, size: int, length: int, random: np.random.Generator
) -> Scene:
    """Make `count` scenes of `length` moments, `size` pixels square, from one generator.

    They are made on torch's default device, where the photographs' crops must be.
    """
    cut_outs = int(random.integers(3)) if length > 1 else 0
    layers = [
        _Layer(photographs, count, size, random, cut_out=place > 0) for place in range(1 + cut_outs)
    ]
    lights = _Lights(count, size, random)
    frame, seen = _composite(layers)
    frames = [lights.shine(frame, random)]
    exact, visible, estimated, trust = [], [], [], []
    for _ in range(length - 1):
        flows = [layer.move(random) for layer in layers]
        before = seen
        frame, seen = _composite(layers)
        frames.append(lights.shine(frame, random))
        exact.append(_flow_of_visible(flows, seen))
        visible.append(_seen_before(flows, seen, before))
        guess, judged = _misjudge(exact[-1], visible[-1], random)
        estimated.append(guess)
        trust.append(judged)
    return Scene(
        frames=tuple(frames),
        exact=tuple(exact),
        visible=tuple(visible),
        estimated=tuple(estimated),
        trust=tuple(trust),
    )


class _Layer:
    """A photograph, its matte, and the place in it that every pixel shows now."""

    def __init__(
        self,
        photographs: StillSource,
        count: int,
        size: int,
        random: np.random.Generator,
        *,
        cut_out: bool,
    ) -> None:
        room = size + 2 * _MARGIN
        matte = (
            blob_mattes(count, room, random=random) if cut_out else torch.ones(count, 1, room, room)
        )
        self.texture = torch.cat([photographs.crops(count, room, random=random), matte], dim=1)
        # What a pixel shows is its own place plus this drift, in pixels of the texture.
        self.drift = torch.zeros(count, 2, size, size)
        fastest = 12.0 if cut_out else 6.0
        self.velocity = _smooth_flow(count, size, random, fastest=fastest)

    def move(self, random: np.random.Generator) -> Tensor:
        """Take one step; return this layer's backward flow, B x 2 x S x S in pixels."""
        change = _smooth_flow(len(self.drift), self.drift.shape[-1], random, fastest=0.3)
        flow = self.velocity + change
        # place_now(p) = place_before(p + flow), so the drifts add along the flow.
        self.drift = flow + warp(self.drift, flow)
        return flow

    def look(self) -> tuple[Tensor, Tensor]:
        """Return color (B x 3 x S x S) and matte (B x 1 x S x S) as seen now."""
        size, room = self.drift.shape[-1], self.texture.shape[-1]
        line = torch.arange(size, dtype=torch.float32) + _MARGIN
        place = torch.stack(torch.meshgrid(line, line, indexing="xy")) + self.drift
        grid = (place * (2 / (room - 1)) - 1).permute(0, 2, 3, 1)
        seen = F.grid_sample(self.texture, grid, padding_mode="reflection", align_corners=True)
        return seen[:, :3], seen[:, 3:]


class _Lights:
    """Gain, tint, a moving gradient and grain: flicker comes from light changes too."""

    def __init__(self, count: int, size: int, random: np.random.Generator) -> None:
        self.change = 0.04 * random.random()
        self.grain = 0.02 * random.random()
        self.gain = torch.ones(count, 3, 1, 1)
        self.gradient = 0.15 * _smooth_noise(count, 1, size, 2, random)

    def shine(self, picture: Tensor, random: np.random.Generator) -> Tensor:
        self.gain = self.gain * (1 + self.change * white_noise(random, *self.gain.shape))
        self.gradient = torch.roll(self.gradient, int(random.integers(-4, 5)), dims=-1)
        grain = self.grain * white_noise(random, *picture.shape)
        return (picture * self.gain * (1 + self.gradient) + grain).clamp(0, 1)


def _composite(layers: list[_Layer]) -> tuple[Tensor, Tensor]:
    """Put the layers over each other; return picture and one-hot map of who is on top."""
    picture, matte = layers[0].look()
    owner = matte
    for layer in layers[1:]:
        color, matte = layer.look()
        picture = torch.lerp(picture, color, matte)
        on_top = (matte > 0.5).float()
        owner = torch.cat([owner * (1 - on_top), on_top], dim=1)
    return picture, owner


def _flow_of_visible(flows: list[Tensor], seen: Tensor) -> Tensor:
    return torch.stack([seen[:, i : i + 1] * flow for i, flow in enumerate(flows)]).sum(0)


def _seen_before(flows: list[Tensor], seen: Tensor, before: Tensor) -> Tensor:
    """Return 1 where the layer on top now was on top, entirely, at the end of its flow."""
    found = torch.zeros_like(seen[:, :1])
    for place, flow in enumerate(flows):
        own = slice(place, place + 1)
        kept = (warp(before[:, own], flow) > 0.99).float() * inside(flow)
        found = found + seen[:, own] * kept
    return found


def _misjudge(flow: Tensor, visible: Tensor, random: np.random.Generator) -> tuple[Tensor, Tensor]:
    """Return the flow and the trust mask that an estimator would have given."""
    count, _, size, _ = flow.shape
    drift = 0.4 * random.random() ** 2
    wrong = drift * _smooth_noise(count, 2, size, int(random.integers(8, 40)), random)
    guess = _blur(flow, radius=int(random.integers(5))) + wrong
    error = (guess - flow).square().sum(1, keepdim=True)
    allowed = 0.02 * flow.square().sum(1, keepdim=True) + 0.5
    consistent = (error < allowed).float() * visible
    leaks = (_smooth_noise(count, 1, size, size // 3, random) > 1.2).float()
    speckles = (_smooth_noise(count, 1, size, size // 4, random) > 2.2).float()
    trust = torch.maximum(consistent, leaks * (1 - visible) * float(random.random() < 0.5))
    trust = trust * motion_boundary_mask(guess) * (1 - speckles) * inside(guess)
    softened = _blur(trust, radius=1) if random.random() < 0.5 else trust
    return guess, softened * (trust > 0)


def _smooth_flow(count: int, size: int, random: np.random.Generator, *, fastest: float) -> Tensor:
    """Return an affine motion plus a smooth field, mostly slow, sometimes none at all."""
    speed = fastest * random.random(count) ** 2 * (random.random(count) > 0.1)
    turn, zoom = 0.015 * random.normal(size=(2, count)) * (speed / fastest)
    angle = random.uniform(0, 2 * np.pi, count)
    line = torch.arange(size, dtype=torch.float32) - size / 2
    x, y = torch.meshgrid(line, line, indexing="xy")
    shift_x, shift_y = _per_picture(speed * np.cos(angle)), _per_picture(speed * np.sin(angle))
    turned, zoomed = _per_picture(turn), _per_picture(zoom)
    affine = [shift_x + zoomed * x - turned * y, shift_y + turned * x + zoomed * y]
    wobble = _smooth_noise(count, 2, size, int(random.integers(2, 6)), random)
    return torch.stack(affine, dim=1) + 0.15 * _per_picture(speed)[:, None] * wobble


def _per_picture(values: npt.NDArray[np.float64]) -> Tensor:
    return _placed(values).view(-1, 1, 1)


def blob_mattes(count: int, size: int, *, random: np.random.Generator) -> Tensor:
    """Return blobs with crisp, wavy outlines near the middle, B x 1 x size x size."""
    line = torch.linspace(-1, 1, size)
    x, y = torch.meshgrid(line, line, indexing="xy")
    center = _placed(random.uniform(-0.5, 0.5, (count, 2)))
    radius = _per_picture(random.uniform(0.25, 0.6, count))
    distance = torch.hypot(x - center[:, :1, None], y - center[:, 1:, None])
    wavy = 0.15 * _smooth_noise(count, 1, size, int(random.integers(4, 16)), random)[:, 0]
    return torch.sigmoid((radius - distance + wavy) * size / 2)[:, None]


def _smooth_noise(
    count: int, channels: int, size: int, cells: int, random: np.random.Generator
) -> Tensor:
    """Return noise of spread about 1 that changes over `size / cells` pixels."""
    coarse = white_noise(random, count, channels, max(cells, 2), max(cells, 2))
    return F.interpolate(coarse, (size, size), mode="bicubic", align_corners=True)


def _blur(field: Tensor, *, radius: int) -> Tensor:
    if radius == 0:
        return field
    padded = F.pad(field, [radius] * 4, mode="replicate")
    return F.avg_pool2d(padded, 2 * radius + 1, stride=1)


def white_noise(random: np.random.Generator, *shape: int) -> Tensor:
    """Return normal noise on torch's default device; a graphics card makes its own."""
    device = torch.get_default_device()
    if device.type == "cpu":
        return torch.from_numpy(random.standard_normal(shape, dtype=np.float32))
    generator = torch.Generator(device).manual_seed(int(random.integers(2**62)))
    return torch.randn(shape, generator=generator)


def _placed(values: npt.NDArray[np.float64]) -> Tensor:
    return torch.from_numpy(values).float().to(torch.get_default_device())
