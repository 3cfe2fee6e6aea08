"""Which channels of a file are motion vectors, and what they mean.

There is no standard. Three ways are known here:

- Blender's pass Vector: X, Y are the previous position less the current one, Z, W the current
  less the next, in pixels, y up (measured on Cycles renders of 4.2 and 5.2).
- Nuke's layers `forward` and `backward`: u, v to the next and to the previous frame, y up.
- As a person says.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from vst_core.errors import InputError, UsageError, nearest
from vst_core.frames import FramePattern

__all__ = ["VectorChannels", "VectorFiles", "VectorLayout", "find_layout"]

_BLENDER = re.compile(r"(?:(?P<layer>.+)\.)?Vector\.X")
_NUKE = re.compile(r"(?:(?P<layer>.+)\.)?(?P<way>forward|backward)(?:\.(?P<view>[^.]+))?\.u")
# Blender 4 calls the object index IndexOB, Blender 5 Object Index.
_DEPTHS = ("Depth.Z", "Depth.V", "depth.Z", "Z")
_INDICES = ("IndexOB.X", "Object Index.X", "IndexOB.V", "Object Index.V")


@dataclass(frozen=True, kw_only=True)
class VectorChannels:
    """The vectors of one direction.

    Attributes:
        names: Of the channels, x and y.
        scale: What they are multiplied by to be in pixels of the file, x right, y down.
    """

    names: tuple[str, str]
    scale: tuple[float, float]

    def scaled(self, x: float, y: float) -> VectorChannels:
        """Return the same channels, the vectors multiplied further."""
        return replace(self, scale=(self.scale[0] * x, self.scale[1] * y))

    def __str__(self) -> str:
        x, y = self.scale
        return f"{','.join(self.names)} by {x:g},{y:g}"


@dataclass(frozen=True, kw_only=True)
class VectorLayout:
    """The motion vectors of a file. At least one direction is there.

    Attributes:
        backward: To where a pixel was in the frame before.
        forward: To where it will be in the next one.
        late: The vectors of a file lie on the pixels of the frame before it.
        depth: The channel with the distance from the camera; empty where there is none.
        index: The channel with the number of the object; empty where there is none.
    """

    backward: VectorChannels | None = None
    forward: VectorChannels | None = None
    late: bool = False
    depth: str = ""
    index: str = ""

    @property
    def channels(self) -> tuple[str, ...]:
        """The names of all channels that are read."""
        ways = (way.names for way in (self.backward, self.forward) if way)
        named = [name for names in ways for name in names]
        return tuple(dict.fromkeys([*named, *filter(None, (self.depth, self.index))]))

    def scaled(self, x: float, y: float) -> VectorLayout:
        """Return the layout with all vectors multiplied further."""
        return replace(
            self,
            backward=self.backward and self.backward.scaled(x, y),
            forward=self.forward and self.forward.scaled(x, y),
        )

    def swapped(self) -> VectorLayout:
        """Return the layout with x and y of all vectors exchanged, their scales with them."""
        return replace(
            self,
            backward=self.backward and _swapped(self.backward),
            forward=self.forward and _swapped(self.forward),
        )

    def __str__(self) -> str:
        """The whole layout in a line, for the keys of frames and for people."""
        ways = (("backward", self.backward), ("forward", self.forward))
        parts = [f"{name} {way}" for name, way in ways if way]
        parts += [f"{name} {text}" for name, text in (("depth", self.depth), ("index", self.index))
                  if text]  # fmt: skip
        return "; ".join([*parts, *(["on the frame before"] if self.late else [])])


@dataclass(frozen=True, kw_only=True)
class VectorFiles:
    """Where motion vectors are.

    Attributes:
        layout: Which channels they are.
        pattern: The files beside the frames; None = the frames' own.
    """

    layout: VectorLayout
    pattern: FramePattern | None = None

    def files_between(self, one: int, other: int) -> tuple[Path, ...]:
        """Return the files beside the frames that the motion between two frames is read from."""
        if self.pattern is None:
            return ()
        first, last = min(one, other), max(one, other)
        late = int(self.layout.late)
        return tuple(self.pattern.path(frame + late) for frame in range(first, last + 1))

    def path(self, frame: int) -> Path | None:
        """Return the file beside a frame."""
        return None if self.pattern is None else self.pattern.path(frame)


def find_layout(
    preset: str,
    known: Sequence[str],
    *,
    channels: str = "",
    direction: str = "backward",
    scale: str = "1,1",
    late: bool = False,
) -> VectorLayout | None:
    """Return where the motion vectors of a file are; None where it has none.

    Args:
        preset: `auto`, `blender`, `nuke` or `custom`.
        known: The names of the file's channels.
        channels: Two or four names, with commas; with `auto` they mean `custom`.
        direction: `backward` or `forward`: of the first two channels.
        scale: Two or four numbers; they multiply what the preset says.
        late: See `VectorLayout`.

    Raises:
        UsageError: The text makes no sense, or says what no channel is.
        InputError: The file lacks what a preset or a name asks for.
    """
    factors = _numbers(scale)
    if preset == "custom" or (preset == "auto" and channels):
        found: VectorLayout | None = _custom(channels, known, direction, len(factors))
    else:
        found = _by_names(preset, known)
    if found is None and preset == "auto":
        return None
    if found is None:
        what = f"No channels look like {preset.capitalize()}'s motion vectors"
        fix = f"There are: {', '.join(known)}. Name them with --vectors-channels."
        raise InputError(what, fix=fix)
    return replace(_multiplied(found, factors, direction), late=late)


def _by_names(preset: str, known: Sequence[str]) -> VectorLayout | None:
    finders = {"blender": _blender, "nuke": _nuke}
    wanted = [finders[preset]] if preset in finders else list(finders.values())
    found = (finder(known) for finder in wanted)
    return next((layout for layout in found if layout is not None), None)


def _blender(known: Sequence[str]) -> VectorLayout | None:
    for name in known:
        match = _BLENDER.fullmatch(name)
        if not match:
            continue
        stem = name.removesuffix("X")
        x, y, z, w = (f"{stem}{axis}" for axis in "XYZW")
        if {y, z, w} <= set(known):
            return _with_helpers(
                VectorLayout(
                    backward=VectorChannels(names=(x, y), scale=(1, -1)),
                    forward=VectorChannels(names=(z, w), scale=(-1, 1)),
                ),
                known,
                match["layer"] or "",
            )
    return None


def _nuke(known: Sequence[str]) -> VectorLayout | None:
    ways: dict[str, VectorChannels] = {}
    layer = ""
    for name in known:
        match = _NUKE.fullmatch(name)
        other = name.removesuffix("u") + "v"
        if match and other in known and match["way"] not in ways:
            ways[match["way"]] = VectorChannels(names=(name, other), scale=(1, -1))
            layer = match["layer"] or ""
    if not ways:
        return None
    layout = VectorLayout(backward=ways.get("backward"), forward=ways.get("forward"))
    return _with_helpers(layout, known, layer)


def _custom(text: str, known: Sequence[str], direction: str, factors: int) -> VectorLayout:
    names = [name.strip() for name in text.split(",") if name.strip()]
    if len(names) not in (2, 4):
        what = f"--vectors-channels names {len(names)} channels, '{text}'"
        raise UsageError(what, fix="Name two, x and y, or four for both directions.")
    for name in names:
        if name not in known:
            raise InputError(f"There is no channel '{name}'", fix=nearest(name, known))
    if factors > len(names):
        what = f"--vectors-scale has {factors} numbers, --vectors-channels {len(names)} names"
        raise UsageError(what, fix="Give as many numbers as there are channels, or two.")
    pairs = [tuple(names[:2]), tuple(names[2:])]
    first, second = (VectorChannels(names=p, scale=(1, 1)) if p else None for p in pairs)  # type: ignore[arg-type]  # two each
    backward, forward = (first, second) if direction == "backward" else (second, first)
    return _with_helpers(VectorLayout(backward=backward, forward=forward), known, "")


def _with_helpers(layout: VectorLayout, known: Sequence[str], layer: str) -> VectorLayout:
    """Return the layout with the depth and the object index of its layer, where there are any."""
    starts = (f"{layer}." if layer else "", "")

    def first(ends: Sequence[str]) -> str:
        names = (f"{start}{end}" for start in starts for end in ends)
        return next((name for name in names if name in known), "")

    return replace(layout, depth=first(_DEPTHS), index=first(_INDICES))


def _multiplied(layout: VectorLayout, factors: Sequence[float], direction: str) -> VectorLayout:
    if len(factors) == 2:
        return layout.scaled(factors[0], factors[1])
    first, second = factors[:2], factors[2:]
    backward, forward = (first, second) if direction == "backward" else (second, first)
    return replace(
        layout,
        backward=layout.backward and layout.backward.scaled(*backward),
        forward=layout.forward and layout.forward.scaled(*forward),
    )


def _numbers(text: str) -> list[float]:
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) not in (2, 4) or not all(abs(number) < 1e9 and number for number in numbers):
        what = f"--vectors-scale is '{text}'"
        raise UsageError(what, fix="Give two numbers other than 0, such as 1,-1, or four.")
    return numbers


def _swapped(way: VectorChannels) -> VectorChannels:
    return VectorChannels(names=(way.names[1], way.names[0]), scale=(way.scale[1], way.scale[0]))
