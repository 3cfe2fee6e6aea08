"""Writes a picture of the frame at hand now and then."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from torch import Tensor

from vst_core.errors import OutputError, UsageError
from vst_core.file_formats import PREVIEW_SUFFIXES
from vst_core.image import write_picture

__all__ = ["Preview", "check_preview"]

_SECONDS = 2.0
_SHARE = 20


class Preview:
    """Writes a picture now and then, atomically, and never ends a run.

    Args:
        path: The file; empty writes none.
        warn: Told once, if it cannot be written.
    """

    def __init__(self, path: str, warn: Callable[[str], None]) -> None:
        self._path = Path(path).expanduser() if path else None
        self._warn = warn
        self._due = 0.0

    def show(self, picture: Tensor) -> None:
        """Write a picture (1 x 3 x H x W), if the last one is old enough.

        Between two there are two seconds, and twenty times as long as writing took.
        """
        start = time.monotonic()
        if self._path is None or start < self._due:
            return
        try:
            write_picture(self._path, picture)
        except (OSError, OutputError) as error:
            self._path = None
            self._warn(f"No more previews: {error}")
        end = time.monotonic()
        self._due = end + max(_SECONDS, _SHARE * (end - start))


def check_preview(path: str) -> None:
    """Refuse what no preview can be written to, before any work.

    Raises:
        UsageError: The file's kind is not one for screens.
        OutputError: Its folder is not there.
    """
    if not path:
        return
    file = Path(path).expanduser()
    if file.suffix.lower() not in PREVIEW_SUFFIXES:
        fix = f"Name a file that ends with {', '.join(PREVIEW_SUFFIXES)}."
        raise UsageError(f"--preview cannot be '{path}'", fix=fix)
    if not file.absolute().parent.is_dir():
        fix = "Make it first, or name another place."
        raise OutputError(f"The folder of the preview '{path}' is not there", fix=fix)
