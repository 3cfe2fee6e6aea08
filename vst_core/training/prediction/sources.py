"""Which pictures a training may see, and what is known of each: for the studio that asks."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from vst_core.errors import InputError
from vst_core.file_formats import PHOTOGRAPH_SUFFIXES
from vst_core.hosts.hashes import known_hash

__all__ = ["painting_files", "provenance", "read_pixels"]

_LISTS = ("SOURCES.csv", "ATTRIBUTION.csv")
_TEST = "test"


def painting_files(folders: Sequence[Path]) -> list[Path]:
    """Return the pictures of folders, without what a SOURCES.csv beside them keeps for tests.

    Raises:
        InputError: There are none.
    """
    found: list[Path] = []
    for folder in folders:
        known = _listed(folder)
        found += [
            path
            for path in sorted(folder.rglob("*"))
            if path.suffix.lower() in PHOTOGRAPH_SUFFIXES
            and known.get(path.name, {}).get("split") != _TEST
        ]
    if not found:
        names = ", ".join(f"'{folder}'" for folder in folders)
        raise InputError(f"No paintings in {names}", fix="Name folders of .jpg or .png files.")
    return found


def read_pixels(path: Path) -> Tensor:
    """Return a picture as 3 x H x W bytes.

    Raises:
        InputError: It cannot be read.
    """
    try:
        with Image.open(path) as image:
            return torch.from_numpy(np.array(image.convert("RGB"))).permute(2, 0, 1).contiguous()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        what = f"'{path}' cannot be read as a picture ({error})"
        raise InputError(what, fix="Give a .jpg or .png file.") from error


def provenance(files: Sequence[Path]) -> list[dict[str, str]]:
    """Return what is known of each picture: its name, its hash, and its row of the list beside it.

    Such a list is a SOURCES.csv or ATTRIBUTION.csv whose first column names the file.
    """
    lists = {folder: _listed(folder) for folder in {path.parent for path in files}}
    rows = []
    for path in files:
        known = lists[path.parent]
        row = known.get(path.name) or known.get(path.stem) or {}
        rows.append({"file": path.name, "sha256": known_hash(path), **row})
    return rows


def _listed(folder: Path) -> dict[str, dict[str, str]]:
    rows: dict[str, dict[str, str]] = {}
    for path in (folder / name for name in _LISTS):
        if not path.is_file():
            continue
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                rows[next(iter(row.values()))] = {key: value for key, value in row.items() if value}
    return rows
