"""What changes along a shot: strength, style mix and style weight, frame by frame."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

from vst_core.catalog.curve import (
    Curve,
    CurveKey,
    blend_numbers,
    interpolate,
    is_curve,
    parse_numbers,
    split_key,
)
from vst_core.errors import UsageError
from vst_core.hosts.style_text import split_commas
from vst_core.job.mix import Mix, parse_mix

__all__ = ["FrameValues", "StyleCurve", "number_at"]


@dataclass(frozen=True, kw_only=True)
class FrameValues:
    """The values of one frame.

    Attributes:
        strength: 0 to 1.
        shares: The share of each of the job's styles, with the sum 1; region after region, where
            there are several, with that sum in each.
        style_weight: Before the style loss of the optimizing methods.
    """

    strength: float
    shares: tuple[float, ...]
    style_weight: float


@dataclass(frozen=True)
class StyleCurve:
    """A mix of styles over time.

    >>> style = StyleCurve.parse("muse@1,the-scream:3,wave:1@5")
    >>> style.names
    ('muse', 'the-scream', 'wave')
    >>> style.shares(1), style.shares(3)
    ((1.0, 0.0, 0.0), (0.5, 0.375, 0.125))
    """

    curve: Curve[Mix]

    @classmethod
    def parse(cls, text: str, *, flag: str = "--style") -> StyleCurve:
        """Read a mix, or mixes at frames; a text without a frame is the same at all.

        Args:
            text: As it was typed.
            flag: The setting that it belongs to, for messages.

        Raises:
            UsageError: A mix makes no sense, or the frames do not rise.
        """
        return _parsed(text, flag)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Every style that appears, each once."""
        return tuple(dict.fromkeys(name for key in self.curve.keys for name, _ in key.value))

    @property
    def mixes(self) -> tuple[Mix, ...]:
        """The mix of each key."""
        return tuple(key.value for key in self.curve.keys)

    def shares(self, frame: int) -> tuple[float, ...]:
        """Return the share of each of `names` at a frame."""
        mix: Mix = interpolate(self.curve, frame, _blend_mixes)
        shares = dict(mix)
        return tuple(shares.get(name, 0.0) for name in self.names)


@lru_cache(maxsize=16)
def _parsed(text: str, flag: str) -> StyleCurve:
    """Read a curve of styles once: every frame asks for it, and it may have many keys."""
    if not is_curve(text):
        return StyleCurve(Curve((CurveKey(0, parse_mix(text)),)))
    keys, waiting = [], list[str]()
    for part in split_commas(text):
        found = split_key(part)
        waiting.append(part if found is None else found[0])
        if found is not None:
            keys.append(CurveKey(found[1], parse_mix(",".join(waiting)), found[2]))
            waiting = []
    if waiting:
        fix = "Write every style of a transition at a frame, such as muse@1,candy@48"
        raise UsageError(f"The style '{text}' ends without a frame", fix=fix)
    return StyleCurve(Curve.of(keys, flag=flag))


def number_at(value: float | str, frame: int) -> float:
    """Return a number, or the number of a curve at a frame."""
    if not isinstance(value, str):
        return value
    return interpolate(parse_numbers(value, flag="A curve"), frame, blend_numbers)


def _blend_mixes(one: Mix, other: Mix, share: float) -> Mix:
    shares = {name: weight * (1 - share) for name, weight in one}
    for name, weight in other:
        shares[name] = shares.get(name, 0.0) + weight * share
    return tuple(shares.items())
