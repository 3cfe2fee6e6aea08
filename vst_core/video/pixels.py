"""From a decoded frame to red, green and blue, and back to what encoders take."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from vst_core.errors import InputError
from vst_core.video.chroma import halved, spread
from vst_core.video.matrices import Coding, matrix_named
from vst_core.video.planes import Layout, layout_of, planes_of

if TYPE_CHECKING:
    from av.video.frame import VideoFrame
    from av.video.plane import VideoPlane

__all__ = ["Colors", "colors_of", "encodable", "rgb_of"]

FloatArray: TypeAlias = NDArray[np.float32]

_WHITE = 65535
_FULL = 2
_LEFT, _CENTER, _TOP_LEFT, _TOP = 1, 2, 3, 4  # H.273's places of chroma samples, as FFmpeg counts


@dataclass(frozen=True, kw_only=True)
class Colors:
    """How the colors of a frame are stored.

    Attributes:
        layout: Its planes.
        coding: Matrix and range of luma and chroma; None for RGB and gray.
        full: The numbers use the full range.
        named: The file names the matrix itself.
        primaries: H.273's code for the primaries, 2 = not named.
        transfer: H.273's code for the transfer function, 2 = not named.
    """

    layout: Layout
    coding: Coding | None
    full: bool
    named: bool
    primaries: int
    transfer: int


def colors_of(path: Path, frame: VideoFrame) -> Colors:
    """Return how the colors of a frame are stored, by what the frame says of itself.

    Raises:
        InputError: The matrix or the pixel format is not supported.
    """
    layout = layout_of(path, frame)
    yuv = layout.kind == "yuv"
    full = layout.jpeg or frame.color_range == _FULL or layout.kind == "gbr"
    coding = None
    if yuv:
        matrix = matrix_named(frame.colorspace, width=frame.width, height=frame.height)
        if not matrix:
            what = f"{path}: its colors are coded in a way that is not supported"
            fix = "Convert it first: ffmpeg -i IN -vf scale=out_color_matrix=bt709 OUT"
            raise InputError(f"{what} (matrix {frame.colorspace} of H.273)", fix=fix)
        coding = Coding(matrix=matrix, bits=layout.bits, full=full)
    return Colors(
        layout=layout,
        coding=coding,
        full=full,
        named=not yuv or frame.colorspace not in (0, 2, 3),
        primaries=frame.color_primaries,
        transfer=frame.color_trc,
    )


def rgb_of(frame: VideoFrame, colors: Colors) -> NDArray[np.uint16]:
    """Return red, green, blue, and alpha where there is one.

    Args:
        frame: As it was decoded.
        colors: Of this frame.

    Returns:
        h x w x (3 or 4), 16 bits, 0 = black, 65535 = white. Light beyond both is cut.
    """
    layout = colors.layout
    planes = planes_of(frame, layout)
    if layout.kind == "yuv":
        rgb = _from_yuv(frame, planes[:3], colors)
    elif layout.kind == "gbr":
        rgb = _scaled(np.dstack([planes[2], planes[0], planes[1]]), layout.bits)
    else:
        rgb = _from_gray(planes[0], colors)
    if not layout.alpha:
        return rgb
    return np.dstack([rgb, _scaled(planes[-1], layout.bits)])


def encodable(
    rgb: NDArray[np.uint16], *, coding: Coding, form: str, size: tuple[int, int]
) -> VideoFrame:
    """Return a frame as an encoder takes it, with the chroma of MPEG (see `chroma`).

    Args:
        rgb: h x w x (3 or 4), 16 bits.
        coding: Matrix and range.
        form: A planar YUV format of FFmpeg, little-endian where it has more than 8 bits.
        size: (width, height) wanted; where it is larger, the last column and row are repeated.
    """
    from av.video.frame import VideoFrame

    frame = VideoFrame(*size, form)
    layout = layout_of(Path(), frame)
    matrix = coding.from_rgb()
    matrix[:, :3] /= _WHITE
    rgb = _padded(rgb, size)
    coded = np.asarray(cv2.transform(rgb[..., :3].astype(np.float32), matrix), np.float32)
    planes = [np.ascontiguousarray(coded[..., index]) for index in range(3)]
    for index in (1, 2):
        if layout.down == 2:
            planes[index] = halved(planes[index], axis=0, centerd=True)
        if layout.across == 2:
            planes[index] = halved(planes[index], axis=1, centerd=False)
    if layout.alpha:
        opaque = np.full(rgb.shape[:2], _WHITE, np.uint16)
        alpha = rgb[..., 3] if rgb.shape[2] == 4 else opaque
        planes.append(alpha.astype(np.float32) * np.float32((2**layout.bits - 1) / _WHITE))
    for plane, values in zip(frame.planes, planes, strict=True):
        _fill(plane, values, layout.bits)
    return frame


def _padded(rgb: NDArray[np.uint16], size: tuple[int, int]) -> NDArray[np.uint16]:
    """Return pixels of even sides that cover `size`."""
    height, width = rgb.shape[:2]
    down, across = max(height, size[1]), max(width, size[0])
    more = ((0, down + down % 2 - height), (0, across + across % 2 - width), (0, 0))
    return np.pad(rgb, more, "edge") if any(after for _, after in more) else rgb


def _from_yuv(
    frame: VideoFrame, planes: tuple[NDArray[np.uint16], ...], colors: Colors
) -> NDArray[np.uint16]:
    assert colors.coding is not None
    layout = colors.layout
    # Absent in older PyAV: then where the format has its chroma by custom.
    place = getattr(frame, "chroma_location", 0) or (_CENTER if layout.jpeg else _LEFT)
    across, down = place in (_CENTER, _TOP), place not in (_TOP_LEFT, _TOP)
    whole = [planes[0].astype(np.float32)]
    for plane in planes[1:]:
        wide = spread(
            plane.astype(np.float32), frame.width, factor=layout.across, axis=1, centerd=across
        )
        whole.append(spread(wide, frame.height, factor=layout.down, axis=0, centerd=down))
    rgb = cv2.transform(cv2.merge(whole), colors.coding.to_rgb() * _WHITE)
    return _cut(np.asarray(rgb, np.float32))


def _from_gray(plane: NDArray[np.uint16], colors: Colors) -> NDArray[np.uint16]:
    bits = colors.layout.bits
    if colors.full or bits > 12:
        return _scaled(np.dstack([plane] * 3), bits)
    step = 2 ** (bits - 8)
    light = (plane.astype(np.float32) - 16 * step) * np.float32(_WHITE / (219 * step))
    return np.dstack([_cut(light)] * 3)


def _scaled(values: NDArray[np.uint16], bits: int) -> NDArray[np.uint16]:
    """Return whole numbers of so many bits as numbers of sixteen, white staying white."""
    if bits == 16:
        return values.astype(np.uint16, copy=False)
    top = np.uint32(2**bits - 1)
    wide: NDArray[np.uint16] = ((values.astype(np.uint32) * _WHITE + top // 2) // top).astype(
        np.uint16
    )
    return wide


def _cut(values: FloatArray) -> NDArray[np.uint16]:
    """Return values rounded to the nearest whole number of sixteen bits."""
    return np.clip(values + np.float32(0.5), 0, _WHITE).astype(np.uint16)


def _fill(plane: VideoPlane, values: FloatArray, bits: int) -> None:
    kind = np.dtype("<u2" if bits > 8 else "u1")
    rows = np.zeros((plane.height, plane.line_size // kind.itemsize), kind)
    codes = np.clip(values + np.float32(0.5), 0, 2**bits - 1)
    rows[:, : plane.width] = codes[: plane.height, : plane.width].astype(kind)
    plane.update(rows.tobytes())
