"""ICC profiles built from numbers (ICC.1:2022): three curves and a matrix, a grey curve, tables."""

from __future__ import annotations

import struct

import numpy as np

D50 = np.array([0.9642, 1.0, 0.8249])
_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367],
                      [0.0389, -0.0685, 1.0296]])  # fmt: skip

SRGB_CURVE = (3, (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045))
P3 = (0.680, 0.320, 0.265, 0.690, 0.150, 0.060, 0.3127, 0.3290)
REC709 = (0.640, 0.330, 0.300, 0.600, 0.150, 0.060, 0.3127, 0.3290)
PROPHOTO = (0.7347, 0.2653, 0.1596, 0.8404, 0.0366, 0.0001, 0.3457, 0.3585)


def fixed(value: float) -> bytes:
    return struct.pack(">i", round(value * 65536))


def parametric(kind: int, values: tuple[float, ...]) -> bytes:
    return b"para\0\0\0\0" + struct.pack(">HH", kind, 0) + b"".join(map(fixed, values))


def gamma(exponent: float) -> bytes:
    return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(exponent * 256))


def table(values: np.ndarray) -> bytes:
    codes = np.rint(np.asarray(values) * 65535).astype(">u2")
    return b"curv\0\0\0\0" + struct.pack(">I", len(codes)) + codes.tobytes()


def straight() -> bytes:
    return b"curv\0\0\0\0" + struct.pack(">I", 0)


def profile(tags: dict[bytes, bytes], *, model: bytes = b"RGB ") -> bytes:
    start = 128 + 4 + 12 * len(tags)
    entries, body = b"", b""
    for name, content in tags.items():
        entries += struct.pack(">4sII", name, start + len(body), len(content))
        body += content + b"\0" * (-len(content) % 4)
    size = start + len(body)
    head = struct.pack(">I4sI4s4s4s", size, b"lcms", 0x04400000, b"mntr", model, b"XYZ ")
    head += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(28)
    head += b"".join(map(fixed, D50)) + bytes(48)
    assert len(head) == 128
    return head + struct.pack(">I", len(tags)) + entries + body


def _described(name: str) -> dict[bytes, bytes]:
    text = name.encode("utf-16-be")
    record = struct.pack(">II2s2sII", 1, 12, b"en", b"US", len(text), 28)
    white = b"XYZ \0\0\0\0" + b"".join(map(fixed, D50))
    return {b"desc": b"mluc\0\0\0\0" + record + text, b"cprt": b"mluc\0\0\0\0" + record + text,
            b"wtpt": white}  # fmt: skip


def colorants(primaries: tuple[float, ...]) -> np.ndarray:
    """XYZ of red, green and blue (columns), adapted to D50."""
    columns = np.array([(x, y, 1 - x - y) for x, y in np.reshape(primaries[:6], (3, 2))]).T
    x, y = primaries[6:]
    white = np.array([x / y, 1, (1 - x - y) / y])
    scaled = columns * np.linalg.solve(columns, white)
    gains = (_BRADFORD @ D50) / (_BRADFORD @ white)
    return np.linalg.inv(_BRADFORD) @ np.diag(gains) @ _BRADFORD @ scaled


def rgb_profile(primaries: tuple[float, ...], curve: bytes, *, name: str = "house") -> bytes:
    xyz = colorants(primaries)
    tags = _described(name)
    for index, letter in enumerate((b"r", b"g", b"b")):
        tags[letter + b"XYZ"] = b"XYZ \0\0\0\0" + b"".join(map(fixed, xyz[:, index]))
        tags[letter + b"TRC"] = curve
    return profile(tags)


def grey_profile(curve: bytes) -> bytes:
    return profile({**_described("grey"), b"kTRC": curve}, model=b"GRAY")


def tables_profile(model: bytes) -> bytes:
    return profile({**_described("press"), b"A2B0": b"mft1" + bytes(44)}, model=model)


DISPLAY_P3 = rgb_profile(P3, parametric(*SRGB_CURVE), name="Display P3")
