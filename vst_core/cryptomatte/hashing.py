"""From a name to the number that stands for it in pixels."""

from __future__ import annotations

__all__ = ["matte_id"]

_WORD = 0xFFFFFFFF


def matte_id(name: str) -> int:
    """Return the id of a name, the 32 bits of the float that pixels hold.

    MurmurHash3_x86_32 with seed 0 of the name in UTF-8 (Appleby 2011). Bit 23 is turned over
    where the exponent would be that of a denormal, an infinity or not-a-number (Cryptomatte
    specification 1.2.0, Friedman and Jones 2015, "ID to float conversion").

    >>> f"{matte_id('name, with, comma'):08x}"
    '62fa4db8'
    """
    value = _murmur(name.encode("utf-8", "surrogateescape"))
    exponent = value >> 23 & 255
    return value ^ 1 << 23 if exponent in (0, 255) else value


def _murmur(data: bytes) -> int:
    value, whole = 0, len(data) // 4 * 4
    for at in range(0, whole, 4):
        value ^= _scrambled(int.from_bytes(data[at : at + 4], "little"))
        value = (_rotated(value, 13) * 5 + 0xE6546B64) & _WORD
    value ^= _scrambled(int.from_bytes(data[whole:], "little"))
    value ^= len(data)
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35), (16, 1)):
        value = ((value ^ value >> shift) * factor) & _WORD
    return value


def _scrambled(block: int) -> int:
    return _rotated(block * 0xCC9E2D51 & _WORD, 15) * 0x1B873593 & _WORD


def _rotated(value: int, by: int) -> int:
    return (value << by | value >> 32 - by) & _WORD
