"""Paintings and photographs as pictures that differ in nothing but what they are.

Old works and photographs come in other sizes, compressed in other ways, and a network would
learn that. So all are brought to one short side and compressed alike before they are cropped.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageOps
from torch import Tensor

from vst_core.errors import InputError
from vst_core.file_formats import PHOTOGRAPH_SUFFIXES
from vst_core.hosts.hashes import text_hash

__all__ = ["Labelled", "crops_of", "find_pictures"]

_QUALITY = 75
_HELD_OUT = 10  # one of so many, where no list says


@dataclass(frozen=True, kw_only=True)
class Labelled:
    """One picture of a known kind.

    Attributes:
        path: Its file.
        painting: Whether it is a painting; else a photograph.
        held_out: Whether it is kept from the training, to be judged by.
    """

    path: Path
    painting: bool
    held_out: bool


def find_pictures(paintings: Path, photographs: Path) -> list[Labelled]:
    """Return all pictures of two folders and their subfolders.

    What is held out: of paintings those that a `SOURCES.csv` in their folder (columns file and
    split) calls ``test``; where there is none, and of photographs, one in ten, drawn by the names.

    Raises:
        InputError: A folder has too few pictures for a training and a test.
    """
    named = _test_files(paintings)
    found = [
        Labelled(
            path=path,
            painting=painting,
            held_out=path.name in named if painting and named else _drawn(path),
        )
        for folder, painting in ((paintings, True), (photographs, False))
        for path in _files(folder)
    ]
    for folder, painting in ((paintings, True), (photographs, False)):
        parts = {one.held_out for one in found if one.painting == painting}
        if parts != {True, False}:
            what = f"'{folder}' has too few pictures to train with some and to test with others"
            raise InputError(what, fix="Name a folder with some dozens, better hundreds.")
    return found


def crops_of(
    picture: Labelled, *, count: int, size: int, crop: int, random: np.random.Generator
) -> Tensor:
    """Return random crops of a picture, half of them mirrored.

    Args:
        picture: One of `find_pictures`.
        count: How many.
        size: Short side to which it is brought before it is compressed.
        crop: Their side; taken where the short side is between that and `size`.
        random: Draws the places.

    Returns:
        count x 3 x crop x crop in [0, 1].

    Raises:
        InputError: The file is no picture.
    """
    image = _alike(picture.path, size)
    return torch.stack([_cropped(image, crop, random) for _ in range(count)])


def _cropped(image: Image.Image, crop: int, random: np.random.Generator) -> Tensor:
    short = int(random.integers(crop, min(image.size) + 1))
    seen = _at_short_side(image, short)
    left = int(random.integers(seen.width - crop + 1))
    top = int(random.integers(seen.height - crop + 1))
    part = seen.crop((left, top, left + crop, top + crop))
    if random.random() < 0.5:
        part = ImageOps.mirror(part)
    return torch.from_numpy(np.array(part)).permute(2, 0, 1).float() / 255


def _alike(path: Path, size: int) -> Image.Image:
    try:
        with Image.open(path) as image:
            small = _at_short_side(ImageOps.exif_transpose(image).convert("RGB"), size)
    # Pillow lets some damage through as SyntaxError or ValueError.
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise InputError(
            f"'{path}' cannot be read as a picture ({error})", fix="Give a .jpg or .png file."
        ) from error
    file = io.BytesIO()
    small.save(file, "JPEG", quality=_QUALITY)
    return Image.open(file)


def _at_short_side(image: Image.Image, short: int) -> Image.Image:
    factor = short / min(image.size)
    sides = (max(short, round(factor * side)) for side in image.size)
    return image.resize((next(sides), next(sides)), Image.Resampling.BICUBIC)


def _files(folder: Path) -> Iterator[Path]:
    return (
        path for path in sorted(folder.rglob("*")) if path.suffix.lower() in PHOTOGRAPH_SUFFIXES
    )


def _drawn(path: Path) -> bool:
    return int(text_hash(path.stem)[:8], 16) % _HELD_OUT == 0


def _test_files(folder: Path) -> frozenset[str]:
    """Return the names that a list in the folder holds out; none without a list."""
    try:
        with (folder / "SOURCES.csv").open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
    except (OSError, ValueError, csv.Error):
        return frozenset()
    return frozenset(row.get("file") or "" for row in rows if row.get("split") == "test") - {""}
