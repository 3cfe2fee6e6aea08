"""What CUDA graphs, a search for kernels and torch.compile bring; and where the time goes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial

import torch
from torch import Tensor
from torch.profiler import ProfilerActivity, profile

from vst_core.devices import pick_precision
from vst_core.gpu_benchmark.frame_times import (
    figures_of,
    flow_work,
    frame_input,
    same_bytes,
)
from vst_core.gpu_benchmark.network_forms import FORMS, Net, open_form
from vst_core.gpu_benchmark.rows import Figure, Task
from vst_core.gpu_benchmark.settings import GpuSettings
from vst_core.gpu_benchmark.timing import wait

__all__ = ["compile_tasks", "graph_tasks", "profile_tasks"]

_COMPILING = 25.0
"""Seconds that must be left, for it cannot be stopped on its way."""
_KERNELS, _NAME = 12, 60


def graph_tasks(settings: GpuSettings) -> Iterator[Task]:
    """Return tasks for each form of the VTN: captured once and replayed, and kernels searched."""
    if settings.place.type == "cuda":
        for form in FORMS:
            head = f"{_head(settings)} {form}"
            yield Task(name=f"graph {head}", work=partial(_graph, settings, form))
            yield Task(name=f"searched {head}", work=partial(_searched, settings, form))


def profile_tasks(settings: GpuSettings) -> Iterator[Task]:
    """Return tasks: milliseconds of the longest kernels, of each form of the VTN and of motion."""
    if settings.place.type == "cuda":
        for form in FORMS:
            name = f"kernels {_head(settings)} {form}"
            yield Task(name=name, work=partial(_net_kernels, settings, form), needs=6.0)
        yield Task(name="kernels flow", work=lambda: _flow_kernels(settings), needs=6.0)


def compile_tasks(settings: GpuSettings) -> Iterator[Task]:
    """Return a task for the plain form of the VTN, compiled."""
    name = f"compiled {_head(settings)} plain"
    yield Task(name=name, work=partial(_compiled, settings), needs=_COMPILING)


def _head(settings: GpuSettings) -> str:
    width, height = settings.sizes[0]
    return f"{width}x{height} {settings.precisions[0]}"


def _net(settings: GpuSettings, form: str) -> tuple[Net, Tensor]:
    kind = pick_precision(settings.precisions[0], settings.place)
    net = open_form(form, settings.styles[0], "vtn", precision=kind, device=settings.place)
    return net, frame_input(settings, settings.sizes[0])


def _graph(settings: GpuSettings, form: str) -> Mapping[str, Figure]:
    net, joined = _net(settings, form)
    wanted = net(joined)
    aside = torch.cuda.Stream()  # type: ignore[no-untyped-call]
    aside.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(aside):  # warmed up beside the stream that is captured
        net(joined)
    torch.cuda.current_stream().wait_stream(aside)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        found = net(joined)
    figures = figures_of(graph.replay, settings.place)
    return {**figures, "same bytes": same_bytes(found, wanted)}


def _searched(settings: GpuSettings, form: str) -> Mapping[str, Figure]:
    net, joined = _net(settings, form)
    wanted = net(joined)
    with torch.backends.cudnn.flags(enabled=True, benchmark=True, allow_tf32=True):
        found = net(joined)
        figures = figures_of(lambda: net(joined), settings.place)
    return {**figures, "same bytes": same_bytes(found, wanted)}


def _net_kernels(settings: GpuSettings, form: str) -> Mapping[str, Figure]:
    net, joined = _net(settings, form)
    return _kernels(lambda: net(joined), settings)


def _flow_kernels(settings: GpuSettings) -> Mapping[str, Figure]:
    return _kernels(flow_work(settings, settings.sizes[0]), settings)


def _kernels(work: Callable[[], object], settings: GpuSettings) -> Mapping[str, Figure]:
    work()
    wait(settings.place)
    with profile(activities=[ProfilerActivity.CUDA, ProfilerActivity.CPU]) as seen:
        work()
        wait(settings.place)
    kernels = [
        (event.self_device_time_total, event.key)
        for event in seen.key_averages()
        if event.device_type.name == "CUDA"  # and not the operator that started it
    ]
    longest = sorted(kernels, reverse=True)[:_KERNELS]
    whole = sum(micro for micro, _ in kernels)
    return {"ms in all": whole / 1000, **{name[:_NAME]: micro / 1000 for micro, name in longest}}


def _compiled(settings: GpuSettings) -> Mapping[str, Figure]:
    net, joined = _net(settings, "plain")
    wanted, quick = net(joined), torch.compile(net)
    start = time.perf_counter()
    found = quick(joined)
    wait(settings.place)
    first = time.perf_counter() - start
    again = quick(joined)
    return {
        **figures_of(lambda: quick(joined), settings.place),
        "first frame s": first,
        "most off": float((found - wanted).abs().max() * 255),
        "same bytes twice": same_bytes(found, again),
    }
