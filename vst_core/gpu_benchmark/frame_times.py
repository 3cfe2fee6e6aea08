"""Frames a second, and the memory for them: the network, the motion, and both."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import cycle
from typing import Any

import torch
from torch import Tensor

from vst_core.content import cells_of, fullness
from vst_core.devices import pick_precision
from vst_core.flow import FlowSettings, FrameView, open_flow_source
from vst_core.gpu_benchmark.network_forms import FORMS, open_form, padded
from vst_core.gpu_benchmark.rows import Figure, Task
from vst_core.gpu_benchmark.settings import GpuSettings
from vst_core.gpu_benchmark.timing import peak_gigabytes, seconds_of
from vst_core.guidance import GuidanceBuilder, PreviousFrame, compare
from vst_core.motion import moving_frames, trust_mask, warp
from vst_core.nets import itn_input, vtn_input
from vst_core.styles import find_mix
from vst_core.stylizers import StylizerSettings, open_stylizer

__all__ = [
    "batch_tasks",
    "both_tasks",
    "figures_of",
    "flow_tasks",
    "flow_work",
    "frame_input",
    "network_tasks",
    "part_tasks",
    "same_bytes",
    "transfer_tasks",
]

_FLOW = "raft-small"
_BATCHES = (1, 2, 4, 8)
_HERE_AND_BACK = 3
Size = tuple[int, int]


def network_tasks(settings: GpuSettings, sizes: Sequence[Size]) -> Iterator[Task]:
    """Return a task for each size, precision and form of the VTN."""
    for size in sizes:
        for precision in settings.precisions:
            for form in FORMS:
                yield Task(
                    name=f"network {_text(size)} {precision} {form}",
                    work=partial(_network, settings, size, precision, form),
                )


def batch_tasks(settings: GpuSettings) -> Iterator[Task]:
    """Return a task for each number of frames that the ITN is given together."""
    for count in _BATCHES:
        name = f"itn {_text(settings.sizes[0])} {settings.precisions[0]} {count} together"
        yield Task(name=name, work=partial(_batch, settings, count))


def flow_tasks(settings: GpuSettings, sizes: Sequence[Size]) -> Iterator[Task]:
    """Return a task for each size: RAFT-small both ways, each frame encoded once."""
    for size in sizes:
        yield Task(name=f"flow {_text(size)} {_FLOW}", work=partial(_flow, settings, size))


def both_tasks(settings: GpuSettings, sizes: Sequence[Size]) -> Iterator[Task]:
    """Return a task for each size: motion, trust and the network, from memory and back to it."""
    for size in sizes:
        for precision in settings.precisions[:1]:
            yield Task(
                name=f"both {_text(size)} {precision}",
                work=partial(_both, settings, size, precision),
            )


def part_tasks(settings: GpuSettings, sizes: Sequence[Size]) -> Iterator[Task]:
    """Return a task for each size: what stands between the motion and the network."""
    for size in sizes:
        yield Task(name=f"between {_text(size)}", work=partial(_parts, settings, size))


def transfer_tasks(settings: GpuSettings) -> Iterator[Task]:
    """Return a task: a frame to the device and back, from memory of either kind."""
    if settings.place.type == "cuda":
        yield Task(name=f"transfer {_text(settings.sizes[0])}", work=partial(_transfer, settings))


def frame_input(settings: GpuSettings, size: Size) -> Tensor:
    """Return a VTN's input of a size on the device, with its margin."""
    frame = _frames(size, 1, settings.place)[0]
    joined = vtn_input(frame, frame, torch.ones_like(frame[:, :1]))
    return padded(joined)


def figures_of(
    work: Callable[[], object], device: torch.device, *, frames: int = 1
) -> dict[str, Figure]:
    """Return milliseconds a frame, frames a second, and the peak of the memory."""
    seconds = seconds_of(work, device) / frames
    found: dict[str, Figure] = {"ms a frame": 1000 * seconds, "frames a second": 1 / seconds}
    peak = peak_gigabytes(work, device)
    return found if peak is None else {**found, "peak GB": peak}


def same_bytes(one: Tensor, other: Tensor) -> str:
    """Return `yes` where two pictures have the same bytes, else `no`."""
    return "yes" if torch.equal(one, other) else "no"


