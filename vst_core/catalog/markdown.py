"""The catalog as a page, ``docs/parameters.md``: what ``vst describe --markdown`` prints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from vst_core.catalog.parameter import Parameter
from vst_core.catalog.parameters import CLIPS, GROUPS, PARAMETERS, Group
from vst_core.catalog.traits import DEVICES, FLOW_SOURCES_INFO, METHODS

__all__ = ["markdown"]

_HEAD = """\
# Every setting

Printed by `vst describe --markdown`; do not edit it by hand. On the command line a setting is the
option that is named here, in a job file and in Python its name with underscores
(`--original-colors` is `original_colors`). *Over time* marks what may change along a shot
(`0@1,1@24`).
"""
_BAR = "\\|"
_EFFECTS = {"frames": "frames", "result": "the files only", "nothing": "nothing in the files"}


def markdown() -> str:
    """Return the page: clips, parameters by group, methods, flow sources and devices."""
    return "\n".join([_HEAD, *_clips(), *_groups(), *_methods(), *_flow_sources(), *_devices()])


def _clips() -> Iterator[str]:
    yield "## From where to where\n"
    yield from _table(("name", "what it is"), ((f"`{clip.name}`", clip.hint) for clip in CLIPS))


def _groups() -> Iterator[str]:
    for group in GROUPS:
        yield from _group(group)


def _group(group: Group) -> Iterator[str]:
    yield f"## {group.label}\n\n{group.hint}\n"
    rows = [_row(one) for one in PARAMETERS if one.group == group.name]
    yield from _table(("option", "what it does", "default", "allowed", "changes"), rows)


def _row(parameter: Parameter) -> tuple[str, ...]:
    hint = f"{parameter.hint} *Over time.*" if parameter.animates else parameter.hint
    return (
        f"`{parameter.flag}`",
        hint,
        _default(parameter),
        _allowed(parameter),
        _EFFECTS[parameter.affects],
    )


def _default(parameter: Parameter) -> str:
    if isinstance(parameter.default, bool):
        return "on" if parameter.default else "off"
    if isinstance(parameter.default, (int, float)):
        return f"{parameter.default:.12g}"
    return f"`{parameter.default}`" if parameter.default else ""


def _allowed(parameter: Parameter) -> str:
    if parameter.type == "boolean":
        return f"on, off (`--no-{parameter.flag[2:]}`)"
    if parameter.choices:
        lines = [f"`{one.value}`: {one.hint or one.label}" for one in parameter.choices]
        return "<br>".join(lines if parameter.type == "choice" else ["text, such as", *lines])
    if parameter.minimum is not None and parameter.maximum is not None:
        return f"{parameter.minimum:.12g} to {parameter.maximum:.12g}"
    return parameter.path or "text"


def _methods() -> Iterator[str]:
    yield "## Methods\n"
    head = ("`--method`", "what it does", "styles", "frames", "state kept")
    rows = [
        (
            f"`{one.name}`",
            one.hint,
            " or ".join(sorted(one.accepts)),
            one.temporal,
            f"warm-up {one.warm_up_frames}" if one.temporal == "causal" else "",
        )
        for one in METHODS
    ]
    yield from _table(head, rows)


def _flow_sources() -> Iterator[str]:
    yield "## Where motion comes from\n"
    rows = [
        (f"`{one.syntax}`", one.hint, one.license, one.extra and f"`vst[{one.extra}]`")
        for one in FLOW_SOURCES_INFO
    ]
    yield from _table(("`--flow`", "what it is", "license", "needs"), rows)


def _devices() -> Iterator[str]:
    yield "## Devices\n"
    rows = ((f"`{one.name}`", one.hint) for one in DEVICES)
    yield from _table(("`--device`", "what it is"), rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield _line(head)
    yield _line(["---"] * len(head))
    yield from (_line(row) for row in rows)
    yield ""


def _line(cells: Sequence[str]) -> str:
    """Return one line of a table; what would end a cell is escaped."""
    return f"| {' | '.join(cell.replace('|', _BAR) for cell in cells)} |"
