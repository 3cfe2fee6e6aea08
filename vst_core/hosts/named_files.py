# SPDX-License-Identifier: Apache-2.0
"""Which files on disk a job's settings name, such as a painting."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from .job_file import Value

__all__ = ["MIXES", "named_files"]

MIXES = ("style", "style_outside")
"""Settings that hold one style or several: names, or files with weights behind them."""


def named_files(settings: Mapping[str, Value]) -> list[Path]:
    """Return the files that the settings name."""
    texts = [part for name in MIXES for part in str(settings.get(name, "")).split(",")]
    texts = [*(text.rpartition(":")[0] or text for text in texts), *texts]
    found = (Path(text) for text in (*texts, str(settings.get("ocio", ""))))
    return sorted({path for path in found if path.is_absolute() and path.is_file()})
