"""What a run writes, and the error when it cannot."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vst_core.errors import OutputError

__all__ = ["writing"]


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn the system's refusal to write `path` into an `OutputError`."""
    try:
        yield
    except OSError as error:
        raise OutputError(
            f"'{path}' cannot be written ({error.strerror or error})",
            fix="Make room or choose another --out; the last checkpoint is kept.",
        ) from error
