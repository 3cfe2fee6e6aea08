"""The whole catalog as data for JSON: what ``vst describe --json`` prints."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from vst_core.catalog.parameter import Parameter
from vst_core.catalog.parameters import CLIPS, GROUPS, PARAMETERS
from vst_core.catalog.traits import DEVICES, FLOW_SOURCES_INFO, METHODS, Method
from vst_core.file_formats import FILE_FORMATS
from vst_core.version import __version__

__all__ = ["DESCRIPTION_VERSION", "describe"]

DESCRIPTION_VERSION = 1
"""Rises when a reader of an older description would misread a newer one."""


def describe() -> dict[str, Any]:
    """Return the catalog as dicts, lists, text, numbers and None, in the tables' order."""
    return {
        "version": DESCRIPTION_VERSION,
        "engine": __version__,
        "clips": _rows(CLIPS),
        "groups": _rows(GROUPS),
        "parameters": [_parameter(parameter) for parameter in PARAMETERS],
        "methods": [_method(method) for method in METHODS],
        "flow_sources": _rows(FLOW_SOURCES_INFO),
        "devices": _rows(DEVICES),
        "depths": {one.option: list(one.depths) for one in FILE_FORMATS},
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    row = asdict(parameter)
    row["choices"] = list(row["choices"])
    return row | {"flag": parameter.flag}


def _method(method: Method) -> dict[str, Any]:
    row = asdict(method)
    return row | {name: sorted(row[name]) for name in ("accepts", "reads")}


def _rows(table: Iterable[Any]) -> list[dict[str, Any]]:
    return [asdict(row) for row in table]