def _network(settings: GpuSettings, size: Size, precision: str, form: str) -> Mapping[str, Figure]:
    device = settings.place
    kind = pick_precision(precision, device)
    net = open_form(form, settings.styles[0], "vtn", precision=kind, device=device)
    joined = frame_input(settings, size)
    figures = figures_of(lambda: net(joined), device)
    return {**figures, "same bytes twice": same_bytes(net(joined), net(joined))}


def _batch(settings: GpuSettings, count: int) -> Mapping[str, Figure]:
    device = settings.place
    kind = pick_precision(settings.precisions[0], device)
    net = open_form("plain", settings.styles[0], "itn", precision=kind, device=device)
    frame = _frames(settings.sizes[0], 1, device)[0]
    joined = padded(itn_input(frame)).repeat(count, 1, 1, 1)
    return figures_of(lambda: net(joined), device, frames=count)


def _parts(settings: GpuSettings, size: Size) -> Mapping[str, Figure]:
    device = settings.place
    before, now = _frames(size, 2, device)
    flow = 3 * torch.ones_like(now[:, :2])
    works: dict[str, Callable[[], object]] = {
        "ms trust": lambda: trust_mask(flow, -flow),
        "ms warp": lambda: warp(before, flow),
        "ms cut": lambda: compare(before, now),
        "ms level": lambda: cells_of(now),
        "ms fullness": lambda: bool((fullness(now) < 1).any()),
    }
    return {name: 1000 * seconds_of(work, device) for name, work in works.items()}


def _transfer(settings: GpuSettings) -> Mapping[str, Figure]:
    device = settings.place
    there = _frames(settings.sizes[0], 1, device)[0]
    plain, pinned = there.cpu(), there.cpu().pin_memory()
    ways: dict[str, Callable[[], object]] = {
        "ms there": lambda: plain.to(device),
        "ms back": there.cpu,
        "ms there, pinned": lambda: pinned.to(device, non_blocking=True),
        "ms back, pinned": lambda: pinned.copy_(there, non_blocking=True),
    }
    return {name: 1000 * seconds_of(way, device) for name, way in ways.items()}


def _flow(settings: GpuSettings, size: Size) -> Mapping[str, Figure]:
    return figures_of(flow_work(settings, size), settings.place)


def flow_work(settings: GpuSettings, size: Size) -> Callable[[], object]:
    """Return what estimates the motion of the next pair of frames, each frame encoded once."""
    device = settings.place
    source = open_flow_source(_FLOW, FlowSettings(device=device, weights_dir=settings.weights_dir))
    frames = _frames(size, _HERE_AND_BACK, device)
    views = [FrameView(number, frame) for number, frame in enumerate(frames)]
    pairs = _walk(views)
    return lambda: source.between(*next(pairs))


def _both(settings: GpuSettings, size: Size, precision: str) -> Mapping[str, Figure]:
    """Time what a run does between reading and writing."""
    device = settings.place
    opened = open_flow_source(_FLOW, FlowSettings(device=device, weights_dir=settings.weights_dir))
    guide = GuidanceBuilder(opened, trust="ruder2016", finds_cuts=True)
    kind, mix = pick_precision(precision, device), find_mix([(settings.styles[0], 1.0)])
    stylizer = open_stylizer("vtn", StylizerSettings(styles=mix, device=device, precision=kind))
    made = [frame.cpu() for frame in _frames(size, _HERE_AND_BACK, device)]
    pictures = (now for _, now in _walk(made))
    before: list[PreviousFrame] = []

    def frame() -> None:
        picture = next(pictures).to(device)
        guidance = guide.guidance(before, picture, 0) if before else None
        stylized = stylizer.stylize(picture, guidance).picture
        stylized.cpu()
        before[:] = [PreviousFrame(frame=0, picture=picture, stylized=stylized)]

    with torch.inference_mode():
        return figures_of(frame, device)


def _walk(items: Sequence[object]) -> Iterator[tuple[Any, Any]]:
    """Return neighbors, forth and back without end: each pair begins where the last one ended."""
    there = list(items) + list(items)[-2:0:-1]
    before, now = cycle(there), cycle(there)
    next(now)
    return zip(before, now, strict=False)


def _frames(size: Size, count: int, device: torch.device) -> list[Tensor]:
    width, height = size
    return list(moving_frames(width=width, height=height, count=count, device=device))


def _text(size: Size) -> str:
    return f"{size[0]}x{size[1]}"
