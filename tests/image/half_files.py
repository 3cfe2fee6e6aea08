"""The example shot's first frame in every kind of file that is read, to be cut short."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import OpenImageIO
from PIL import Image

SIZE = (126, 70)  # odd enough that nothing ends on a block


def frame() -> Image.Image:
    """The picture."""
    shot = Path(__file__).resolve().parents[1] / "shot/balloon_0001.png"
    with Image.open(shot) as image:
        return image.convert("RGB").resize(SIZE)


def _oiio(kind: str = "uint8", *, tile: int = 0, gray: bool = False, **attributes: object):
    def write(path: Path) -> None:
        pixels = np.asarray(frame())[..., : 1 if gray else 3]
        spec = OpenImageIO.ImageSpec(*SIZE, pixels.shape[2], kind)
        spec.tile_width = spec.tile_height = tile
        for name, value in attributes.items():
            spec.attribute(name.replace("_of_", ":"), value)
        if kind in ("half", "float"):
            pixels = pixels.astype(np.float32) / 255
        output = OpenImageIO.ImageOutput.create(str(path))
        assert output.open(str(path), spec), output.geterror()
        assert output.write_image(np.ascontiguousarray(pixels)), output.geterror()
        assert output.close(), output.geterror()

    return write


def _pillow(mode: str = "RGB", **words: object):
    def write(path: Path) -> None:
        frame().convert(mode).save(path, **words)

    return write


def _several_parts(path: Path) -> None:
    pixels = np.asarray(frame()).astype(np.float32) / 255
    specs = []
    for name in ("one", "two"):
        spec = OpenImageIO.ImageSpec(*SIZE, 3, "half")
        spec.attribute("oiio:subimagename", name)
        spec.attribute("compression", "none")
        specs.append(spec)
    output = OpenImageIO.ImageOutput.create(str(path))
    assert output.open(str(path), tuple(specs)), output.geterror()
    assert output.write_image(pixels), output.geterror()
    assert output.open(str(path), specs[1], "AppendSubimage"), output.geterror()
    assert output.write_image(pixels), output.geterror()
    assert output.close(), output.geterror()


def cineon(path: Path, orientation: int = 0) -> None:
    """Kodak's Cineon 4.5: 10 bits, three values in four bytes, lines one after the other."""
    codes = np.asarray(frame()).astype(">u4") * 1023 // 255
    words = (codes[..., 0] << 22 | codes[..., 1] << 12 | codes[..., 2] << 2).astype(">u4")
    head = bytearray(2048)
    struct.pack_into(
        ">6I8s", head, 0, 0x802A5FD7, 2048, 1024, 1024, 0, 2048 + words.nbytes, b"V4.5"
    )
    struct.pack_into(">BB", head, 192, orientation, 3)
    for channel in range(3):
        at = 196 + 28 * channel
        struct.pack_into(">4BIIffff", head, at, 0, channel + 1, 10, 0, *SIZE, 0, 0, 1023, 2)
    struct.pack_into(">4BII", head, 680, 0, 5, 0, 0, 0, 0)
    path.write_bytes(bytes(head) + words.tobytes())


def _psd(path: Path) -> None:
    width, height = SIZE
    head = b"8BPS" + struct.pack(">H6xHIIHH", 1, 3, height, width, 8, 3)
    planes = np.asarray(frame()).transpose(2, 0, 1).tobytes()
    path.write_bytes(head + bytes(12) + b"\0\0" + planes)


WRITERS: dict[str, Callable[[Path], None]] = {
    **{f"{kind}.exr": _oiio("half", compression=kind) for kind in
       ("none", "rle", "zip", "zips", "piz", "pxr24", "b44", "b44a", "dwaa", "dwab")},
    "tiled.exr": _oiio("half", tile=32, compression="zip"),
    "tiled none.exr": _oiio("half", tile=32, compression="none"),
    "several.exr": _several_parts,
    "8.png": _oiio(),
    "16.png": _oiio("uint16"),
    "palette.png": _pillow("P"),
    "baseline.jpg": _pillow(quality=90),
    "progressive.jpeg": _pillow(quality=90, progressive=True),
    "gray.jpg": _pillow("L"),
    "cmyk.jpg": _pillow("CMYK"),
    **{f"{kind}.tif": _oiio(compression=kind) for kind in
       ("none", "lzw", "zip", "packbits", "jpeg")},
    "tiled.tiff": _oiio(tile=32, compression="lzw"),
    "float.tif": _oiio("float", compression="zip"),
    "16.tif": _oiio("uint16", compression="none"),
    "strips.tif": _pillow(compression="tiff_lzw"),
    "strips jpeg.tif": _pillow(compression="jpeg"),
    **{f"{bits}.dpx": _oiio("uint8" if bits == 8 else "uint16", oiio_of_BitsPerSample=bits)
       for bits in (8, 10, 12, 16)},
    "packed.dpx": _oiio("uint16", oiio_of_BitsPerSample=10, dpx_of_Packing="Packed"),
    "10.cin": cineon,
    "rgbe.hdr": _oiio("float"),
    "plain.tga": _oiio(compression="none"),
    "rle.tga": _oiio(compression="rle"),
    "palette.tga": _pillow("P"),
    "rgb.bmp": _oiio(),
    "palette.bmp": _pillow("P"),
    "lossy.webp": _pillow(quality=80),
    "lossless.webp": _pillow(lossless=True),
    "8.ppm": _oiio(),
    "16.ppm": _oiio("uint16"),
    "text.ppm": _oiio(pnm_of_binary=0),
    "gray.pgm": _oiio(gray=True),
    "float.pfm": _oiio("float"),
    "8.sgi": _oiio(),
    "16.sgi": _oiio("uint16"),
    "paint.psd": _psd,
    "plain.dds": _pillow(),
    "dxt.dds": _pillow("RGBA", pixel_format="DXT1"),
    "rgb.iff": _oiio(),
    "rgb.rla": _oiio(),
    "rgb.fits": _oiio("float"),
}  # fmt: skip
