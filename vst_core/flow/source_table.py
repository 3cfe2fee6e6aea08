"""The flow sources there are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from vst_core.catalog import NO_FLOW
from vst_core.errors import UsageError, nearest
from vst_core.flow.auto import open_auto
from vst_core.flow.dis import open_dis
from vst_core.flow.flo_files import open_files
from vst_core.flow.ptlflow_models import open_ptlflow
from vst_core.flow.raft import open_raft_large, open_raft_small
from vst_core.flow.source import FlowSettings, FlowSource
from vst_core.flow.vectors import open_vectors

__all__ = ["FLOW_SOURCES", "NO_FLOW", "FlowEntry", "open_flow_source", "pair_files"]


@dataclass(frozen=True, kw_only=True)
class FlowEntry:
    """One line of the table.

    Attributes:
        open: Makes the source from what follows the colon and the settings.
        argument: What follows the colon in the text, for messages; empty = nothing may.
        files: Tells, from what follows the colon and two frames, the files that hold the motion
            between them; None where motion is computed.
    """

    open: Callable[[str, FlowSettings], FlowSource]
    argument: str = ""
    files: Callable[[str, int, int], tuple[Path, ...]] | None = None


FLOW_SOURCES: dict[str, FlowEntry] = {
    "auto": FlowEntry(open=open_auto),
    "dis": FlowEntry(open=open_dis),
    "raft-small": FlowEntry(open=open_raft_small),
    "raft-large": FlowEntry(open=open_raft_large),
    "ptlflow": FlowEntry(open=open_ptlflow, argument="<model>"),
    "vectors": FlowEntry(open=open_vectors),
    "files": FlowEntry(
        open=open_files,
        argument="<forward pattern>,<backward pattern>",
        files=lambda text, one, other: open_files(text, FlowSettings()).files_between(one, other),
    ),
}


def open_flow_source(text: str, settings: FlowSettings) -> FlowSource:
    """Return the source that `text` names; `none` names no source (see `NO_FLOW`).

    Args:
        text: `auto`, `dis`, `raft-small`, `raft-large`, `ptlflow:<model>`,
            `files:<forward pattern>,<backward pattern>` or `vectors`.
        settings: Device and folders.

    Raises:
        UsageError: There is no such source (nor is `none` one), what follows its colon makes no
            sense, or its extra is not installed.
        WeightsError: Its weights are absent or damaged.
        DeviceError: The device cannot be used.
    """
    name, _, argument = text.partition(":")
    if text == NO_FLOW:
        fix = "Use --flow auto."
        raise UsageError(f"Motion is needed here, but --flow is {NO_FLOW}", fix=fix)
    entry = FLOW_SOURCES.get(name)
    if entry is None:
        known = [*(_spelling(*row) for row in FLOW_SOURCES.items()), NO_FLOW]
        raise UsageError(f"No flow source is called '{name}'", fix=nearest(name, known))
    if bool(argument) != bool(entry.argument):
        raise UsageError(
            f"The flow source '{text}' is not complete"
            if entry.argument
            else f"The flow source '{name}' takes nothing after it, but '{argument}' follows",
            fix=f"Write it as '{_spelling(name, entry)}'.",
        )
    return entry.open(argument, settings)


def pair_files(text: str) -> Callable[[int, int], tuple[Path, ...]]:
    """Return what tells the files that hold the motion between two frames; none are opened.

    Args:
        text: As for `open_flow_source`.
    """
    name, _, argument = text.partition(":")
    entry = FLOW_SOURCES.get(name)
    files = entry.files if entry else None
    if files is None:
        return lambda one, other: ()
    return partial(files, argument)


def _spelling(name: str, entry: FlowEntry) -> str:
    return f"{name}:{entry.argument}" if entry.argument else name
