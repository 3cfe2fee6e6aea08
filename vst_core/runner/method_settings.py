"""From a job to what its method is opened with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import torch

from vst_core.devices import device_memory
from vst_core.job import StylizeJob, Tiling
from vst_core.optimizer import Iteration, PainterSettings, parse_layers
from vst_core.styles import Style
from vst_core.stylizers import StylizerSettings, TemporalSettings, pick_features

__all__ = ["chosen_features", "painter_settings", "stylizer_settings", "tile_side"]

_BYTES_A_PIXEL = 4000  # that an optimizing method takes for a picture as a whole, at the most
_TILE, _SMALL_TILE, _MUCH = 1024, 512, 12 * 2**30


def stylizer_settings(
    job: StylizeJob,
    styles: Sequence[tuple[Style, float]],
    *,
    device: torch.device,
    precision: torch.dtype,
    size: tuple[int, int] = (1, 1),
    watch: Callable[[Iteration], None] | None = None,
) -> StylizerSettings:
    """Return what a job's method is opened with.

    Args:
        job: The settings.
        styles: From `vst_core.styles.find_mix`.
        device: Where the method runs.
        precision: Number type of convolutions.
        size: Height and width of the pictures.
        watch: Told of every iteration of an optimizing method.

    Raises:
        UsageError: The layers cannot be read.
    """
    colors = job.colors_by if job.original_colors else ""
    return StylizerSettings(
        styles=tuple(styles),
        device=device,
        precision=precision,
        preroll=job.preroll,
        painter=painter_settings(job, tile=tile_side(job, size, device)),
        tiling=Tiling.parse(str(job.tile)),
        temporal=TemporalSettings(
            weight=job.temporal_weight,
            pass_iterations=job.pass_iterations,
            blend=job.blend,
            from_pass=job.temporal_from,
        ),
        features=job.features,
        pooling=job.pooling,  # type: ignore[arg-type]  # checked by the job, as the two below
        weights_dir=Path(job.weights_dir).expanduser() if job.weights_dir else None,
        style_scale=job.style_scale,
        start=job.start,  # type: ignore[arg-type]
        colors=colors,  # type: ignore[arg-type]
        watch=watch,
    )


def painter_settings(job: StylizeJob, *, tile: int = 0) -> PainterSettings:
    """Return how a job optimizes its pictures, in tiles of a side or, with 0, as a whole.

    Raises:
        UsageError: The layers cannot be read.
    """
    return PainterSettings(
        optimizer=job.optimizer,  # type: ignore[arg-type]  # checked by the job
        iterations=job.iterations,
        content_weight=job.content_weight,
        style_weight=job.values_at(0).style_weight,
        tv_weight=job.tv_weight,
        style_layers=parse_layers(job.style_layers),
        content_layers=parse_layers(job.content_layers),
        start="noise" if job.start == "noise" else "content",
        sketch=job.sketch,
        tile=tile,
        seed=job.seed,
    )


def chosen_features(
    job: StylizeJob, styles: Sequence[tuple[Style, float]], *, device: torch.device
) -> tuple[str, ...]:
    """Return the encoders of an optimizing method.

    Raises:
        UsageError: The features do not fit the styles, or the layers cannot be read.
    """
    return pick_features(stylizer_settings(job, styles, device=device, precision=torch.float32))


def tile_side(job: StylizeJob, size: tuple[int, int], device: torch.device) -> int:
    """Return the side of the tiles that an optimizing method looks at; 0 = it needs none.

    Where nothing is asked for, what a picture would take as a whole must be less than half of the
    memory that there is at all: so a machine chooses the same every time, and its frames, whose
    last digits depend on it, are the same.

    Args:
        job: The settings.
        size: Height and width of the pictures.
        device: Where the method runs.
    """
    tiling = Tiling.parse(str(job.tile))
    if tiling.side is not None:
        return tiling.side if tiling.parts(size) else 0
    there = device_memory(device)
    if there is None or size[0] * size[1] * _BYTES_A_PIXEL <= there / 2:
        return 0
    return _TILE if there >= _MUCH else _SMALL_TILE
