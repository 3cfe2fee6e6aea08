"""All that is measured on a device, the most important first."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import torch

from vst_core.gpu_benchmark.agreement import agreement_tasks
from vst_core.gpu_benchmark.frame_times import (
    batch_tasks,
    both_tasks,
    flow_tasks,
    network_tasks,
    part_tasks,
    transfer_tasks,
)
from vst_core.gpu_benchmark.graphs import compile_tasks, graph_tasks, profile_tasks
from vst_core.gpu_benchmark.iterations import painting_tasks
from vst_core.gpu_benchmark.rows import Figure, Row, Task, run_tasks
from vst_core.gpu_benchmark.settings import GpuSettings
from vst_core.gpu_benchmark.training_step import training_tasks
from vst_core.styles import find_mix

__all__ = ["GpuFigures", "measure_gpu"]


@dataclass(frozen=True, kw_only=True)
class GpuFigures:
    """What was found so far.

    Attributes:
        device: Of torch.
        rows: One a task, in order.
    """

    device: str
    rows: Sequence[Row]

    def as_dict(self) -> dict[str, Any]:
        """Return everything by its name, for JSON."""
        return {"device": self.device, "rows": [asdict(row) for row in self.rows]}


def measure_gpu(settings: GpuSettings, *, tell: Callable[[GpuFigures], None]) -> GpuFigures:
    """Measure everything that the time is enough for; what fails becomes a row that says so.

    Args:
        settings: What, and on what.
        tell: Told all there is after every row.

    Raises:
        UsageError, DeviceError: The device is not there.
        UsageError: A style is not, or has no network.
    """
    device, rows = settings.place, list[Row]()
    for style in settings.styles:
        find_mix([(style, 1.0)])

    def add(row: Row) -> None:
        rows.append(row)
        tell(GpuFigures(device=str(device), rows=tuple(rows)))

    wanted = (task for task in _tasks(settings) if _is_wanted(task, settings.kinds))
    run_tasks(wanted, seconds=settings.seconds, device=device, tell=add)
    return GpuFigures(device=str(device), rows=tuple(rows))


def _is_wanted(task: Task, kinds: Sequence[str]) -> bool:
    return not kinds or task.name.split()[0] in kinds


def _tasks(settings: GpuSettings) -> Iterator[Task]:
    most, rest = settings.sizes[:2], settings.sizes[2:]
    yield Task(name="machine", work=partial(_machine, settings), needs=0.0)
    yield from agreement_tasks(settings)
    yield from network_tasks(settings, most)
    yield from flow_tasks(settings, most)
    yield from both_tasks(settings, most)
    yield from part_tasks(settings, most)
    yield from graph_tasks(settings)
    yield from transfer_tasks(settings)
    yield from profile_tasks(settings)
    yield from painting_tasks(settings)
    yield from training_tasks(settings)
    yield from network_tasks(settings, rest)
    yield from flow_tasks(settings, rest)
    yield from both_tasks(settings, rest)
    yield from batch_tasks(settings)
    yield from compile_tasks(settings)


def _machine(settings: GpuSettings) -> Mapping[str, Figure]:
    device = settings.place
    found: dict[str, Figure] = {
        "torch": torch.__version__,
        "python": platform.python_version(),
        "threads": torch.get_num_threads(),
    }
    if device.type != "cuda":
        return found
    card = torch.cuda.get_device_properties(device)
    return {
        "name": card.name,
        "memory GB": card.total_memory / 1e9,
        "multiprocessors": card.multi_processor_count,
        "cuda": str(torch.version.cuda or torch.version.hip),
        "cudnn": str(torch.backends.cudnn.version()),  # type: ignore[no-untyped-call]
        "TF32 convolutions": str(torch.backends.cudnn.allow_tf32),
        **found,
    }
