"""An iteration of the optimizer against one of the textbook's loop."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from itertools import pairwise
from statistics import median

from vst_core.devices import pick_precision
from vst_core.gpu_benchmark.rows import Figure, Task
from vst_core.gpu_benchmark.settings import GpuSettings
from vst_core.gpu_benchmark.textbook_loop import BenchTask, Textbook, paint, usual_task
from vst_core.gpu_benchmark.timed_encoders import encoder_to_time
from vst_core.motion import moving_frames

__all__ = ["painting_tasks"]

_TEXTBOOK = "vgg19-gatys"
_WARM, _TIMED = 4, 20


def painting_tasks(settings: GpuSettings) -> Iterator[Task]:
    """Return a task for the textbook's loop, and one for the painter with each encoder."""
    size = f"{settings.side}x{settings.side}"
    yield Task(
        name=f"iteration {size} textbook {_TEXTBOOK} fp32", work=partial(_textbook, settings)
    )
    for precision in ("bf16", "fp32"):
        for encoder in ("lite", _TEXTBOOK):
            work = partial(_painter, settings, encoder, precision)
            yield Task(name=f"iteration {size} {encoder} {precision}", work=work)


def _textbook(settings: GpuSettings) -> Mapping[str, Figure]:
    encoder, weights = encoder_to_time(_TEXTBOOK, settings.weights_dir)
    loop = Textbook(encoder.to(settings.place), _task(settings), lambda text: None)
    loop.paint(_WARM)
    seconds, _ = loop.paint(_TIMED)
    return {"ms an iteration": 1000 * seconds / _TIMED, "weights": weights}


def _painter(settings: GpuSettings, name: str, precision: str) -> Mapping[str, Figure]:
    encoder, weights = encoder_to_time(name, settings.weights_dir)
    kind = pick_precision(precision, settings.place)
    painted = paint(
        _task(settings), [encoder.to(settings.place)], iterations=_WARM + _TIMED, precision=kind
    )
    moments = [moment for moment, _ in painted.pictures][_WARM - 1 :]
    steps = [after - before for before, after in pairwise(moments)]
    return {"ms an iteration": 1000 * median(steps), "weights": weights}


def _task(settings: GpuSettings) -> BenchTask:
    side, device = settings.side, settings.place
    frame, painting = moving_frames(width=side, height=side, count=2, device=device)
    return usual_task(frame, painting.flip(1))
