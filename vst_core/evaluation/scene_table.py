"""Temporal error by scene, style and network (Agria 2020, table 6.1), from measured figures."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vst_core.errors import InputError
from vst_core.evaluation.clips import short_names
from vst_core.evaluation.report import REPORT_VERSION

__all__ = ["SceneRow", "read_figures", "scene_rows"]


@dataclass(frozen=True, kw_only=True)
class SceneRow:
    """One network's stylization of one scene in one style; errors are means over its frames.

    Attributes:
        scene: The source's name.
        style: Of the painting.
        network: The run's name.
        error: Masked squared error to the warped frame before, over all pixels: the temporal loss
            of Agria 2020, equation 5.7, in [0, 1].
        ratio: To the error of the first run of this scene and style.
        m2: The same error over trusted pixels alone.
        style_loss: Of the frames; likewise `content_loss`.
    """

    scene: str
    style: str
    network: str
    error: float | None
    ratio: float | None
    m2: float | None
    style_loss: float | None
    content_loss: float | None


def read_figures(paths: Sequence[Path]) -> list[dict[str, Any]]:
    """Return what `vst eval --json` wrote into files, a run each.

    Raises:
        InputError: A file cannot be read, or is not of that kind and version.
    """
    return [run for path in paths for run in _runs(path)]


def scene_rows(figures: Sequence[dict[str, Any]]) -> tuple[SceneRow, ...]:
    """Return a row a run, in order: scenes and styles as they first come.

    Args:
        figures: From `read_figures`.
    """
    scenes = list(dict.fromkeys(run["in"] for run in figures))
    names = dict(zip(scenes, short_names(scenes), strict=True))
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for run in sorted(figures, key=lambda run: scenes.index(run["in"])):
        groups.setdefault((names[run["in"]], run["style"]), []).append(run)
    return tuple(
        _row(scene, style, label, run["means"], runs[0]["means"]["masked_mse"])
        for (scene, style), runs in groups.items()
        for run, label in zip(runs, short_names([run["out"] for run in runs]), strict=True)
    )


def _row(
    scene: str, style: str, network: str, means: dict[str, float | None], first: float | None
) -> SceneRow:
    error = means["masked_mse"]
    return SceneRow(
        scene=scene,
        style=style,
        network=network,
        error=error,
        ratio=error / first if error is not None and first else None,
        m2=means["m2"],
        style_loss=means["style_loss"],
        content_loss=means["content_loss"],
    )


def _runs(path: Path) -> list[dict[str, Any]]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise InputError(f"There is no '{path}'", fix="Write it with vst eval --json.") from error
    except (OSError, ValueError) as error:
        raise InputError(f"'{path}' cannot be read ({error})", fix=_AGAIN) from error
    runs = found if isinstance(found, list) else [found]
    for run in runs:
        if not isinstance(run, dict) or run.get("version") != REPORT_VERSION:
            raise InputError(f"'{path}' holds no figures of this version of vst", fix=_AGAIN)
    return runs


_AGAIN = "Write it again with vst eval --json."
