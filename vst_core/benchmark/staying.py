"""Staying power: what a method makes of a shot that goes on and on.

A method that feeds on its own output may drift in color, or let go of the picture, in a thousand
frames and not in fifty. The shot is `LoopedShot`: a tenth of it is a whole number of loops, so what
differs between tenths is the method's doing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from vst_core.catalog import METHODS, find_method
from vst_core.devices import pick_device, pick_precision
from vst_core.errors import UsageError
from vst_core.evaluation import (
    Cell,
    FrameFigures,
    LoopedShot,
    Report,
    channel_levels,
    edge_correlation,
    hard_trust,
    reduced,
    temporal_errors,
    tenths,
)
from vst_core.evaluation.page import Shown, write_page
from vst_core.flow import FrameView
from vst_core.guidance import GuidanceBuilder, Motion, PreviousFrame
from vst_core.job import StylizeJob, parse_mix
from vst_core.styles import StyleCard, find_card, find_mix
from vst_core.stylizers import Stylizer, StylizerSettings, StylizerState, open_stylizer

__all__ = [
    "KeptFrame",
    "StayingFigures",
    "StayingSettings",
    "measure_staying",
    "recurrent_methods",
    "stay",
    "write_staying_page",
]

_PARTS = 10
_SHEET = (0, 0.1, 0.5, 1)
_WIDTH = 640


@dataclass(frozen=True, kw_only=True)
class StayingSettings:
    """What is run.

    Attributes:
        frames: How many.
        shot: What is stylized.
        device: Where; `auto`, `cpu`, ...
        precision: Of the network; `auto`, `fp32`, ...

    Raises:
        UsageError: A tenth of the frames is not a whole number of loops.
    """

    frames: int = 1000
    shot: LoopedShot = field(default_factory=LoopedShot)
    device: str = "auto"
    precision: str = "auto"

    def __post_init__(self) -> None:
        whole = _PARTS * self.shot.loop
        if self.frames < whole or self.frames % whole:
            what = f"{self.frames} frames are not ten times some loops of {self.shot.loop}"
            raise UsageError(what, fix=f"Give {whole}, {2 * whole}, and so on.")


@dataclass(frozen=True, kw_only=True)
class KeptFrame:
    """A frame to look at, at most 640 pixels wide, on the processor.

    Attributes:
        frame: Its number.
        source: 1 x 3 x H x W in [0, 1].
        stylized: The same size.
    """

    frame: int
    source: Tensor
    stylized: Tensor


@dataclass(frozen=True, kw_only=True)
class StayingFigures:
    """What became of the shot.

    Attributes:
        method: The method.
        report: Every frame's levels, edges and M2, and what follows from them.
        seconds: A frame, with the network alone.
        kept: The first frame of every loop: what changes between them is the method's doing.
    """

    method: str
    report: Report
    seconds: float
    kept: tuple[KeptFrame, ...]

    @property
    def edges(self) -> tuple[float, ...]:
        """What each tenth's edges hold of what those frames hold without a past."""
        parts, alone = (tenths(self.report.values(f"edges{end}")) or () for end in ("", "_alone"))
        return tuple(part / held for part, held in zip(parts, alone, strict=False))

    @property
    def row(self) -> tuple[Cell, ...]:
        """For a contact sheet: the first frame, those at a tenth and half of the way, the last."""
        places = (round(share * (len(self.kept) - 1)) for share in _SHEET)
        chosen = (self.kept[place] for place in places)
        return tuple(Cell(each.stylized, f"{self.method}, frame {each.frame}") for each in chosen)

    def to_dict(self) -> dict[str, Any]:
        """Return everything but the pictures, as plain values."""
        return {
            "method": self.method,
            "seconds": self.seconds,
            "edges_by_tenths": self.edges,
            **self.report.to_dict(),
        }


def recurrent_methods(style: str) -> tuple[str, ...]:
    """Return the fast methods that build a frame on the one before, and that a style serves.

    Raises:
        UsageError: A style is unknown.
    """
    cards = [find_card(name) for name, _ in parse_mix(style)]
    return tuple(
        method.name
        for method in METHODS
        if method.temporal == "causal" and not method.is_slow and _serves(cards, method.weights)
    )


def _serves(cards: Sequence[StyleCard], weights: str) -> bool:
    return all(weights in card.files for card in cards)


def measure_staying(
    method: str, style: str, settings: StayingSettings, *, say: Callable[[str], None]
) -> StayingFigures:
    """Stylize the shot with a method and measure what becomes of it.

    Args:
        method: Of `METHODS`.
        style: A style or a mix.
        settings: The shot, and where.
        say: Told how far it is.

    Raises:
        UsageError: The style or the method is unknown, or they do not go together.
        WeightsError: The weights are absent or damaged.
        DeviceError: The device is absent.
    """
    job = StylizeJob(input="in", output="out", style=style, method=method)
    device = pick_device(settings.device)
    opened = StylizerSettings(
        styles=find_mix(job.mix, method=method),
        device=device,
        precision=pick_precision(settings.precision, device),
    )
    stylizer = open_stylizer(method, opened)
    return stay(stylizer, method, settings, style=style, device=device, say=say)


