"""The text of jobs: TOML, before anything in it is checked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from vst_core.errors import InputError, UsageError
from vst_core.toml_text import TomlError, from_toml

__all__ = ["parse_settings", "read_settings"]


def read_settings(path: Path) -> dict[str, Any]:
    """Return what a TOML file says, before anything is checked.

    Raises:
        InputError: The file cannot be read.
        UsageError: It is no TOML; the message names the file.
    """
    try:
        return parse_settings(path.read_text(encoding="utf-8"))
    except OSError as error:
        fix = "Check the path; vst-seq --save-job writes such a file"
        raise InputError(f"Cannot read the job {path}: {error.strerror}", fix=fix) from None
    except UnicodeDecodeError:
        fix = "A job is a text file; vst-seq --save-job writes one"
        raise InputError(f"The job {path} is not UTF-8 text", fix=fix) from None
    except UsageError as error:
        raise UsageError(f"In the job {path}: {error.what}", fix=error.fix) from None


def parse_settings(text: str) -> dict[str, Any]:
    """Return what a TOML text says, before anything is checked.

    Raises:
        UsageError: It is no TOML.
    """
    try:
        return from_toml(text)
    except TomlError as error:
        fix = 'Write one setting a line, such as style = "muse"'
        raise UsageError(f"The job cannot be read as TOML: {error}", fix=fix) from None
