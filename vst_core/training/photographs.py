"""Photographs as training pictures: decoded once, cropped and scaled at random."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image, ImageOps
from torch import Tensor

from vst_core.errors import InputError
from vst_core.file_formats import PHOTOGRAPH_SUFFIXES
from vst_core.resizing import resize_picture

__all__ = ["Photographs"]

_LARGEST = 640


class Photographs:
    """A folder of photographs, held in memory as 8-bit pixels.

    Args:
        folder: Searched through its subfolders.
        smallest: Photographs with a shorter short side are enlarged to it.

    Raises:
        InputError: The folder holds no readable picture.
    """

    def __init__(self, folder: Path, *, smallest: int) -> None:
        files = sorted(
            path for path in folder.rglob("*") if path.suffix.lower() in PHOTOGRAPH_SUFFIXES
        )
        if not files:
            raise InputError(
                f"No photographs in '{folder}'",
                fix="Name a folder that holds .jpg or .png files; a few hundred are enough.",
            )
        self._pixels = [_read(path, smallest=smallest) for path in files]

    def __len__(self) -> int:
        return len(self._pixels)

    def pictures(self) -> Iterator[Tensor]:
        """Yield every photograph whole, 3 x H x W bytes."""
        for pixels in self._pixels:
            yield torch.from_numpy(pixels.copy()).permute(2, 0, 1)

    def crop(self, size: int, *, random: np.random.Generator) -> Tensor:
        """Return a random crop, 3 x size x size in [0, 1].

        The crop's side is drawn between 0.6 x size and the photograph's short side and
        then scaled to `size`, because frames of a film are smoother than small
        photographs. Half of the crops are mirrored, and half get a random exposure and
        contrast: films have blown-out and sunken areas, and a network that never saw any
        answers them with glaring spots.
        """
        pixels = self._pixels[int(random.integers(len(self._pixels)))]
        height, width = pixels.shape[:2]
        shortest = min(height, width)
        side = int(random.integers(min(int(0.6 * size), shortest), shortest + 1))
        top = int(random.integers(height - side + 1))
        left = int(random.integers(width - side + 1))
        patch = pixels[top : top + side, left : left + side]
        if random.random() < 0.5:
            patch = patch[:, ::-1]
        picture = resize_picture(_to_tensor(patch)[None], (size, size))[0]
        return _regraded(picture, random) if random.random() < 0.5 else picture

    def crops(self, count: int, size: int, *, random: np.random.Generator) -> Tensor:
        """Return `count` random crops, count x 3 x size x size in [0, 1]."""
        return torch.stack([self.crop(size, random=random) for _ in range(count)])


def _read(path: Path, *, smallest: int) -> npt.NDArray[np.uint8]:
    image = _open(path)
    short = min(image.size)
    wanted = min(max(short, smallest), max(_LARGEST, smallest))
    if wanted != short:
        factor = wanted / short
        image = image.resize((round(image.width * factor), round(image.height * factor)))
    return np.asarray(image)


def _open(path: Path) -> Image.Image:
    try:
        with Image.open(path) as image:
            upright = ImageOps.exif_transpose(image)
            if "A" in upright.getbands() or "transparency" in upright.info:
                rgba = upright.convert("RGBA")
                white = Image.new("RGBA", rgba.size, "white")
                return Image.alpha_composite(white, rgba).convert("RGB")
            return upright.convert("RGB")
    # Pillow lets some damage through as SyntaxError or ValueError.
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise InputError(
            f"'{path}' cannot be read as a picture ({error})", fix="Give a .jpg or .png file."
        ) from error


def _to_tensor(pixels: npt.NDArray[np.uint8]) -> Tensor:
    return torch.from_numpy(pixels.copy()).permute(2, 0, 1).float() / 255


def _regraded(picture: Tensor, random: np.random.Generator) -> Tensor:
    """Return the picture through a random gamma (0.5 to 2) and contrast (0.8 to 2)."""
    gamma = 2.0 ** random.uniform(-1, 1)
    contrast = 2.0 ** random.uniform(-0.3, 1)
    graded: Tensor = (picture**gamma - 0.5) * contrast + 0.5
    return graded.clamp(0, 1)
