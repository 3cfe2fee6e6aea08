# SPDX-License-Identifier: Apache-2.0
"""Which files on disk a job's settings name, such as a painting."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from .job_file import Value
from .style_text import style_parts

__all__ = ["MIXES", "named_files"]

MIXES = ("style", "style_outside")
"""Settings that hold one style or several: names, or files with weights behind them."""


def named_files(settings: Mapping[str, Value]) -> list[Path]:
    """Return the files that the settings name."""
    names = [part.name for one in MIXES for part in style_parts(str(settings.get(one, "")))]
    names += [name.rpartition("#")[0] for name in names]  # the movie of a frame
    texts = (*names, str(settings.get("style_video", "")), str(settings.get("ocio", "")))
    found = (Path(text) for text in texts)
    return sorted({path for path in found if path.is_absolute() and path.is_file()})
