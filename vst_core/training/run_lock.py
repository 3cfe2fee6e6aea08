"""Whose checkpoints lie in a work folder, so that no run goes on with another one's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from vst_core.atomic import atomic_path, make_folder
from vst_core.errors import InputError

__all__ = ["claim"]

_FILE = "settings.json"


def claim(work: Path, settings: Mapping[str, Any]) -> None:
    """Note in a work folder what its checkpoints are made from.

    Args:
        work: The folder; made if absent.
        settings: Plain values by name: everything that decides the outcome of the run.

    Raises:
        InputError: The folder holds checkpoints of a run with other settings.
        OutputError: The folder cannot be written.
    """
    make_folder(work)
    note, wanted = work / _FILE, json.loads(json.dumps(settings))
    if any(work.glob("*.pt")):
        found = _read(note, default=wanted)
        differing = [name for name in wanted if found.get(name, wanted[name]) != wanted[name]]
        if differing:
            raise InputError(
                f"'{work}' holds checkpoints of another run (it differs in {', '.join(differing)})",
                fix="Give that run's settings to go on with it, another --out, or delete them.",
            )
    with atomic_path(note) as temporary:
        temporary.write_text(json.dumps(wanted, indent=2) + "\n", encoding="utf-8")


def _read(note: Path, *, default: dict[str, Any]) -> dict[str, Any]:
    """Return what was noted; nothing noted (or not legibly) is no reason to stop."""
    try:
        found = json.loads(note.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return default
    return found if isinstance(found, dict) else default