@torch.inference_mode()
def stay(
    stylizer: Stylizer,
    method: str,
    settings: StayingSettings,
    *,
    style: str,
    device: torch.device,
    say: Callable[[str], None],
) -> StayingFigures:
    """Stylize the shot with an opened method; see `measure_staying`."""
    runner = _Runner(stylizer, settings, device, guided=find_method(method).needs_flow)
    figures, kept = [], []
    alone: list[float | None] = []
    for place, (made, before, motion) in enumerate(runner.walk()):
        if place < settings.shot.loop:
            alone.append(_edges_alone(stylizer, made.picture))
        held = alone[place % settings.shot.loop]
        figures.append(replace(_figures(made, before, motion), edges_alone=held))
        if place % settings.shot.loop == 0:
            source, stylized = (reduced(one, _WIDTH) for one in (made.picture, made.stylized))
            kept.append(KeptFrame(frame=made.frame, source=source, stylized=stylized))
        if (place + 1) % (settings.frames // _PARTS) == 0:
            say(f"{method}: {place + 1} of {settings.frames} frames")
    shot = settings.shot
    report = Report(
        out=method,
        source=f"looped shot, {shot.loop} frames a loop",
        style=style,
        flow=shot.name,
        width=shot.width,
        height=shot.height,
        frames=tuple(figures),
    )
    seconds = runner.seconds / settings.frames
    return StayingFigures(method=method, report=report, seconds=seconds, kept=tuple(kept))


def write_staying_page(path: Path, found: Sequence[StayingFigures]) -> None:
    """Write a page of several methods: the curves, and a player of the first frame of each loop.

    Raises:
        OutputError: It cannot be written.
    """
    shown = [
        Shown.of(frames[0].frame, (frames[0].source, *(each.stylized for each in frames)))
        for frames in zip(*(each.kept for each in found), strict=True)
    ]
    labels = [each.method for each in found]
    write_page(path, [each.report for each in found], labels=labels, shown=shown)


class _Runner:
    """Stylizes frame after frame, as a run does, without files."""

    def __init__(
        self, stylizer: Stylizer, settings: StayingSettings, device: torch.device, *, guided: bool
    ) -> None:
        self._stylizer, self._settings, self._device = stylizer, settings, device
        self._guided, self.seconds = guided, 0.0
        trust = StylizeJob.trust
        self._guide = GuidanceBuilder(settings.shot, trust=trust, finds_cuts=False)

    def walk(self) -> Iterator[tuple[PreviousFrame, PreviousFrame | None, Motion | None]]:
        """Yield each frame with the one before, and how the picture moved between them."""
        before: PreviousFrame | None = None
        memory: Mapping[str, Tensor] = {}
        for number in range(1, self._settings.frames + 1):
            picture = self._settings.shot.frame(number).to(self._device)
            guidance = None
            if self._guided and before is not None:
                guidance = self._guide.guidance((before,), picture, number)
            start = time.perf_counter()
            made = self._stylizer.stylize(picture, guidance, StylizerState(memory=memory))
            self.seconds += time.perf_counter() - start
            memory = made.memory
            now = PreviousFrame(frame=number, picture=picture, stylized=made.picture)
            yield now, before, None if before is None else self._motion(before, now)
            before = now

    def _motion(self, before: PreviousFrame, now: PreviousFrame) -> Motion:
        views = (FrameView(each.frame, each.picture) for each in (before, now))
        flow = self._settings.shot.between(*views)
        return Motion(backward=flow.backward, trust=hard_trust(flow))


def _edges_alone(stylizer: Stylizer, picture: Tensor) -> float | None:
    """Return how a picture's edges correlate where a shot starts with it."""
    return edge_correlation(stylizer.stylize(picture, None, StylizerState()).picture, picture)


def _figures(
    now: PreviousFrame, before: PreviousFrame | None, motion: Motion | None
) -> FrameFigures:
    levels = channel_levels(now.stylized)
    source = {f"source_{name}": value for name, value in channel_levels(now.picture).items()}
    steps = {}
    if before is not None and motion is not None:
        ours, floor = (
            temporal_errors(one, other, backward=motion.backward, trust=motion.trust).m2
            for one, other in ((now.stylized, before.stylized), (now.picture, before.picture))
        )
        steps = {"m2": ours, "source_m2": floor}
    edges = edge_correlation(now.stylized, now.picture)
    return FrameFigures(frame=now.frame, edges=edges, **levels, **source, **steps)
