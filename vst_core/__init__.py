"""Temporally coherent video style transfer for production pipelines.

from vst_core import StylizeJob, stylize
stylize(StylizeJob(input="shot/", output="out/", style="candy"))

Importing this package is light: no torch, no OpenImageIO, no side effects. Heavy libraries are
imported by the room that needs them, when it is entered.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from vst_core.version import __version__

if TYPE_CHECKING:
    from vst_core.api import StylizeJob, StylizeResult, stylize

__all__ = ["StylizeJob", "StylizeResult", "__version__", "stylize"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("vst_core.api"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
