"""The parameter table as flags: one for each, in the table's groups and words."""

from __future__ import annotations

import argparse
from collections.abc import Collection
from functools import partial

from vst_core.catalog import CLIPS, GROUPS, PARAMETERS, Choice, Parameter, Value

__all__ = ["add_parameters", "add_settings", "given_settings"]

_WIDEST_LABEL = 12


def add_settings(parser: argparse.ArgumentParser) -> None:
    """Add the places (`INPUT`, `OUTPUT`) and a flag for every parameter of the catalog.

    What is not typed does not appear among the options, so that a job file's value stays.
    """
    places = parser.add_argument_group("from where to where")
    for clip in CLIPS:
        places.add_argument(
            clip.name,
            nargs="?",
            default=argparse.SUPPRESS,
            metavar=clip.name.upper(),
            help=_escaped(clip.hint),
        )
    add_parameters(parser)


def add_parameters(
    parser: argparse.ArgumentParser, *, without: Collection[str] = frozenset()
) -> None:
    """Add a flag for every parameter of the catalog but those that are named, and no places."""
    wanted = [parameter for parameter in PARAMETERS if parameter.name not in without]
    for group in GROUPS:
        members = [parameter for parameter in wanted if parameter.group == group.name]
        if members:
            section = parser.add_argument_group(group.label.lower(), group.hint)
            for parameter in members:
                _add_flag(section, parameter)


def given_settings(options: argparse.Namespace) -> dict[str, Value]:
    """Return the settings that were typed, by the names that a job gives them."""
    names = [clip.name for clip in CLIPS] + [parameter.name for parameter in PARAMETERS]
    return {name: getattr(options, name) for name in names if hasattr(options, name)}


def _add_flag(section: argparse._ArgumentGroup, parameter: Parameter) -> None:
    if parameter.type == "boolean":
        section.add_argument(
            parameter.flag,
            action=argparse.BooleanOptionalAction,
            default=argparse.SUPPRESS,
            help=_help(parameter),
        )
        return
    if parameter.bare:
        section.add_argument(
            f"--no-{parameter.flag[2:]}",
            dest=parameter.name,
            action="store_const",
            const=parameter.default,
            default=argparse.SUPPRESS,
            help=argparse.SUPPRESS,
        )
    section.add_argument(
        parameter.flag,
        nargs="?" if parameter.bare else None,
        const=parameter.bare or None,
        type=partial(_value, parameter),
        default=argparse.SUPPRESS,
        metavar=_metavar(parameter),
        help=_help(parameter),
    )


def _value(parameter: Parameter, text: str) -> Value:
    """Turn what was typed into a checked value; argparse lets a `UsageError` through."""
    number = {"integer": int, "double": float}.get(parameter.type)
    try:
        return parameter.check(number(text) if number else text)
    except ValueError:
        return parameter.check(text)  # says what is allowed instead


def _metavar(parameter: Parameter) -> str:
    if parameter.type in ("integer", "double"):
        return "N"
    return (parameter.path or parameter.name.rpartition("_")[2]).upper()


def _help(parameter: Parameter) -> str:
    notes = [note for note in (_range(parameter), _default(parameter)) if note]
    lines = [f"{parameter.hint} ({', '.join(notes)})" if notes else parameter.hint]
    width = min(max((len(value) for value in parameter.values), default=0), _WIDEST_LABEL)
    for choice in parameter.choices:
        lines += _choice_lines(choice, width)
    return _escaped("\n".join(lines))


def _choice_lines(choice: Choice, width: int) -> list[str]:
    words = f"{choice.label}. {choice.hint}"
    if len(choice.value) > width:
        return [f"  {choice.value}", f"  {'':{width}}  {words}"]
    return [f"  {choice.value:<{width}}  {words}"]


def _range(parameter: Parameter) -> str:
    low, high = parameter.minimum, parameter.maximum
    if low is None or high is None or high > 10_000:
        return ""
    return f"{low:g} to {high:g}"


def _default(parameter: Parameter) -> str:
    if parameter.type == "boolean" or parameter.default == "":
        return ""
    default = parameter.default
    return f"default {default:g}" if isinstance(default, float) else f"default {default}"


def _escaped(text: str) -> str:
    return text.replace("%", "%%")  # argparse would take it for a format
