"""What became of each shot, and its JSON file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal, get_args

from vst_core.atomic import atomic_path

__all__ = [
    "STATUSES",
    "SUMMARY_FILE",
    "BatchSummary",
    "ShotResult",
    "Status",
    "read_summary",
    "write_summary",
]

SUMMARY_FILE = "summary.json"
_VERSION = 1

Status = Literal["done", "failed", "stopped", "waiting"]
"""Stopped: in the middle, by a signal. Waiting: not begun yet."""
STATUSES: tuple[Status, ...] = get_args(Status)


@dataclass(frozen=True, kw_only=True)
class ShotResult:
    """What became of a shot.

    Attributes:
        name: Of the shot.
        status: See `Status`.
        frames: How many frames lie finished on disk.
        made: How many of them the last run made.
        seconds: What all runs took that made them.
        style: Of the job.
        method: Of the job.
        output: Its folder, as seen from the folder of all results.
        shown: Some of its files, spread evenly, first and last among them; names in its folder.
        warnings: What a person should know.
        problem: Why it failed: one line; empty where it did not.
        exit_code: That a run of this shot alone would end with.
    """

    name: str
    status: Status
    frames: int = 0
    made: int = 0
    seconds: float = 0.0
    style: str = ""
    method: str = ""
    output: str = ""
    shown: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    problem: str = ""
    exit_code: int = 0


@dataclass(frozen=True)
class BatchSummary:
    """What became of all shots, in their order."""

    shots: tuple[ShotResult, ...]

    def of(self, status: Status) -> tuple[ShotResult, ...]:
        """Return the shots of which this became."""
        return tuple(shot for shot in self.shots if shot.status == status)

    def to_json(self) -> str:
        """Return it as a JSON text."""
        shots = [asdict(shot) for shot in self.shots]
        counts = {status: len(self.of(status)) for status in STATUSES}
        return json.dumps({"version": _VERSION, "counts": counts, "shots": shots}, indent=2) + "\n"


def write_summary(folder: Path, summary: BatchSummary) -> None:
    """Write the summary of the results in a folder, atomically.

    Raises:
        OutputError: It cannot be written.
    """
    with atomic_path(folder / SUMMARY_FILE) as path:
        path.write_text(summary.to_json(), encoding="utf-8")


def read_summary(folder: Path) -> BatchSummary | None:
    """Return what the summary in a folder says; None where there is none that can be read."""
    try:
        content = json.loads((folder / SUMMARY_FILE).read_text(encoding="utf-8"))
        if content["version"] != _VERSION:
            return None
        return BatchSummary(tuple(_result(entry) for entry in content["shots"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _result(entry: Mapping[str, Any]) -> ShotResult:
    known = {field.name: entry[field.name] for field in fields(ShotResult) if field.name in entry}
    lists = {name: tuple(known.get(name, ())) for name in ("shown", "warnings")}
    return ShotResult(**{**known, **lists})
