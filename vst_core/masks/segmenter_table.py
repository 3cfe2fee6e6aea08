"""The ways to make masks from pictures, by name."""

from __future__ import annotations

from collections.abc import Callable

from vst_core.errors import UsageError, nearest
from vst_core.masks.segmenter import Segmenter, SegmentSettings

__all__ = ["SEGMENTERS", "open_segmenter"]


def _grabcut(settings: SegmentSettings) -> Segmenter:
    from vst_core.masks.grabcut import GrabCut

    saliency = None if settings.box else _saliency(settings)
    return GrabCut(settings, saliency=saliency)


def _saliency(settings: SegmentSettings) -> Segmenter:
    from vst_core.masks.saliency import Saliency

    return Saliency(settings.weights_dir)


SEGMENTERS: dict[str, Callable[[SegmentSettings], Segmenter]] = {
    "grabcut": _grabcut,
    "saliency": _saliency,
}


def open_segmenter(name: str, settings: SegmentSettings) -> Segmenter:
    """Return a segmenter, ready to run.

    Raises:
        UsageError: There is none of this name, or it needs something that is not installed.
        InputError: The box lies outside of the picture.
        WeightsError: Its weights are absent or damaged.
    """
    if name not in SEGMENTERS:
        fix = nearest(name, SEGMENTERS)
        raise UsageError(f"There is no segmenter '{name}'", fix=fix)
    return SEGMENTERS[name](settings)
