"""`Parameter`: one setting, described in OpenFX's vocabulary."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Union

from vst_core.catalog.curve import is_curve, parse_numbers, table_text
from vst_core.errors import UsageError, nearest

__all__ = ["Choice", "Parameter", "Value"]

Value = Union[str, bool, int, float]  # noqa: UP007  (a runtime alias)

_KINDS = {
    "string": "text",
    "choice": "one of its choices",
    "boolean": "true or false",
    "integer": "a whole number",
    "double": "a number",
}


@dataclass(frozen=True)
class Choice:
    """One option: its value in jobs and on the command line, its label and what it does."""

    value: str
    label: str
    hint: str = ""


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One setting. The words are OpenFX's: hint is the tooltip, the display range a slider's.

    Attributes:
        name: Its key in jobs, such as ``original_colors``.
        label: Its short name in front of a widget.
        hint: What it does and when to change it, in plain words.
        type: ``choice`` takes only its choices; a ``string`` may have choices as suggestions.
        default: The value where nothing is said.
        minimum: Least value allowed, for numbers.
        maximum: Greatest value allowed.
        display_minimum: Lower end of a slider.
        display_maximum: Upper end of a slider.
        choices: What is allowed (``choice``) or suggested (``string``).
        animates: It may change from frame to frame; then its value is a text, see `Curve`.
        group: The name of its group in `vst_core.catalog.GROUPS`.
        affects: ``frames``: a frame's bytes, so that a change makes frames anew. ``result``: what
            is made of the frames, such as their format or a movie. ``nothing``: which frames are
            made, how fast, or what is seen meanwhile.
        bare: What its option without a value means, for a ``string``; the same as true in a job,
            where false is the default.
        path: Whether a ``string`` names a file or folder, so that a browse button helps.
    """

    name: str
    label: str
    hint: str
    type: Literal["string", "choice", "boolean", "integer", "double"]
    default: Value
    group: str
    affects: Literal["frames", "result", "nothing"]
    minimum: float | None = None
    maximum: float | None = None
    display_minimum: float | None = None
    display_maximum: float | None = None
    choices: tuple[Choice, ...] = ()
    animates: bool = False
    path: Literal["", "file", "folder"] = ""
    bare: str = ""

    @property
    def flag(self) -> str:
        """Its long option on the command line."""
        return "--" + self.name.replace("_", "-")

    @property
    def values(self) -> tuple[str, ...]:
        """The values of its choices."""
        return tuple(choice.value for choice in self.choices)

    def check(self, value: object) -> Value:
        """Return `value` if it is allowed here; a whole number given for a double becomes one.

        Raises:
            UsageError: The value has the wrong type, lies out of range or is no choice.
        """
        if self.animates and isinstance(value, Mapping):
            value = table_text(value, flag=self.flag)
        if self.animates and self.type == "double" and isinstance(value, str) and is_curve(value):
            return self._curve(value)
        if self.bare and isinstance(value, bool):
            value = self.bare if value else self.default
        checked = self._typed(value)
        if self.type == "choice" and checked not in self.values:
            fix = nearest(str(checked), self.values)
            raise UsageError(f"{self.flag} cannot be '{checked}'", fix=fix)
        if isinstance(checked, (int, float)) and not isinstance(checked, bool):
            self._check_range(checked)
        return checked

    def _curve(self, text: str) -> Value:
        curve = parse_numbers(text, flag=self.flag)
        for key in curve.keys:
            self._typed(key.value)
            self._check_range(key.value)
        return str(curve)

    def _typed(self, value: object) -> Value:
        if self.type == "boolean" and isinstance(value, bool):
            return value
        if self.type in ("string", "choice") and isinstance(value, str):
            return value
        if isinstance(value, int) and not isinstance(value, bool):
            if self.type == "integer":
                return value
            if self.type == "double" and abs(value) < 2**53:
                return float(value)
        if self.type == "double" and isinstance(value, float) and math.isfinite(value):
            return value
        fix = f"It takes {_KINDS[self.type]}, such as {self.default!r}"
        raise UsageError(f"{self.flag} cannot be {value!r}", fix=fix)

    def _check_range(self, value: float) -> None:
        low, high = self.minimum, self.maximum
        if low is not None and value < low:
            allowed = f"{low:.12g} or more" if high is None else f"{low:.12g} to {high:.12g}"
        elif high is not None and value > high:
            allowed = f"{high:.12g} or less" if low is None else f"{low:.12g} to {high:.12g}"
        else:
            return
        raise UsageError(f"{self.flag} cannot be {value}", fix=f"Allowed: {allowed}")
