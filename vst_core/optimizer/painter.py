"""The painter: an encoder and styles, and pictures made from them, coarse to fine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor
from torch.nn import functional as F

from vst_core.devices import place
from vst_core.errors import InputError, UsageError
from vst_core.features import Encoder, halvings
from vst_core.optimizer.objective import Objective, Region
from vst_core.optimizer.optimizers import Evaluation, descend
from vst_core.optimizer.paint_request import PaintRequest
from vst_core.optimizer.painter_settings import ITERATIONS, PainterSettings
from vst_core.optimizer.palette import recolored
from vst_core.optimizer.scales import Scale, carried, plan_scales, scale_count
from vst_core.optimizer.targets import StyleTarget, TemporalTarget
from vst_core.optimizer.tiles import encoded, plan_tiles
from vst_core.resizing import resize_picture, resize_planes

__all__ = ["Iteration", "Painted", "Painter", "open_painter"]

_SMALLEST = 16


@dataclass(frozen=True, kw_only=True)
class Iteration:
    """One iteration, just done.

    Attributes:
        iteration: Its number in the picture, from 1.
        iterations: At most so many will be done.
        scale: (height, width) that is being painted.
        total: The weighted sum of the losses.
        losses: Name (`content relu4_2`, `style relu1_1`, `temporal 1`, `variation`, `range`)
            -> loss without its weight, as the encoder at work sees it.
        picture: 1 x 3 x H x W at that size, in [0, 1] but for a little; not to be changed.
    """

    iteration: int
    iterations: int
    scale: tuple[int, int]
    total: float
    losses: Mapping[str, float]
    picture: Tensor


@dataclass(frozen=True, kw_only=True)
class Painted:
    """A finished picture.

    Attributes:
        picture: 1 x 3 x H x W in [0, 1], float32, on the frame's device.
        losses: As in `Iteration`, of the full size.
        total: The weighted sum of them.
        iterations: How many were done, over all scales.
    """

    picture: Tensor
    losses: Mapping[str, float]
    total: float
    iterations: int


class Painter:
    """Paints pictures in one style, in a mixture, or in one style a region.

    Args:
        encoder: What sees content and style. It is taken over: its memory layout and precision
            change.
        styles: Mixed by their weights, or one for each region.
        settings: How.
        sketcher: A painter of the same styles through a quicker encoder, on the same device.
            What has no start of its own is begun by it, from coarse to fine, with
            `PainterSettings.sketch` of the iterations; this one then finishes it at full size.

    Raises:
        UsageError: A layer is not the encoder's, or a style has no Gram matrix of it.
    """

    def __init__(
        self,
        encoder: Encoder,
        styles: Sequence[StyleTarget],
        settings: PainterSettings,
        *,
        sketcher: Painter | None = None,
    ) -> None:
        self.settings, self.styles = settings, tuple(styles)
        self._sketcher = sketcher
        self._device = next(encoder.parameters()).device
        self._encoder = place(encoder, self._device)
        encoder.at(settings.precision)
        named = settings.style_layers or tuple((layer, 1.0) for layer in styles[0].grams)
        self._style_weights = _shares(named, settings.style_weight * encoder.style_gain)
        held = settings.content_layers or ((encoder.content_layer, 1.0),)
        self._content_weights = _shares(held, settings.content_weight)
        encoder.check((*self._style_weights, *self._content_weights))
        for style in styles:
            _check_grams(style, tuple(self._style_weights), encoder)

    def paint(
        self,
        frame: Tensor,
        *,
        start: Tensor | None = None,
        temporal: Sequence[TemporalTarget] = (),
        regions: Tensor | None = None,
        weight: Tensor | None = None,
        iterations: int | None = None,
        watch: Callable[[Iteration], None] | None = None,
    ) -> Painted:
        """Paint one picture.

        Args:
            frame: 1 x 3 x H x W working picture in [0, 1], the content.
            start: 1 x 3 x H x W, what to begin with. It is painted at full size only, unless
                `PainterSettings.scales` says how many, and not sketched.
            temporal: Earlier frames to hold to.
            regions: S x 1 x H x W in [0, 1], a matte for each style, with the sum 1 at every
                point; without, the styles are mixed everywhere.
            weight: 1 x 1 x H x W in [0, 1], what of the frame is picture: neither content nor
                style is asked of the rest. All of it where None.
            iterations: Instead of the settings' number.
            watch: Told of every iteration; what it raises ends the work.

        Raises:
            InputError: The frame is too small.
            UsageError: The loss became infinite or no number, or the regions are not one for
                each style.
        """
        with torch.inference_mode(False), torch.enable_grad():
            request = PaintRequest.of(frame, start, temporal, regions, self._device, weight=weight)
            self._check(request)
            total = iterations or self.settings.iterations or ITERATIONS
            progress = _PaintProgress(iterations=total, watch=watch)
            if request.start is None:
                request = self._sketched(request, progress)
            return self._paint(request, total - progress.done, progress)

    def _sketched(self, request: PaintRequest, progress: _PaintProgress) -> PaintRequest:
        """Return the request with a start from the sketcher, where there is one."""
        first = int(self.settings.sketch * progress.iterations)
        if self._sketcher is None or not first:
            return request
        sketch = self._sketcher._paint(request, first, progress).picture
        return replace(request, start=sketch.to(self._device))

    def _paint(self, request: PaintRequest, iterations: int, progress: _PaintProgress) -> Painted:
        size = (request.frame.shape[-2], request.frame.shape[-1])
        count = self.settings.scales or (scale_count(size) if request.start is None else 1)
        scales = plan_scales(size, count=count, iterations=iterations)
        start = self._start(request)
        before = resize_picture(start, scales[0].size)
        for scale in scales:
            objective = self._objective(request, scale)
            small = resize_picture(start, scale.size)
            found, count = descend(
                objective,
                before if scale is scales[0] else carried(before, small),
                optimizer=self.settings.optimizer,
                iterations=scale.iterations,
                tolerance=self.settings.tolerance,
                watch=progress.reporter(objective, scale),
            )
            before = found.picture
            progress.done += count
        return Painted(
            picture=before.clamp(0, 1).to(request.home),
            losses=dict(zip(objective.names, found.parts, strict=True)),
            total=found.total,
            iterations=progress.done,
        )

    def _start(self, request: PaintRequest) -> Tensor:
        if request.start is not None:
            return request.start
        if self.settings.start == "content":
            return self._in_palettes(request)
        generator = torch.Generator().manual_seed(self.settings.seed)
        noise = torch.rand(request.frame.shape, generator=generator).to(self._device)
        # Nothing is asked of what is no picture: there it would stay noise.
        return noise if request.weight is None else request.frame.lerp(noise, request.weight)

    def _in_palettes(self, request: PaintRequest) -> Tensor:
        """Return the frame in the paintings' colors, mixed as the styles are.

        The papers start from the frame as it is, and spend the first ten iterations on this.
        """
        frame, counts = request.frame, request.weight
        taken = [
            frame
            if style.palette is None
            else recolored(frame, style.palette.on(self._device), counts)
            for style in self.styles
        ]
        parts: Tensor | list[float]
        if request.regions is None:
            total = sum(style.weight for style in self.styles)
            parts = [style.weight / total for style in self.styles]
        else:
            parts = request.regions
        return torch.stack([part * one for part, one in zip(parts, taken, strict=True)]).sum(0)

    def _objective(self, request: PaintRequest, scale: Scale) -> Objective:
        frame = resize_picture(request.frame, scale.size)
        tiles = plan_tiles(scale.size, side=self.settings.tile)
        return Objective(
            encoder=self._encoder,
            content=encoded(self._encoder, frame, self._content_weights, tiles),
            content_weights=self._content_weights,
            style=self._regions(request, scale),
            style_weights=self._style_weights,
            temporal=[each.resized(scale.size) for each in request.temporal],
            tv_weight=self.settings.tv_weight,
            tiles=tiles,
            counts=self._sized(request.weight, scale, self._content_weights),
        )

    def _regions(self, request: PaintRequest, scale: Scale) -> list[Region]:
        """Return the styles at a scale: one mixture, or one a region.

        A mixture is held against the mixture of the Gram matrices. A region counts by its
        area, so that a point in a small one is pulled no harder than one in a large one.
        """
        grams = [style.at(scale.level) for style in self.styles]
        weights = [style.weight for style in self.styles]
        if request.regions is None:
            total = sum(weights)
            mixed = {
                layer: torch.stack(
                    [w / total * g[layer] for w, g in zip(weights, grams, strict=True)]
                ).sum(0)
                for layer in self._style_weights
            }
            everywhere = self._sized(request.weight, scale, self._style_weights)
            return [Region(grams=_to(mixed, self._device), mattes=everywhere)]
        found = []
        seen = request.regions if request.weight is None else request.regions * request.weight
        for matte, gram, weight in zip(seen, grams, weights, strict=True):
            share = float(matte.mean())
            if share > 0:
                mattes = self._sized(matte[None], scale, self._style_weights)
                region = Region(grams=_to(gram, self._device), weight=weight * share, mattes=mattes)
                found.append(region)
        return found

    @staticmethod
    def _sized(matte: Tensor | None, scale: Scale, layers: Iterable[str]) -> dict[str, Tensor]:
        """Return a matte at the size of each layer (by area, so that soft edges stay soft)."""
        if matte is None:
            return {}
        small = resize_planes(matte, scale.size)
        height, width = scale.size
        return {
            layer: F.adaptive_avg_pool2d(small, (height >> count, width >> count))
            for layer, count in ((layer, halvings(layer)) for layer in layers)
        }

    def _check(self, request: PaintRequest) -> None:
        height, width = request.frame.shape[-2:]
        if min(height, width) < _SMALLEST:
            raise InputError(
                f"A frame of {width} x {height} is too small to stylize",
                fix=f"Give frames of at least {_SMALLEST} x {_SMALLEST} pixels.",
            )
        if request.regions is not None and len(request.regions) != len(self.styles):
            raise UsageError(
                f"{len(request.regions)} regions cannot have {len(self.styles)} styles",
                fix="Give one style for each region.",
            )


def open_painter(
    encoders: Sequence[tuple[Encoder, Sequence[StyleTarget]]], settings: PainterSettings
) -> Painter:
    """Return the painter of the last encoder; each is sketched for by the one before it.

    Args:
        encoders: At least one, each with the styles as it sees them, quick ones first.
        settings: Of all of them.

    Raises:
        UsageError: As `Painter` does.
    """
    (encoder, styles), *more = encoders
    painter = Painter(encoder, styles, settings)
    for encoder, styles in more:
        painter = Painter(encoder, styles, settings, sketcher=painter)
    return painter


@dataclass(kw_only=True)
class _PaintProgress:
    """How far a picture has come, and who is told.

    Attributes:
        iterations: At most so many will be done.
        watch: Told of every iteration.
        done: How many scales that are finished took.
    """

    iterations: int
    watch: Callable[[Iteration], None] | None
    done: int = 0

    def reporter(self, objective: Objective, scale: Scale) -> Callable[[int, Evaluation], None]:
        """Return what is to be called after each iteration of a scale."""
        names = objective.names

        def report(iteration: int, found: Evaluation) -> None:
            if self.watch is not None:
                step = Iteration(
                    iteration=self.done + iteration,
                    iterations=self.iterations,
                    scale=scale.size,
                    total=found.total,
                    losses=dict(zip(names, found.parts, strict=True)),
                    picture=found.picture,
                )
                self.watch(step)

        return report


def _shares(layers: Sequence[tuple[str, float]], weight: float) -> dict[str, float]:
    """Return layer -> its part of `weight`."""
    total = sum(share for _, share in layers)
    return {layer: weight * share / total for layer, share in layers}


def _check_grams(style: StyleTarget, layers: tuple[str, ...], encoder: Encoder) -> None:
    absent = [layer for layer in layers if layer not in style.grams]
    if absent:
        raise UsageError(
            f"A style has no Gram matrix of {', '.join(absent)}",
            fix=f"It has: {', '.join(style.grams)}, seen by {encoder.name}.",
        )


def _to(grams: Mapping[str, Tensor], device: torch.device) -> dict[str, Tensor]:
    return {layer: gram.to(device, torch.float32) for layer, gram in grams.items()}
