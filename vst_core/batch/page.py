"""The report as one HTML file: nothing else is needed to see it, and it can be sent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined

from vst_core.atomic import atomic_path
from vst_core.batch.summary import STATUSES, BatchSummary, ShotResult
from vst_core.batch.thumbnails import data_uri
from vst_core.version import __version__

__all__ = ["write_page"]

_TEMPLATE = Path(__file__).with_name("report.html")
_WIDTH = 360
_ORDER = {"failed": 0, "stopped": 1, "waiting": 2, "done": 3}


def write_page(path: Path, summary: BatchSummary, *, folder: Path | None = None) -> None:
    """Write the report.

    What failed comes first, then what is not done, then the others in their order.

    Args:
        path: The page.
        summary: What became of the shots.
        folder: Of all results; None = the page's.

    Raises:
        OutputError: It cannot be written.
    """
    folder = folder or path.parent
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True,
                              lstrip_blocks=True)  # fmt: skip
    template = environment.from_string(_TEMPLATE.read_text(encoding="utf-8"))
    shots = sorted(summary.shots, key=lambda shot: _ORDER[shot.status])
    text = template.render(
        title=folder.absolute().name,
        shots=[_card(shot, folder) for shot in shots],
        counts={status: len(summary.of(status)) for status in STATUSES},
        frames=sum(shot.frames for shot in summary.shots),
        time=_time(sum(shot.seconds for shot in summary.shots)),
        version=__version__,
    )
    with atomic_path(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def _card(shot: ShotResult, folder: Path) -> dict[str, Any]:
    place = folder / shot.output
    pictures = [(name, data_uri(place / name, width=_WIDTH)) for name in shot.shown]
    pace = shot.seconds / shot.frames if shot.frames and shot.seconds else 0.0
    return {
        "shot": shot,
        "time": _time(shot.seconds),
        "pace": f"{pace:.2f} s a frame" if pace else "",
        "pictures": [(name, source) for name, source in pictures if source],
    }


def _time(seconds: float) -> str:
    """Return a time as clocks show it; empty for none.

    >>> _time(3725.0)
    '1:02:05'
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if seconds else ""
