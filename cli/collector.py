"""Python's collector of garbage, while modules are loaded."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["collector_rests"]


@contextmanager
def collector_rests() -> Iterator[None]:
    """Let the collector rest in the body, which loads modules, and leave them out from then on.

    What is loaded with torch stays. To look through it 440 times takes a seventh of the loading.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if enabled:
            gc.enable()
